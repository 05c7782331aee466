"""Whether the draw takes everybody with the chance it says: one frame drawn many times, tested by chi-square."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from statistics import NormalDist

from hotline.domain.surveys.draw import draw, rank_by
from hotline.domain.surveys.frame import Frame

LEAST_EXPECTED = 5.0
"""Fewer are put together: the statistic is only then distributed as it says (Cochran 1954)."""


@dataclass(frozen=True)
class Fit:
    """Pearson's test of one draw a seed, one person picked out of each: those picks are independent."""

    draws: int
    cells: int
    statistic: float
    p: float

    def as_json(self) -> dict[str, float]:
        return {
            "draws": self.draws,
            "cells": self.cells,
            "chi_square": round(self.statistic, 1),
            "p": round(self.p, 4),
        }


def fit(frame: Frame, size: int, draws: int, seed: str) -> Fit:
    """A draw takes `size` telephones whatever its seed: one of them at random is somebody by chance ÷ size."""
    picked: Counter[str] = Counter()
    chances: dict[str, float] = {}
    for n in range(draws):
        made = draw(frame, size, f"{seed}/{n}")
        chances = made.chances
        pick = int(rank_by(f"{seed}/{n}/pick")("who") * len(made.drawn))
        by_id = sorted(one.served.id for one in made.drawn)
        picked[by_id[pick]] += 1
    return _pearson(picked, {name: draws * chance / size for name, chance in chances.items()}, draws)


def _pearson(picked: Counter[str], expected: dict[str, float], draws: int) -> Fit:
    statistic, cells = 0.0, 0
    seen, hoped = 0, 0.0
    for name in sorted(expected):
        seen, hoped = seen + picked[name], hoped + expected[name]
        if hoped >= LEAST_EXPECTED:
            statistic, cells = statistic + (seen - hoped) ** 2 / hoped, cells + 1
            seen, hoped = 0, 0.0
    if hoped > 0:
        statistic, cells = statistic + (seen - hoped) ** 2 / hoped, cells + 1
    return Fit(draws, cells, statistic, _tail(statistic, cells - 1))


def _tail(statistic: float, degrees: int) -> float:
    """The chance of so much or more, by Wilson and Hilferty (1931)."""
    spread = 2 / (9 * degrees)
    return 1 - NormalDist().cdf(((statistic / degrees) ** (1 / 3) - (1 - spread)) / math.sqrt(spread))
