"""The planted truth, the figures held against it, and the test of the draw's chances."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hotline.domain.surveys.campaign import RATINGS
from hotline.domain.surveys.frame import Served, frame_of
from hotline.simulation import figures_only, inclusion
from hotline.simulation.findings import Alarms, Week, alarms, cells
from hotline.simulation.outcome import of_figures
from hotline.simulation.picture import draw_outcome
from hotline.simulation.plan import BEGINS, Plan
from hotline.simulation.planted import FELT, Truth

PLAN = Plan(weeks=26, residents=3000, drawn=100)


def test_a_bad_service_is_always_felt_and_a_good_one_never() -> None:
    truth, dice = Truth(0.02, {"bad": 0.25}), Random(1)
    felt = [truth.experience("bad", dice) for _ in range(8000)]
    assert sum(one.bad for one in felt) / 8000 == pytest.approx(0.25, abs=0.015)
    for name in RATINGS:
        share = sum(one.levels[name] >= 3 for one in felt) / 8000
        assert share == pytest.approx(truth.satisfied("bad", name), abs=0.015)
    assert not any(truth.experience("x", dice).bad for _ in range(50) if truth.share("x") == 0)


@given(some.floats(0, 1), some.sampled_from(RATINGS))
def test_satisfaction_falls_with_the_planted_share(share: float, name: str) -> None:
    assert Truth(share).satisfied("any", name) == pytest.approx(1 - share * FELT[name])


def test_the_truth_of_the_town_weighs_each_clerk_by_what_they_served() -> None:
    week = Week("2026-W36", {"a": 30, "b": 10}, [], [])
    found = {(one.whose, one.dimension): one.truth for one in cells([week], Truth(0.0, {"b": 0.4}))}
    assert found["town", "attitude"] == pytest.approx(1 - 0.25 * 0.4 * FELT["attitude"])


def test_the_watch_begins_anew_each_quarter_and_says_in_which_week_it_was_sure() -> None:
    good, bad = [("g", False)] * 8, [("b", True)] * 2 + [("b", False)] * 6
    weeks = [Week(str(n), {}, [], good + bad) for n in range(14)]
    told = alarms(weeks, "b")
    assert told.found_in == [2, None]
    assert told.accused == [frozenset(), frozenset()]
    assert told.reached["b"][13] < told.reached["b"][12]


def test_never_found_counts_as_longer_than_any() -> None:
    assert Alarms([2, None, None], []).weeks_to_find is None
    assert Alarms([2, None, 3], []).weeks_to_find == 3
    assert Alarms([2, None, 3], []).found_within_four == pytest.approx(2 / 3)


def test_the_arithmetic_is_the_same_for_a_seed_and_another_for_another() -> None:
    first, again = (of_figures(PLAN, draws=300).as_json() for _ in range(2))
    assert first == again
    assert first["mode"] == "figures-only"
    assert of_figures(replace(PLAN, seed="8"), draws=300).as_json() != first


def test_nobody_is_drawn_twice_within_eight_weeks() -> None:
    plan, truth = replace(PLAN, weeks=12, residents=800, walked_in=0.3), Truth(0.0)
    weeks = figures_only.weeks(plan, truth)
    assert sum(len(week.people) for week in weeks[:8]) <= 800
    assert len(weeks[7].people) < len(weeks[0].people)  # the town runs out of telephones that have rested


def test_the_draw_passes_its_test_and_a_bent_one_does_not() -> None:
    frame = figures_only.first_frame(replace(PLAN, residents=400, walked_in=0.2))
    assert inclusion.fit(frame, 30, 1000, "a").p > 0.01
    bent = Counter({f"{n}": 60 if n < 10 else 40 for n in range(20)})
    assert inclusion._pearson(bent, {f"{n}": 50.0 for n in range(20)}, 1000).p < 0.01


def test_rare_chances_are_put_together() -> None:
    fit = inclusion._pearson(Counter({"a": 1, "b": 4, "c": 95}), {"a": 1.0, "b": 4.0, "c": 95.0}, 100)
    assert (fit.cells, fit.statistic) == (2, 0.0)


def test_the_picture_is_drawn(tmp_path: Path) -> None:
    outcome = of_figures(replace(PLAN, weeks=5), draws=300)
    for name in ("found.png", "found.svg"):
        draw_outcome(outcome, tmp_path / name)
        assert (tmp_path / name).stat().st_size > 5000


def test_frames_of_the_arithmetic_are_frames_of_the_draw() -> None:
    served = [Served("walk-in:1", "1380", "1", "1", "a", BEGINS.date())]
    frame = frame_of(served, asked=(), against=lambda _one: None, rank=lambda _name: 0.5, monday=BEGINS.date())
    assert [one.id for one in frame.candidates] == ["walk-in:1"]
