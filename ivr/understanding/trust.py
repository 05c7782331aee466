"""How likely a short answer is the one that was given: a logistic of what speaks for it; when to act on it.

The weights (`data/trust.tsv`) are fitted by `hotline fit` on utterances of the tuning split: right answers, and
murmurs and remarks that are none; nobody sets them by hand. An answer is acted on where that costs fewer turns
than asking again: a wrong one costs `turns_lost`, asking again costs one, so it takes 1 - 1/turns_lost.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from functools import cache

from asr_models.phonetics import Syllables, distance, syllables
from ivr.understanding import lexicon

_MISSING = 0.9
_LONGEST_LEAD = 4.0
ENDS_OR_BOOKS = 6.0
"""Turns lost by a wrong yes, a call that is ended: the resident has to ring again."""
IS_LOOKED_AT = 3.0
"""Turns lost by a wrong level: a person compares it with the recording before it counts."""
IS_READ_BACK = 2.0
"""Turns lost by what is said back before anything is done: no, and what it should be."""


@dataclass(frozen=True)
class Traits:
    """What speaks for the likeliest of the usual answers, against the sentence as it was heard."""

    behind: float
    """Nats the answer scores above (mostly: below) the sentence as heard, for each syllable of the longer one."""
    lead: float
    """Nats before the next answer that means something else."""
    unlike: float
    """0..1: how different from the sentence as heard it sounds, a syllable."""
    longer: float
    """Syllables by which their lengths differ."""
    length: float
    """Syllables of the answer."""
    clear: float
    """Nats of the sentence as heard, a syllable."""


def traits(answer: str, heard: Sequence[str], nats: tuple[float, float], lead: float) -> Traits:
    """`heard`: the likeliest readings; the one nearest in sound counts. `nats`: of the answer, and as heard."""
    said = syllables(answer)
    was = min((syllables(reading) for reading in heard), key=lambda reading: unlike(said, reading))
    clear = nats[1] / max(1, len(was))
    longer = float(abs(len(said) - len(was)))
    behind = (nats[0] - nats[1]) / max(1, len(said), len(was))
    return Traits(behind, min(lead, _LONGEST_LEAD), unlike(said, was), longer, float(len(said)), clear)


def unlike(a: Syllables, b: Syllables) -> float:
    """How different two phrases sound, 0..1 a syllable of the longer one."""
    row = [_MISSING * place for place in range(len(b) + 1)]
    for one in a:
        above, row = row, [row[0] + _MISSING]
        for place, other in enumerate(b):
            cheapest = min(above[place] + distance(one, other), above[place + 1] + _MISSING, row[-1] + _MISSING)
            row.append(cheapest)
    return min(1.0, row[-1] / max(1, len(a), len(b)))


def trust(kind: str, given: Traits) -> float:
    """0..1: the chance that this is what was said, for a kind of question that was fitted."""
    *weights, bias = weights_in_use(kind)
    return logistic(sum(w * x for w, x in zip(weights, astuple(given), strict=True)) + bias)


def weights_in_use(kind: str) -> Sequence[float]:
    """By trait, and the bias, of a kind of question that was fitted."""
    return _weights()[kind]


def is_worth_it(chance: float, turns_lost: float) -> bool:
    """Whether acting on an answer costs fewer turns than asking again."""
    return (1.0 - chance) * turns_lost < 1.0


def logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, x))))


NAMES = tuple(field.name for field in fields(Traits))


@cache
def _weights() -> dict[str, Sequence[float]]:
    return {row["kind"]: [float(row[name]) for name in (*NAMES, "bias")] for row in lexicon.rows("trust.tsv")}
