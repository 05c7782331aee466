"""Fitting trust: what is told apart is told apart, what was calibrated stays so, the files can be read back."""

from __future__ import annotations

import math
import random

import pytest

from ivr.dialogue.steps import Wants
from ivr.evaluation import fitting
from ivr.evaluation.questions import question
from ivr.understanding.answer import Understood
from ivr.understanding.calibration import chance, log_odds, weighed
from ivr.understanding.trust import NAMES, Traits, logistic


def _cases(count: int) -> list[fitting.Case]:
    dice = random.Random(5)
    found = []
    for number in range(count):
        right = dice.random() < 0.6
        unlike = min(1.0, max(0.0, dice.gauss(0.2 if right else 0.7, 0.15)))
        traits = Traits(dice.gauss(-3, 1), dice.random(), unlike, 0.0, 2.0, -1.0)
        found.append(fitting.Case("open", f"{number // 4}", traits, right, none=not right))
    return found


def test_a_trait_that_tells_is_what_counts() -> None:
    several = _cases(400)
    weights = fitting.fit(several)
    assert len(weights) == len(NAMES) + 1
    assert weights[NAMES.index("unlike")] < -3
    told = fitting.told_apart(several, [fitting.chance_of(weights, one.traits) for one in several], 0.5)
    assert told["right_kept"] > 0.9
    assert told["none_acted_on"] < 0.3


def test_what_is_guessed_of_a_sentence_was_not_learnt_from_it() -> None:
    several = _cases(60)
    traits = Traits(-3.0, 0.5, 0.2, 0.0, 2.0, -1.0)  # as a right answer looks
    odd = [fitting.Case("open", "alone", traits, right, none=False) for right in (True, False) for _ in range(40)]
    seen = fitting.fit([*several, *odd])
    unseen = fitting.chances_unseen([*several, *odd])[-1]
    assert unseen == pytest.approx(fitting.chance_of(fitting.fit(several), traits), abs=0.12)
    assert unseen > fitting.chance_of(seen, traits) + 0.05


def test_a_calibrated_confidence_is_left_as_it_is() -> None:
    dice = random.Random(3)
    felt = [fitting.Felt(sure, dice.random() < sure) for sure in (dice.uniform(0.05, 0.95) for _ in range(4000))]
    slope, bias = fitting.platt(felt)
    assert slope == pytest.approx(1, abs=0.15)
    assert bias == pytest.approx(0, abs=0.15)


def test_one_who_is_always_too_sure_is_believed_less() -> None:
    dice = random.Random(4)
    felt = [
        fitting.Felt(sure, dice.random() < sure / 2) for sure in (dice.uniform(0.5, 0.95) for _ in range(2000))
    ]
    slope, bias = fitting.platt(felt)
    assert 1 / (1 + math.exp(-(slope * log_odds(0.8) + bias))) == pytest.approx(0.4, abs=0.05)


def test_the_files_hold_what_was_fitted() -> None:
    table = fitting.as_table({"open": [1.0] * (len(NAMES) + 1)}).splitlines()
    assert table[1].split("\t") == ["kind", *NAMES, "bias"]
    assert fitting.as_lines({"when": (1.25, -0.5)}).splitlines()[2] == "when\t1.2500\t-0.5000"


@pytest.mark.parametrize("kind", list(Wants))
def test_chances_grow_with_confidence(kind: Wants) -> None:
    chances = [chance(kind.value, sure / 20) for sure in range(21)]
    assert chances == sorted(chances)
    assert 0 <= chances[0] <= chances[-1] <= 1


def test_a_doubtful_choice_is_asked_about_and_a_doubtful_name_is_kept() -> None:
    which = weighed(question("village"), Understood("V03", confidence=0.02, text="石桥村"))
    assert (which.value, which.likely) == (None, ("V03",))
    name = weighed(question("name"), Understood("王桂花", confidence=0.02, text="王桂花"))
    assert name.value == "王桂花"


def test_a_confidence_that_tells_nothing_is_a_flat_line() -> None:
    given = ((0.9, False), (0.8, False), (0.3, True), (0.2, False))
    felt = [fitting.Felt(sure, right) for sure, right in given] * 10
    assert fitting.platt(felt) == (0.0, pytest.approx(math.log(1 / 3)))


def test_remarks_count_as_often_as_they_are_made() -> None:
    """Sixty remarks among forty answers are a corpus, not a town: there one in ten is none."""
    answers = [fitting.Felt(0.9, right=True)] * 40
    remarks = [fitting.Felt(0.9, right=False, none=True)] * 60
    slope, bias = fitting.platt([*answers, *remarks])
    assert logistic(slope * log_odds(0.9) + bias) == pytest.approx(0.9, abs=0.01)
    slope, bias = fitting.platt([*answers, *remarks[:2]])
    assert logistic(slope * log_odds(0.9) + bias) == pytest.approx(40 / 42, abs=0.01)
