"""The callback ledger: what an answer may be, who moves a row where, and which clock it has missed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.errors import Refused
from hotline.domain.ledger import entries
from hotline.domain.ledger.entries import MOVES, Act, Entry, Line, clocks, move, overdue, reclassify
from hotline.domain.ledger.proposals import Cue, Kind, Told, propose, read_cues
from hotline.holidays import is_working_day
from hotline.town import DATA

CUES = read_cues((DATA / "ledger" / "words.tsv").read_text("utf8"))
THURSDAY = datetime(2026, 9, 24, 16, 0, tzinfo=TOWN_TIME)
"""The day before the Mid-Autumn rest of 2026 (25 to 27 September)."""
GOOD, BAD = {"attitude": 5, "efficiency": 5, "discipline": 5}, {"attitude": 2, "efficiency": 4, "discipline": 4}


def kinds(ratings: dict[str, int], remark: str = "", *, solved: bool | None = True) -> list[Kind]:
    return [p.kind for p in propose(Told(ratings, solved, remark), CUES)]


@pytest.mark.parametrize(
    ("ratings", "solved", "remark", "first"),
    [
        (GOOD, True, "小刘蛮热情，谢谢他", Kind.PRAISE),
        (BAD, True, "", Kind.PROBLEM),
        (GOOD, False, "谢谢", Kind.PROBLEM),
        (GOOD, True, "一次讲清楚要带什么，莫让我们跑两趟", Kind.SUGGESTION),
        (GOOD, True, "希望礼拜天也有人", Kind.SUGGESTION),
        (GOOD, True, "窗口那个人爱理不理的", Kind.PROBLEM),
        (GOOD, True, "那天落雨", Kind.SUGGESTION),
    ],
)
def test_an_answer_is_proposed_as_what_it_is(
    ratings: dict[str, int], *, solved: bool, remark: str, first: Kind
) -> None:
    assert kinds(ratings, remark, solved=solved)[0] is first


def test_what_does_not_matter_makes_no_row() -> None:
    assert kinds(GOOD) == []
    assert kinds({"attitude": 3}, solved=None) == []


def test_thanks_do_not_turn_a_bad_rating_into_praise() -> None:
    assert Kind.PRAISE not in kinds(BAD, "谢谢你打电话来")


def test_one_answer_may_be_two_rows() -> None:
    assert kinds(BAD, "态度不好，希望改进") == [Kind.PROBLEM, Kind.SUGGESTION]


def test_a_remark_nobody_understands_is_for_a_person_with_little_confidence() -> None:
    [only] = propose(Told(GOOD, solved=True, remark="那天落雨"), CUES)
    assert (only.confidence, only.reasons) == (0.4, ("unknown",))


def test_more_evidence_is_surer() -> None:
    few = propose(Told({}, solved=None, remark="太慢"), CUES)[0]
    more = propose(Told({}, solved=None, remark="太慢，又没人"), CUES)[0]
    assert few.confidence < more.confidence < 1


@pytest.mark.parametrize("row", ["anger\t0.5\t骂", "praise\t2\t好", "praise\tmuch\t好"])
def test_a_broken_word_list_names_its_line(row: str) -> None:
    with pytest.raises(Refused) as refused:
        read_cues(f"kind\tweight\twords\n{row}\n")
    assert refused.value.facts["line"] == 2


@given(st.text(max_size=80), st.dictionaries(st.sampled_from(sorted(GOOD)), st.integers(1, 5)))
def test_any_answer_gives_probabilities(remark: str, ratings: dict[str, int]) -> None:
    for proposal in propose(Told(ratings, None, remark), (*CUES, Cue(Kind.PRAISE, 0.9, "a"))):
        assert 0 < proposal.confidence < 1
        assert proposal.reasons


def entry(kind: Kind = Kind.PROBLEM, state: str = "proposed") -> Entry:
    call_by, due = clocks(kind, THURSDAY, is_working_day)
    return Entry(1, kind, state, "李四", "跑了两趟", "", THURSDAY, call_by, due)


def test_clocks_rest_on_holidays() -> None:
    call_by, due = clocks(Kind.PROBLEM, THURSDAY, is_working_day)
    assert call_by == datetime(2026, 9, 28, 17, tzinfo=TOWN_TIME)
    assert due.date() > THURSDAY.date() + timedelta(days=7)


def test_a_row_that_missed_its_clock_is_found_the_oldest_first() -> None:
    row = entry()
    assert overdue([row], THURSDAY + timedelta(days=3)) == []
    late = overdue([row], THURSDAY + timedelta(days=40))
    assert [clock for _, clock in late] == ["call", "due"]
    assert [clock for _, clock in overdue([replace(row, state="called")], THURSDAY + timedelta(days=40))] == [
        "due"
    ]
    assert overdue([replace(row, state="rectified")], THURSDAY + timedelta(days=40)) == []


def test_more_time_is_given_once_with_a_reason_and_never_past_the_fifteenth_day() -> None:
    act = Act("王主任", "supervisor", THURSDAY, "等县里批")
    called = entry(state="called")
    longer, _ = entries.extend(called, act, 15, is_working_day)
    assert longer.due > called.due
    for days, why in ((16, "bad_days"), (5, "bad_days")):
        with pytest.raises(Refused, match=why):
            entries.extend(called, act, days, is_working_day)
    with pytest.raises(Refused, match="extended"):
        entries.extend(longer, act, 15, is_working_day)
    with pytest.raises(Refused, match="no_reason"):
        entries.extend(called, replace(act, reason=" "), 10, is_working_day)
    with pytest.raises(Refused, match="not_yours"):
        entries.extend(called, replace(act, role="clerk"), 10, is_working_day)


def test_a_person_may_say_it_is_something_else_and_its_clocks_follow() -> None:
    praise, line = reclassify(entry(), Kind.PRAISE, Act("李四", "clerk", THURSDAY), is_working_day)
    assert (praise.kind, praise.state, praise.call_by, line.move) == (Kind.PRAISE, "confirmed", None, "confirm")


class Ledger(RuleBasedStateMachine):
    """Anybody tries any move on a row of any kind."""

    def __init__(self) -> None:
        super().__init__()
        self.row = entry(Kind.PROBLEM)
        self.lines: list[Line] = []

    @rule(kind=st.sampled_from(list(Kind)))
    @precondition(lambda self: not self.lines)
    def begins_as(self, kind: Kind) -> None:
        self.row = entry(kind)

    @rule(
        name=st.sampled_from([*sorted(MOVES), "eat"]),
        role=st.sampled_from(["clerk", "supervisor", "machine", "auditor"]),
        reason=st.sampled_from(["", "  ", "已经换人"]),
    )
    def tries(self, name: str, role: str, reason: str) -> None:
        before = self.row
        try:
            self.row, line = move(before, name, Act("u", role, THURSDAY, reason))
        except Refused:
            assert self.row == before
            return
        allowed = MOVES[name]
        assert role in allowed.who
        assert before.state in allowed.of
        assert before.kind in allowed.kinds
        assert reason.strip() or not allowed.why
        self.lines.append(line)

    @invariant()
    def the_history_replays_to_the_state(self) -> None:
        assert [line.place for line in self.lines] == list(range(1, len(self.lines) + 1))
        if self.lines:
            assert self.lines[-1].went_to == self.row.state
        assert all(a.went_to == b.came_from for a, b in zip(self.lines, self.lines[1:], strict=False))

    @invariant()
    def no_problem_is_closed_without_a_call_a_remedy_and_an_answer(self) -> None:
        made = [line.move for line in self.lines]
        if self.row.kind is Kind.PROBLEM and self.row.state == "closed":
            assert {"confirm", "call", "rectify", "close"} <= set(made)

    @invariant()
    def no_suggestion_is_closed_before_it_is_answered_and_told(self) -> None:
        made = [line.move for line in self.lines]
        if self.row.kind is Kind.SUGGESTION and self.row.state == "closed":
            assert "tell" in made
            assert {"adopt", "decline"} & set(made)


test_nobody_moves_a_row_against_the_rules = Ledger.TestCase
