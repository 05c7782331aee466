"""The curve of false cut-offs against delay, as SVG: by what was understood at the pause, and by silence alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import pyplot

matplotlib.use("svg")
_NAMES = {"words": "by what was understood", "silence": "by silence alone"}


def pauses_plot(path: Path, curve: Mapping[str, Sequence[Mapping[str, Any]]]) -> Path:
    """One point a patience; the one in use is ringed."""
    figure, axes = pyplot.subplots(figsize=(7, 4.5))
    for name, points in curve.items():
        delays = [one["delay_s"]["median"] for one in points]
        cut = [100 * one["cut"]["share"] for one in points]
        axes.plot(delays, cut, marker="o", label=_NAMES[name])
        used = next(place for place, one in enumerate(points) if one["patience"] == 1.0)
        axes.plot(delays[used], cut[used], "o", markersize=14, fillstyle="none", color="black")
    axes.set(xlabel="median delay after the last sound, s", ylabel="answers cut off, %", ylim=(0, None))
    axes.legend()
    figure.tight_layout()
    figure.savefig(path)
    pyplot.close(figure)
    return path
