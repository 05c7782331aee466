"""How sure a share is: no bare percentage leaves the office."""

from __future__ import annotations

import math
from statistics import NormalDist

Z95 = NormalDist().inv_cdf(0.975)


def wilson(share: float, n: float, z: float = Z95) -> tuple[float, float]:
    """The interval of a share seen in `n` answers (95 % unless told), by Wilson (1927).

    Holds for few answers and for shares near 0 and 1. `n` may be an effective number and need not be whole.
    """
    if n <= 0:
        return 0.0, 1.0
    squared = z**2 / n
    middle = (share + squared / 2) / (1 + squared)
    half = z * math.sqrt(share * (1 - share) / n + squared / (4 * n)) / (1 + squared)
    return max(0.0, middle - half), min(1.0, middle + half)


def answers_needed(half_width: float, population: int, expected: float = 0.5) -> int:
    """How many answers give a 95 % interval of ± `half_width` about a share of a population (Cochran 1977)."""
    if not 0 < half_width < 1:
        raise ValueError("the half width of an interval lies between 0 and 1")
    endless = Z95**2 * expected * (1 - expected) / half_width**2
    return min(population, math.ceil(endless / (1 + (endless - 1) / population))) if population else 0
