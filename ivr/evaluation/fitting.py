"""Fits the trust in short answers: right ones, wrong ones and noises of a split, to the weights of a logistic.

What is none of the answers is rare in life and common in the corpus, so it is weighed down to `NONE_IN_LIFE`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from asr_models.recogniser import Recogniser
from ivr.dialogue.steps import Wants
from ivr.evaluation.callers import Told, say
from ivr.evaluation.line import Line, through
from ivr.evaluation.questions import question, setting
from ivr.understanding.calibration import log_odds
from ivr.understanding.candidates import NOTHING
from ivr.understanding.expected import expected_for
from ivr.understanding.slots import Utterance, find_all
from ivr.understanding.sounds import Heard
from ivr.understanding.trust import NAMES, Traits, logistic
from ivr.understanding.whole import rated, usual_values

KINDS = (Wants.OPEN, Wants.YES_NO, Wants.RATING)
NONE_IN_LIFE = 0.1
"""Share of the answers to such a question that are none: a guess, to be replaced by a town's own count."""
_RIDGE, _STEPS = 1.0, 60
_FOLDS = 5
_SIGNS = {"behind": 1, "lead": 1, "unlike": -1}
"""What fits better and leads further is likelier, what sounds different is not; few examples may say otherwise."""
Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """One utterance: what spoke for the likeliest answer, and whether that was the one given."""

    kind: str
    words: str
    traits: Traits
    right: bool
    none: bool
    """It was no answer at all."""


def cases(tellings: Iterable[Told], line: Line, ears: Recogniser, tick: Callable[[], None]) -> list[Case]:
    """The utterances to which a usual answer was compared. Raises SpeechError."""
    found = []
    for told in tellings:
        one = _case(told, line, ears)
        found += [one] if one else []
        tick()
    return found


def _case(told: Told, line: Line, ears: Recogniser) -> Case | None:
    ask, against = question(told.sample.question), setting(told.sample.question)
    if ask.slot.wants not in KINDS:
        return None
    listener = ears.listen(expected_for(ask, against))
    listener.feed(through(say(told), line, told.seed))
    hearing = listener.finish()
    if not hearing.alternatives:
        return None
    heard = Heard.heard([one.text for one in hearing.alternatives])
    said = Utterance(heard, ask, against, hearing.text)
    likeliest = rated(said, find_all(said).get(ask.key, NOTHING), listener.score)
    if likeliest is None:
        return None
    text, given = likeliest
    wanted = told.sample.wanted
    right = bool(wanted) and str(wanted.get("value")) == str(usual_values(ask.slot.wants)[text])
    return Case(ask.slot.wants.value, told.sample.text, given, right, none=not wanted)


def fit(several: Sequence[Case]) -> list[float]:
    """Weights by trait and the bias. A trait that would speak for what it must speak against is left out."""
    x = np.array([astuple(one.traits) for one in several], np.float64)
    right, weight = np.array([one.right for one in several], np.float64), _weights_of(several)
    while True:
        found = _fitted(x, right, weight)
        absurd = [place for place, name in enumerate(NAMES) if found[place] * _SIGNS.get(name, 0) < 0]
        if not absurd:
            return found
        x[:, absurd] = 0.0


@dataclass(frozen=True)
class Felt:
    """An answer that was taken: how sure it was felt to be, whether it was right, or none at all."""

    confidence: float
    right: bool
    none: bool = False


def platt(felt: Sequence[Felt]) -> tuple[float, float]:
    """Slope and bias of the line through the log odds of (confidence, right); flat where it would fall."""
    x = np.array([[log_odds(one.confidence)] for one in felt], np.float64)
    right, weight = np.array([one.right for one in felt], np.float64), _weights_of(felt)
    slope, bias = _fitted(x, right, weight)
    if slope >= 0:
        return slope, bias
    return 0.0, log_odds(float(right @ weight / weight.sum()))


def _fitted(x: Array, y: Array, weight: Array) -> list[float]:
    """A logistic, by Newton's method on standardised columns with a ridge."""
    mean, spread = x.mean(0), np.maximum(x.std(0), 1e-6)
    z = np.c_[(x - mean) / spread, np.ones(len(x))]
    found = np.zeros(z.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(z @ found, -30, 30)))
        slope = z.T @ (weight * (chance - y)) + _RIDGE * np.r_[found[:-1], 0]
        curve = (z * (weight * chance * (1 - chance))[:, None]).T @ z + 1e-6 * np.eye(len(found))
        curve[:-1, :-1] += _RIDGE * np.eye(len(found) - 1)
        found = found - np.linalg.solve(curve, slope)
    plain = found[:-1] / spread
    return [*plain.tolist(), float(found[-1] - plain @ mean)]


def _weights_of(several: Sequence[Case] | Sequence[Felt]) -> Array:
    """What is no answer counts as often as it is in life, or as it is in the corpus where that is less."""
    nones = sum(one.none for one in several)
    answers = len(several) - nones
    rare = min(1.0, NONE_IN_LIFE / (1 - NONE_IN_LIFE) * answers / nones) if nones else 1.0
    return np.array([rare if one.none else 1.0 for one in several])


def chance_of(weights: Sequence[float], given: Traits) -> float:
    """What the weights make of an utterance's traits."""
    return logistic(sum(w * x for w, x in zip(weights, (*astuple(given), 1.0), strict=True)))


def chances_unseen(several: Sequence[Case]) -> list[float]:
    """For each utterance, what weights make of it that were fitted without any saying of its words.

    Needs as many sentences as there are folds.
    """
    fold = {words: number % _FOLDS for number, words in enumerate(dict.fromkeys(one.words for one in several))}
    weights = [fit([one for one in several if fold[one.words] != left_out]) for left_out in range(_FOLDS)]
    return [chance_of(weights[fold[one.words]], one.traits) for one in several]


def told_apart(several: Sequence[Case], chances: Sequence[float], floor: float) -> dict[str, Any]:
    """What acting from this chance on means: right answers kept, wrong answers and noises acted on."""
    rows = [(one, chance >= floor) for one, chance in zip(several, chances, strict=True)]

    def share(of: list[bool]) -> float:
        return round(sum(of) / len(of), 3) if of else 0.0

    return {
        "floor": round(floor, 2),
        "right_kept": share([acted for one, acted in rows if one.right]),
        "wrong_acted_on": share([acted for one, acted in rows if not one.right and not one.none]),
        "none_acted_on": share([acted for one, acted in rows if one.none]),
    }


def as_table(weights: dict[str, list[float]]) -> str:
    """The file the weights are kept in."""
    head = "# Fitted by `hotline fit trust`; see ivr/understanding/trust.py. Not to be edited by hand.\n"
    lines = ["\t".join(("kind", *NAMES, "bias"))]
    lines += ["\t".join((kind, *(f"{weight:.4f}" for weight in several))) for kind, several in weights.items()]
    return head + "\n".join(lines) + "\n"


def as_lines(lines: dict[str, tuple[float, float]]) -> str:
    """The file the calibration is kept in."""
    head = (
        "# Fitted by `hotline fit confidence`; see ivr/understanding/calibration.py. Not to be edited by hand.\n"
    )
    rows = [f"{kind}\t{slope:.4f}\t{bias:.4f}" for kind, (slope, bias) in lines.items()]
    return head + "\n".join(["kind\tslope\tbias", *rows]) + "\n"
