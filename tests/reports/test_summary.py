"""Figures one can believe: one person one answer, weights, intervals, nothing that tells a few people apart."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.surveys.comparing import compare
from hotline.domain.surveys.figures import SMALLEST_CELL
from hotline.domain.surveys.summary import Asked, Summary, summarise

MONDAY = date(2026, 11, 2)
BEST = {"attitude": 5, "efficiency": 5, "discipline": 5}


def asked(n: int, levels: dict[str, int], **more: object) -> Asked:
    given_ = Asked(n, 1, "2026-W45", MONDAY, "1", "window:1", "liuf", 1.0, "voice", "1.1", levels, None)
    return replace(given_, **more)  # type: ignore[arg-type]


def told(*people: Asked) -> Summary:
    return summarise(people, MONDAY, MONDAY + timedelta(days=27))


def test_a_person_counts_once_and_by_what_they_liked_least() -> None:
    people = [asked(n, BEST) for n in range(9)] + [asked(9, BEST | {"discipline": 1})]
    found = told(*people)
    assert (found.overall.n, found.overall.share) == (10, 0.9)
    assert found.by_dimension["attitude"].share == 1.0


def test_who_stands_for_more_weighs_more_and_the_interval_knows() -> None:
    people = [asked(n, BEST) for n in range(19)] + [asked(19, {"attitude": 1}, weight=19.0)]
    found = told(*people).overall
    assert found.share == 0.5
    assert found.effective < 5
    assert found.interval is not None
    assert found.interval[1] - found.interval[0] > 0.5


def test_those_before_make_the_trend_but_not_the_figures() -> None:
    before = [asked(n, {"attitude": 1}, day=MONDAY - timedelta(days=7), week="2026-W44") for n in range(10)]
    found = told(*before, *(asked(n, BEST) for n in range(10, 20)))
    assert found.overall.share == 1.0
    assert [point.week for point in found.trend] == ["2026-W44", "2026-W45"]


def test_a_week_beyond_chance_is_a_signal_and_one_within_is_none() -> None:
    weeks = [
        asked(100 * w + n, {"attitude": 1} if bad and n < 20 else BEST, week=f"2026-W{30 + w}", day=MONDAY)
        for w, bad in enumerate((0, 0, 0, 0, 0, 0, 0, 1))
        for n in range(40)
    ]
    assert [point.signal for point in told(*weeks).trend] == [""] * 7 + ["below"]


def test_a_clerk_whose_answers_are_worse_than_chance_is_a_question_and_a_good_one_is_not() -> None:
    people = [asked(n, BEST, clerk="good") for n in range(40)]
    people += [asked(100 + n, {"attitude": 2} if n % 4 == 0 else BEST, clerk="bad") for n in range(40)]
    found = {one.clerk: one for one in told(*people).questions}
    assert (found["bad"].raised, found["bad"].bad, found["good"].raised) == (True, 10, False)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 5)), max_size=60))
def test_no_small_group_is_shown_and_none_can_be_worked_out_from_the_rest(said: list[tuple[str, int]]) -> None:
    people = [asked(n, {"attitude": level}, place=place) for n, (place, level) in enumerate(said)]
    groups = told(*people).groups["place"]
    assert all(figure.share is None for figure in groups.values() if figure.n < SMALLEST_CELL)
    shown = [figure for figure in groups.values() if figure.shown]
    assert len(groups) - len(shown) != 1 or len(shown) <= 1


@given(st.lists(st.tuples(st.integers(1, 5), st.floats(0.1, 50)), min_size=SMALLEST_CELL, max_size=60))
def test_every_share_lies_in_its_interval_within_nought_and_one(said: list[tuple[int, float]]) -> None:
    people = [asked(n, {"attitude": level}, weight=weight) for n, (level, weight) in enumerate(said)]
    found = told(*people).overall
    assert found.share is not None
    assert found.interval is not None
    assert 0 <= found.interval[0] <= found.share + 1e-9 <= found.interval[1] + 2e-9 <= 1 + 3e-9
    assert found.effective <= len(people) + 1e-6


def test_who_was_not_tried_to_the_end_counts_against_the_response() -> None:
    people = [asked(n, BEST) for n in range(5)] + [asked(9, {}, disposition=""), asked(8, {}, disposition="4.32")]
    assert told(*people).rates.response == 5 / 6


def quarter(seed: int, best: dict[str, float], each: int = 30) -> list[Asked]:
    chance = random.Random(seed)
    return [
        asked(n, BEST if chance.random() < share else BEST | {"efficiency": 4}, clerk=clerk)
        for clerk, share in best.items()
        for n in range(each)
    ]


def test_whoever_is_clearly_better_is_above_and_luck_alone_seldom_is() -> None:
    better = {f"c{n}": 0.5 for n in range(5)} | {"star": 0.97}
    assert compare(quarter(1, better))[1]["star"][1] == "above"
    same = {f"c{n}": 0.8 for n in range(9)}
    lucky = sum(
        any(finding == "above" for _, finding in compare(quarter(seed, same))[1].values()) for seed in range(100)
    )
    assert lucky <= 8


def test_few_answers_are_not_compared_however_good() -> None:
    people = quarter(1, {"many": 0.3}, 40) + [asked(500 + n, BEST, clerk="few") for n in range(9)]
    assert compare(people)[1]["few"][1] == "few"
