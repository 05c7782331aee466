"""The weekly draw: everyone's chance is the planned one, nobody barred is drawn, and it can be done over again."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.surveys.draw import Draw, allocate, draw, rank_by
from hotline.domain.surveys.frame import Asked, Frame, Out, Served, frame_of, week_days

MONDAY, SUNDAY = week_days("2026-W47")


def served(clerks: dict[str, int]) -> list[Served]:
    """So many residents for each clerk, over three services and two places."""
    return [
        Served(f"appointment:{clerk}-{n}", f"1380000{clerk}{n:03}", f"S{n % 3}", f"P{n % 2}", clerk, MONDAY)
        for clerk, count in clerks.items()
        for n in range(count)
    ]


def frame(matters: list[Served], asked: list[Asked] | None = None, seed: str = "7") -> Frame:
    barred = {"13900000000": Out.OPTED_OUT, "13900000001": Out.DECEASED}
    return frame_of(
        matters, asked=asked or [], against=lambda one: barred.get(one.number), rank=rank_by(seed), monday=MONDAY
    )


def test_a_week_is_monday_to_sunday() -> None:
    assert week_days("2026-W47") == (date(2026, 11, 16), date(2026, 11, 22))
    for wrong in ("2026-47", "2026-W54", "W47", "2026-W4", "", "２０２６-W47", "2026-W47\n"):
        with pytest.raises(ValueError, match="write it as 2026-W47"):
            week_days(wrong)


def test_the_same_seed_draws_the_same_whatever_the_order_of_the_records() -> None:
    matters = served({"1": 40, "2": 25, "3": 5})
    first = draw(frame(matters), 20, "7")
    random.Random(1).shuffle(matters)
    assert draw(frame(matters), 20, "7") == first
    assert draw(frame(matters), 20, "8").drawn != first.drawn


def test_every_chance_is_the_planned_one() -> None:
    """Chi-square of how often each was drawn against the plan; 99.9 % of right samplers pass."""
    clerks = {"1": 30, "2": 12, "3": 3, "4": 1}
    week, runs = frame(served(clerks)), 4000
    times: Counter[str] = Counter()
    for seed in range(runs):
        times.update(one.served.id for one in draw(week, 14, f"s{seed}").drawn)
    planned = draw(week, 14, "any").chances
    assert sum(planned.values()) == pytest.approx(14)
    squares = [
        (times[name] - runs * chance) ** 2 / (runs * chance * (1 - chance))
        for name, chance in planned.items()
        if chance < 1
    ]
    assert all(times[name] == runs for name, chance in planned.items() if chance == 1)
    freedom = len(squares)
    assert sum(squares) < freedom + 3.09 * (2 * freedom) ** 0.5 + 4


@given(st.dictionaries(st.sampled_from("123456789"), st.integers(1, 60), min_size=1), st.integers(0, 80))
def test_just_so_many_are_drawn_each_once(clerks: dict[str, int], size: int) -> None:
    week = frame(served(clerks))
    done = draw(week, size, "x")
    assert len(done.drawn) == min(size, sum(clerks.values())) == len({one.served.number for one in done.drawn})
    assert all(0 < one.chance <= 1 and one.weight >= 1 - 1e-9 for one in done.drawn)


@given(st.dictionaries(st.sampled_from("123456789"), st.integers(0, 60)), st.integers(0, 200))
def test_shares_never_exceed_a_stratum_and_add_up(sizes: dict[str, int], size: int) -> None:
    shares = allocate(sizes, size)
    assert all(0 <= shares[name] <= sizes[name] + 1e-9 for name in sizes)
    assert sum(shares.values()) == pytest.approx(min(size, sum(sizes.values())))


def test_a_clerk_with_few_is_judged_too() -> None:
    shares = draw(frame(served({"1": 100, "2": 4})), 12, "7").shares
    assert shares["2"] == pytest.approx(2, abs=0.1)


def test_calls_are_spread_over_places_and_services() -> None:
    """Twelve of 36 residents: each of the six kinds of matter gets two, give or take one."""
    kinds = Counter((one.served.place, one.served.service) for one in drawn_of({"1": 36}, 12).drawn)
    assert len(kinds) == 6
    assert max(kinds.values()) - min(kinds.values()) <= 2


def drawn_of(clerks: dict[str, int], size: int) -> Draw:
    return draw(frame(served(clerks)), size, "7")


def test_weights_add_up_to_the_matters_of_the_week_on_average() -> None:
    matters = served({"1": 30, "2": 10})
    matters += [Served("case:1", matters[0].number, "S9", "P0", "2", MONDAY)]
    week = frame(matters)
    sums = [sum(one.weight for one in draw(week, 15, f"s{n}").drawn) for n in range(800)]
    assert sum(sums) / len(sums) == pytest.approx(len(matters), rel=0.02)


def test_nobody_with_a_reason_against_it_is_drawn() -> None:
    matters = [
        Served("a:1", "13900000000", "S", "P", "1", MONDAY),
        Served("a:2", "13900000001", "S", "P", "1", MONDAY),
        Served("a:3", "", "S", "P", "1", MONDAY),
        Served("a:4", "13900000004", "S", "P", "1", MONDAY),
        Served("a:5", "13900000005", "S", "P", "1", MONDAY),
        Served("a:6", "13900000006", "S", "P", "1", MONDAY),
        Served("a:7", "13900000006", "S", "P", "2", MONDAY),
    ]
    asked = [
        Asked("13900000004", MONDAY - timedelta(weeks=8) + timedelta(days=1)),
        Asked("13900000005", MONDAY - timedelta(weeks=8)),
    ]
    week = frame(matters, asked)
    assert week.out["a:1"] is Out.OPTED_OUT
    assert week.out["a:2"] is Out.DECEASED
    assert week.out["a:3"] is Out.NO_NUMBER
    assert week.out["a:4"] is Out.ASKED_LATELY
    assert [reason for name, reason in week.out.items() if name in ("a:6", "a:7")] == [Out.SAME_PHONE]
    assert {one.served.number for one in draw(week, 9, "7").drawn} == {"13900000005", "13900000006"}
