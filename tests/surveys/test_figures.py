"""Figures one can believe: with number, weight, interval and caution; and how far they reach."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.intervals import answers_needed, wilson
from hotline.domain.surveys import dispositions
from hotline.domain.surveys.dispositions import Disposition, rates
from hotline.domain.surveys.figures import BAD, LEVELS, Answer, Caution, Dimension, by, medium_effect, satisfied
from hotline.domain.surveys.watch import Watch, limits


def answer(level: str, weight: float = 1.0, clerk: str = "1", medium: str = "voice") -> Answer:
    return Answer(Dimension.ATTITUDE, level, weight, "S1", "P1", clerk, "2026-W47", medium)


def answers(good: int, bad: int, **more: object) -> list[Answer]:
    return [answer(LEVELS[1], **more) for _ in range(good)] + [answer(LEVELS[4], **more) for _ in range(bad)]  # type: ignore[arg-type]


def test_the_interval_is_the_published_one() -> None:
    """Newcombe (1998), table I, method 3: 81 of 263, 15 of 148, 0 of 20, 1 of 29."""
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (right, n), (low, high) in published.items():
        assert wilson(right / n, n) == pytest.approx((low, high), abs=5e-5)


@given(st.floats(0, 1), st.floats(0.5, 1e6))
def test_an_interval_holds_its_share_and_stays_a_share(share: float, n: float) -> None:
    low, high = wilson(share, n)
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1


def test_nothing_answered_tells_nothing() -> None:
    assert wilson(0.5, 0) == (0.0, 1.0)
    assert limits(0.9, 0) == (0.0, 1.0)


def test_a_small_town_needs_fewer_answers() -> None:
    assert answers_needed(0.05, 100_000_000) == 385
    assert answers_needed(0.05, 100) == 80
    assert answers_needed(0.05, 0) == 0
    for wrong in (0.0, 1.0, -0.1):
        with pytest.raises(ValueError, match="half width"):
            answers_needed(wrong, 100)


def test_who_stands_for_more_counts_for_more() -> None:
    figure = satisfied([answer(LEVELS[4], 3.0), *answers(5, 0)])
    assert figure.share == pytest.approx(5 / 8)
    assert figure.effective == pytest.approx(64 / 14)


def test_equal_weights_change_nothing() -> None:
    figure = satisfied(answers(18, 2, weight=2.5))
    assert figure.n == 20
    assert figure.interval == pytest.approx(wilson(0.9, 20))


def test_few_answers_are_not_shown() -> None:
    assert not satisfied(answers(4, 0)).shown
    assert satisfied(answers(5, 0)).shown
    assert satisfied(answers(4, 0)).interval is None


def test_all_the_best_is_told_as_politeness() -> None:
    assert satisfied([answer(LEVELS[0])] * 200).cautions == (Caution.COURTESY,)
    assert satisfied([answer(LEVELS[0])] * 199 + [answer(LEVELS[1])]).cautions == ()
    assert Caution.FEW in satisfied(answers(5, 1)).cautions


def test_each_clerk_has_a_figure_of_their_own() -> None:
    found = by(answers(9, 1, clerk="1") + answers(5, 5, clerk="2"), lambda a: a.clerk)
    assert {name: figure.share for name, figure in found.items()} == pytest.approx({"1": 0.9, "2": 0.5})


def test_voice_against_text_is_told_with_its_interval() -> None:
    both = answers(90, 10) + answers(70, 30, medium="sms")
    effect = medium_effect(both)
    assert effect is not None
    assert effect[0] == pytest.approx(0.2)
    assert 0 < effect[1][0] < 0.2 < effect[1][1]
    assert medium_effect(answers(90, 10)) is None


def test_rates_are_those_of_the_standard() -> None:
    d = Disposition
    outcomes = (
        [d.COMPLETE] * 50
        + [d.PARTIAL] * 5
        + [d.REFUSED] * 10
        + [d.BREAK_OFF] * 5
        + [d.LANGUAGE] * 2
        + [d.NO_ANSWER] * 20
        + [d.BUSY] * 8
        + [d.OUT_OF_SERVICE] * 7
    )
    found = rates(outcomes)
    assert found.drawn == 107
    assert found.response == pytest.approx(50 / 100)
    assert found.cooperation == pytest.approx(50 / 72)
    assert found.contact == pytest.approx(72 / 100)
    assert found.refusal == pytest.approx(15 / 100)
    assert found.broken_off == 10
    assert rates([]).response == 0


def test_every_disposition_is_of_one_kind() -> None:
    kinds = [
        dispositions.INTERVIEWED,
        dispositions.PARTIALS,
        dispositions.REFUSALS,
        dispositions.NOT_CONTACTED,
        dispositions.OTHERS,
        dispositions.UNKNOWN,
        dispositions.INELIGIBLE,
    ]
    assert sorted(code for kind in kinds for code in kind) == sorted(Disposition)


def test_intervals_cover_the_truth_that_was_planted() -> None:
    """2,000 weeks of 40 answers of unequal weight: 93 to 97 % of the 95 % intervals hold 0.93."""
    rng = random.Random(11)
    held = 0
    for _ in range(2000):
        week = [answer(LEVELS[4] if rng.random() < 0.07 else LEVELS[1], rng.uniform(1, 3)) for _ in range(40)]
        interval = satisfied(week).interval
        assert interval is not None
        held += interval[0] <= 0.93 <= interval[1]
    assert 0.93 <= held / 2000 <= 0.97


def test_a_bad_clerk_is_found_and_a_good_one_left_alone() -> None:
    rng = random.Random(3)
    watch = Watch()
    found = [watch.run(rng.random() < 0.25 for _ in range(32))[1] for _ in range(400)]
    accused = [any(watch.run(rng.random() < 0.02 for _ in range(104))[1] for _ in range(8)) for _ in range(400)]
    assert sum(found) > 0.87 * 400
    assert sum(accused) < 0.08 * 400


def test_the_sum_of_a_clerk_goes_on_where_it_stood() -> None:
    watch, told = Watch(), [True, False, True, False, False, True]
    half, _ = watch.run(told[:3])
    assert watch.run(told[3:], half)[0] == pytest.approx(watch.run(told)[0])
    assert {LEVELS[3], LEVELS[4]} == BAD
