"""One of a few words, with little before and behind it, heard as one."""

from __future__ import annotations

from dataclasses import dataclass

from asr_models.recogniser import Place, Row


@dataclass(frozen=True)
class Limits:
    """What is believed."""

    believed: float
    """Nats behind the likeliest sounds."""
    short: int
    """Characters of a word up to which, alone, it must fit better."""
    short_believed: float
    around: float
    """Nats that may be before and behind it besides what is listened for there."""


def one_of(said: Place, leads: tuple[str, ...], tails: tuple[str, ...], limits: Limits) -> tuple[Row, ...]:
    """A word alone, with something before it, with a particle behind it, with both."""
    short = tuple(one for one in said if len(one[0]) <= limits.short)
    long = tuple(one for one in said if len(one[0]) > limits.short)
    before, behind = (tuple((word, 0.0) for word in words) for words in (leads, tails))
    ways: tuple[tuple[Place, ...], ...] = ((long,), (before, said), (said, behind), (before, said, behind))
    return (
        Row((short,), limits.short_believed, limits.around),
        *(Row(places, limits.believed, limits.around) for places in ways),
    )
