"""Shares with their uncertainty, and whether a confidence means what it says."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z95 = 1.959964
BINS = 10


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    right: int
    n: int

    @property
    def accuracy(self) -> float:
        return self.right / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """95 % by Wilson (1927): holds for few cases and for shares near 0 and 1."""
        if not self.n:
            return 0.0, 1.0
        squared = Z95**2 / self.n
        middle = (self.accuracy + squared / 2) / (1 + squared)
        half = (
            Z95 * math.sqrt(self.accuracy * (1 - self.accuracy) / self.n + squared / (4 * self.n)) / (1 + squared)
        )
        return max(0.0, middle - half), min(1.0, middle + half)

    def as_json(self) -> dict[str, object]:
        low, high = self.interval
        return {"accuracy": round(self.accuracy, 4), "n": self.n, "interval": [round(low, 4), round(high, 4)]}


def reliability(judged: Sequence[tuple[float, bool]]) -> list[tuple[float, float, int]]:
    """(mean confidence, share right, n) for each tenth of confidence in which there is anything."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for confidence, right in judged:
        bins[min(BINS - 1, int(confidence * BINS))].append((confidence, right))
    return [
        (sum(c for c, _ in one) / len(one), sum(right for _, right in one) / len(one), len(one))
        for one in bins
        if one
    ]


def calibration_error(judged: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error: how far confidence and truth are apart, weighed by how often (0 is best)."""
    total = len(judged) or 1
    return sum(n / total * abs(confidence - right) for confidence, right, n in reliability(judged))


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; 0 for no values."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else 0.0
