"""From how sure understanding feels to how often it is right, by kind of question.

Platt's scaling: a straight line through the log odds, fitted by `hotline fit confidence` on the tuning split and
kept in `data/calibration.tsv`. What is less likely than not is asked again in another form: it is read back before
anything is done, so a wrong value costs two turns and the question one.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

from ivr.dialogue.steps import Ask, Wants
from ivr.understanding import lexicon
from ivr.understanding.answer import Understood
from ivr.understanding.trust import IS_LOOKED_AT, IS_READ_BACK, is_worth_it, logistic

_LEAST, _MOST = 0.01, 0.99
_TURNS_LOST = {Wants.CHOICE: IS_READ_BACK, Wants.RATING: IS_LOOKED_AT}
"""Of the kinds of questions that are asked again rather than acted on."""


def log_odds(confidence: float) -> float:
    held = min(_MOST, max(_LEAST, confidence))
    return math.log(held / (1 - held))


def chance(kind: str, confidence: float) -> float:
    """0..1: how often an answer to this kind of question, felt so sure of, is right."""
    slope, bias = _lines().get(kind, (1.0, 0.0))
    return logistic(slope * log_odds(confidence) + bias)


def weighed(ask: Ask, sense: Understood) -> Understood:
    """The sense with a calibrated confidence, and without a choice or a level that had better be asked again.

    Of a choice it can be asked which of two (是医保，还是低保), and a level counts for a clerk. Yes and no have
    been weighed already, a wrong time still has the right day more often than not, names and numbers are recorded.
    """
    if sense.unclear or sense.confidence <= 0:
        return sense
    kind = ask.slot.wants
    likely = chance(kind.value, sense.confidence)
    calibrated = replace(sense, confidence=round(max(0.001, likely), 3))
    if sense.value is None or sense.command or is_worth_it(likely, _TURNS_LOST.get(kind, 0.0)):
        return calibrated
    if kind is Wants.RATING:
        return replace(calibrated, value=None, complete=False)
    offered = tuple(dict.fromkeys((str(sense.value), *sense.likely)))
    return replace(calibrated, value=None, complete=False, likely=offered)


@cache
def _lines() -> dict[str, tuple[float, float]]:
    return {row["kind"]: (float(row["slope"]), float(row["bias"])) for row in lexicon.rows("calibration.tsv")}
