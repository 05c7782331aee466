"""Found against planted, week by week: the town's figures with their intervals, and the sum of every clerk."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from hotline.domain.surveys.figures import Dimension
from hotline.domain.surveys.watch import Watch
from hotline.simulation.findings import TOWN
from hotline.simulation.outcome import Outcome

_FOUND, _PLANTED, _BAD, _GOOD, _LIMIT = "#2b6cb0", "#222222", "#c53030", "#b8b8b8", "#dd8a1c"


def draw_outcome(outcome: Outcome, path: Path) -> None:
    """Writes the picture; PNG, SVG or PDF by the name of the file."""
    with mpl.rc_context({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False}):
        figure = Figure(figsize=(11, 9), layout="constrained")
        places = figure.subplots(2, 2).ravel()
        for axes, dimension in zip(places, Dimension, strict=False):
            _weeks(axes, outcome, dimension)
        _sums(places[3], outcome)
        kind = "" if outcome.mode == "town" else " — figures only, no calls"
        figure.suptitle(f"What {len(outcome.weeks)} weekly callbacks found of what was planted{kind}")
        figure.savefig(path, dpi=140)


def _weeks(axes: mpl.axes.Axes, outcome: Outcome, dimension: Dimension) -> None:
    cells = [one for one in outcome.cells if one.whose == TOWN and one.dimension == dimension]
    shown = [
        (n, one) for n, one in enumerate(cells, start=1) if one.figure.interval and one.figure.share is not None
    ]
    for n, one in shown:
        low, high = one.figure.interval or (0.0, 1.0)
        axes.plot(
            [n, n], [100 * low, 100 * high], color=_FOUND if one.covered else _BAD, lw=2, solid_capstyle="butt"
        )
        axes.plot(n, 100 * (one.figure.share or 0), "o", color=_FOUND if one.covered else _BAD, ms=3.5)
    axes.step(
        range(1, len(cells) + 1), [100 * one.truth for one in cells], where="mid", color=_PLANTED, lw=1.2,
        label="planted",
    )  # fmt: skip
    covered = sum(one.covered for _, one in shown)
    axes.set_title(f"{dimension}: {covered} of {len(shown)} intervals hold the truth", loc="left")
    axes.set_ylabel("satisfied, % (95 % interval)")
    axes.set_xlabel("week")
    axes.set_ylim(70, 100.5)
    axes.legend(frameon=False, loc="lower right")


def _sums(axes: mpl.axes.Axes, outcome: Outcome) -> None:
    for clerk, sums in sorted(outcome.alarms.reached.items(), key=lambda one: one[0] == outcome.bad_clerk):
        bad = clerk == outcome.bad_clerk
        axes.plot(
            range(1, len(sums) + 1), sums, color=_BAD if bad else _GOOD, lw=1.8 if bad else 1.0,
            label=f"{clerk}: planted {outcome.plan.bad_share:.0%} bad" if bad else None,
        )  # fmt: skip
    axes.axhline(Watch().limit, color=_LIMIT, lw=1, ls="--", label="limit")
    axes.set_title("The watch: each clerk's sum, anew each quarter", loc="left")
    axes.set_ylabel("sum, nats")
    axes.set_xlabel("week")
    axes.legend(frameon=False, loc="upper left")
