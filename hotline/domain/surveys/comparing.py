"""Who stands out by more than chance: shares of the best rating, with intervals that hold for all at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import NormalDist

from hotline.domain.intervals import wilson
from hotline.domain.surveys.figures import SMALLEST_CELL, Figure
from hotline.domain.surveys.summary import Asked

LEAST_COMPARED = 10
"""Who was rated by fewer is not compared: by luck alone they would stand first or last."""
BEST = 5


def best_rated(people: Sequence[Asked], z: float | None = None) -> Figure:
    """The weighted share of those who gave the best level in every dimension."""
    rated = [one for one in people if one.levels]
    if len(rated) < SMALLEST_CELL:
        return Figure(len(rated), None, None, 0.0)
    total = sum(one.weight for one in rated)
    share = sum(one.weight for one in rated if one.worst == BEST) / total
    effective = total**2 / sum(one.weight**2 for one in rated)
    interval = wilson(share, effective) if z is None else wilson(share, effective, z)
    return Figure(len(rated), share, interval, effective)


def compare(people: Iterable[Asked]) -> tuple[Figure, dict[str, tuple[Figure, str]], float]:
    """(the average, each clerk's figure and whether it is above, tied, below or few, the level of each interval).

    The intervals are widened so that all of them hold together in 95 of 100 (Bonferroni).
    """
    everybody = [one for one in people if one.levels]
    average = best_rated(everybody)
    clerks: dict[str, list[Asked]] = {}
    for one in everybody:
        if one.clerk:
            clerks.setdefault(one.clerk, []).append(one)
    compared = sum(len(own) >= LEAST_COMPARED for own in clerks.values())
    level = 1 - 0.05 / max(1, compared)
    z = NormalDist().inv_cdf((1 + level) / 2)
    found = {}
    for clerk, own in sorted(clerks.items()):
        figure = best_rated(own, z)
        found[clerk] = (figure, _finding(figure, average))
    return average, found, level


def _finding(figure: Figure, average: Figure) -> str:
    if figure.n < LEAST_COMPARED or figure.interval is None or average.share is None:
        return "few"
    low, high = figure.interval
    if low > average.share:
        return "above"
    return "below" if high < average.share else "tied"
