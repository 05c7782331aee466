"""What was mended is asked after: on live voice, by keys, by text; a no brings a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hotline.domain.calling import CallingRules
from hotline.domain.ledger.entries import Act, Entry, move
from hotline.domain.ledger.entries import Line as History
from hotline.holidays import is_working_day
from hotline.store import ringing
from ivr.contact import Contact, Evidence
from ivr.surfaces.keypad import GatherKeys, Speak, Verb
from ivr.surfaces.sentences import spoken
from ivr.understanding.answer import Understood
from ivr.understanding.understand import understand_text
from tasks.late_cases import Watchman
from tasks.late_ledger import ask_by_text
from tests.ledger.room import NUMBER, RUDE, Room
from tests.town import TOWN, Office, Watch

RULES = CallingRules()


@dataclass
class Line:
    """The office with one row that was mended, and the resident at the end of each kind of line."""

    office: Office
    room: Room
    said: list[str] = field(default_factory=list)

    def rung(self, sid: str) -> None:
        """The newest call that asks has been picked up."""
        call = self.room.calls()[-1].id
        with self.office.store.open() as office:
            leave = ringing.take_leave(office, call, RULES, self.office.watch.now)
            assert isinstance(leave, ringing.Leave)
            ringing.report(office, call, ringing.Told(sid, "ringing"), (RULES, self.office.watch.now))
            office.commit()

    def voice(self, *answers: str) -> None:
        self.rung("CA1")
        contact = Contact(NUMBER, "voice", "CA1")
        served = self.office.desk.answer(contact)
        self.said += [s.text for s in spoken(served.turn, "voice")]
        for answer in answers:
            served = self.office.desk.hear(
                served.conversation,
                contact,
                served.turn.number,
                sense=lambda turn, setting, told=answer: understand_text(turn.ask, told, setting),  # type: ignore[misc]
                evidence=Evidence(answer, audio="heard.wav"),
            )
            self.said += [s.text for s in spoken(served.turn, "voice")]
        assert served.turn.outcome == "done"

    def keypad(self, *answers: str) -> None:
        self.rung("CK1")
        contact = Contact(NUMBER, "keypad", "CK1")
        verbs = self.office.front.incoming_call("CK1", NUMBER, "outbound")
        self._hear(verbs)
        for answer in answers:
            turn = self.office.desk.answer(contact).turn
            digit = next(key for key, option in turn.menu.items() if option.label == answer)
            self._hear(self.office.front.keys(contact, turn.number, digit))

    def text(self, *answers: str) -> None:
        with self.office.store.open() as office:
            office.calls_out.withdraw(f"ledger:{self.room.now(1).id}", kind="recheck")
            office.commit()
        ask_by_text(Watchman(self.office.store, TOWN, is_working_day, self.office.watch))
        self.said.append(self.room.texts()[-1].body)
        for n, answer in enumerate(answers):
            self.said.append(self.office.front.text(f"SM{n}", NUMBER, answer))

    def _hear(self, verbs: list[Verb]) -> None:
        self.said += [verb.text for verb in verbs if isinstance(verb, Speak | GatherKeys)]

    @property
    def told(self) -> str:
        return "\n".join(self.said)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    office = Office(tmp_path)
    yield Line(office, Room(office.store, tmp_path, office.watch))
    office.store.close()


@pytest.mark.parametrize("way", ["voice", "keypad", "text"])
def test_what_is_solved_is_closed_with_thanks(line: Line, way: str) -> None:
    row = line.room.rectified()
    getattr(line, way)("解决了")
    entry = line.room.now(row)
    assert entry.state == "closed", line.told
    assert "加开了一个窗口" in line.told
    assert "谢谢您" in line.told
    assert line.room.moves(row)[-1] == "close"


@pytest.mark.parametrize("way", ["voice", "keypad", "text"])
def test_what_is_not_solved_goes_back_to_a_person(line: Line, way: str) -> None:
    row = line.room.rectified()
    getattr(line, way)("没解决")
    entry = line.room.now(row)
    assert entry.state == "reopened", line.told
    assert entry.runs_from == line.office.watch.now
    assert "对不起，没给您办好" in line.told
    assert "给您打电话" in line.told


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("解决哒", "closed"), ("好了好了", "closed"), ("是的", "closed"), ("改好了", "closed"),
        ("还没解决", "reopened"), ("冇解决", "reopened"), ("没有", "reopened"), ("还是老样子", "reopened"),
    ],
)  # fmt: skip
def test_it_is_understood_as_people_say_it(line: Line, said: str, state: str) -> None:
    row = line.room.rectified()
    line.voice(said)
    assert line.room.now(row).state == state, line.told


@pytest.mark.parametrize("way", ["voice", "keypad"])
def test_who_wants_no_calls_gets_none_and_the_row_stays_for_the_supervisor(line: Line, way: str) -> None:
    row = line.room.rectified()
    getattr(line, way)("以后别打了")
    with line.office.store.open() as office:
        assert office.contact_wishes.opted_out(NUMBER)
    assert line.room.now(row).state == "rectified"


def test_a_complaint_about_somebody_is_asked_after_without_saying_what(line: Line) -> None:
    line.room.rectified(ratings=RUDE, remark="窗口那个人爱理不理的")
    line.voice("解决了")
    assert "窗口" not in line.told
    assert "镇里处理了" in line.told


def test_what_was_settled_meanwhile_is_not_asked_any_more(line: Line) -> None:
    row = line.room.rectified()
    line.rung("CA1")
    with line.office.store.open() as office:
        entry = office.ledger.locked(row)
        assert entry is not None
        office.ledger.keep(entry, *closed(entry, line.office.watch))
        office.commit()
    served = line.office.desk.answer(Contact(NUMBER, "voice", "CA1"))
    assert served.turn.outcome == "done"
    assert "已经办好了" in "".join(s.text for s in spoken(served.turn, "voice"))


def closed(entry: Entry, watch: Watch) -> tuple[Entry, History]:
    return move(entry, "close", Act("zhou", "supervisor", watch(), "上门看过"))


def test_a_text_about_something_else_is_not_taken_for_the_answer(line: Line) -> None:
    row = line.room.rectified()
    line.text("我想礼拜六上午来办医保")
    assert line.room.now(row).state == "rectified"
    assert "医疗保险" in line.said[-1]


def test_a_text_from_another_number_answers_nothing(line: Line) -> None:
    row = line.room.rectified()
    line.text()
    line.office.front.text("SM9", "13900000009", "解决了")
    assert line.room.now(row).state == "rectified"


def test_the_same_text_twice_is_one_answer(line: Line) -> None:
    row = line.room.rectified()
    line.text("没解决")
    before = line.room.now(row).version
    line.office.front.text("SM0", NUMBER, "没解决")
    assert line.room.now(row).version == before


def test_a_call_dropped_after_the_answer_changes_nothing_more(line: Line) -> None:
    row = line.room.rectified()
    line.voice("解决了")
    line.office.open()
    line.office.desk.answer(Contact(NUMBER, "voice", "CA2"))
    assert line.room.moves(row).count("close") == 1


def test_a_call_that_reached_another_number_asks_nothing_of_the_row(line: Line) -> None:
    line.room.rectified()
    line.rung("CA1")
    served = line.office.desk.answer(Contact("13900000009", "voice", "CA1"))
    said = "".join(s.text for s in spoken(served.turn, "voice"))
    assert served.turn.outcome == "done"
    assert "加开了" not in said


def test_who_rings_back_after_a_missed_recheck_hears_why_and_settles_it(line: Line) -> None:
    row = line.room.rectified()
    line.rung("CA1")
    with line.office.store.open() as office:
        ended = ringing.Told("CA1", "no-answer")
        ringing.report(office, line.room.calls()[-1].id, ended, (RULES, line.office.watch.now))
        office.commit()
    line.office.watch.passes(minutes=10)
    contact = Contact(NUMBER, "voice", "CAback")
    served = line.office.desk.answer(contact)
    told = "".join(s.text for s in spoken(served.turn, "voice"))
    assert "刚才是镇里打来问您的" in told
    assert "加开了一个窗口" in told
    served = line.office.desk.hear(
        served.conversation,
        contact,
        served.turn.number,
        sense=lambda turn, setting: understand_text(turn.ask, "解决了", setting) if turn.ask else Understood(),
        evidence=Evidence("解决了"),
    )
    assert line.room.now(row).state == "closed"
    assert served.turn.key == "errand"
