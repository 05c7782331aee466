"""Accuracy against noise, loss and level; which times are confused; how long an answer takes: as SVG."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import pyplot

from ivr.evaluation.slots import Judged
from ivr.evaluation.sweeps import Point, confusions

matplotlib.use("svg")
# day names are Chinese, and not every machine has a font that holds them
_DAYS = {"一": "Mon", "二": "Tue", "三": "Wed", "四": "Thu", "五": "Fri", "六": "Sat", "天": "Sun"}
_AXES = {"noise": "speech over noise, dB", "loss": "packets lost", "level": "level, dB over the usual"}


def sweep_plots(folder: Path, points: Sequence[Point]) -> list[Path]:
    """A curve with its 95 % interval for each axis that was swept."""
    return [_kept(folder / f"{axis}.svg", axis, points) for axis in dict.fromkeys(one.axis for one in points)]


def _kept(path: Path, axis: str, points: Sequence[Point]) -> Path:
    figure, axes = pyplot.subplots(figsize=(7, 4.5))
    own = [one for one in points if one.axis == axis]
    for kind in dict.fromkeys(one.kind for one in own):
        line = sorted((one for one in own if one.kind == kind), key=lambda one: one.at)
        shares = [one.share.accuracy for one in line]
        below = [one.share.accuracy - one.share.interval[0] for one in line]
        above = [one.share.interval[1] - one.share.accuracy for one in line]
        axes.errorbar([one.at for one in line], shares, yerr=[below, above], marker="o", capsize=3, label=kind)
    axes.set(xlabel=_AXES[axis], ylabel="share right", ylim=(0, 1.02))
    axes.legend()
    return _saved(figure, path)


def judged_plots(folder: Path, judged: Mapping[str, Sequence[Judged]]) -> list[Path]:
    """Latency of all lines, and the confusion of days and hours, where times were said."""
    every = [one for several in judged.values() for one in several]
    made = [_latency(folder / "latency.svg", judged)]
    tables = {part: table for part, table in confusions(every).items() if table}
    if tables:
        made.append(_confusion(folder / "times.svg", tables))
    return made


def _latency(path: Path, judged: Mapping[str, Sequence[Judged]]) -> Path:
    figure, axes = pyplot.subplots(figsize=(7, 4.5))
    for line, several in judged.items():
        axes.ecdf([one.ms for one in several] or [0.0], label=line)
    axes.set(xlabel="recognition and understanding after the end of speech, ms", ylabel="share answered")
    axes.legend()
    return _saved(figure, path)


def _confusion(path: Path, tables: Mapping[str, Counter[tuple[str, str]]]) -> Path:
    figure, panels = pyplot.subplots(1, len(tables), figsize=(6.5 * len(tables), 5.5), squeeze=False)
    for axes, (part, table) in zip(panels[0], tables.items(), strict=True):
        wanted = sorted({pair[0] for pair in table}, key=_order)
        got = sorted({name for pair in table for name in pair}, key=_order)
        counts = [[table[row, column] for column in got] for row in wanted]
        axes.imshow(counts, cmap="Blues")
        for y, row in enumerate(counts):
            for x, n in enumerate(row):
                if n:
                    axes.text(x, y, str(n), ha="center", va="center", fontsize=7)
        axes.set_xticks(range(len(got)), [_DAYS.get(one, one) for one in got], rotation=90)
        axes.set_yticks(range(len(wanted)), [_DAYS.get(one, one) for one in wanted])
        axes.set(xlabel=f"{part} understood", ylabel=f"{part} said")
    return _saved(figure, path)


def _order(name: str) -> tuple[int, int, str]:
    hour, _, minute = name.partition(":")
    if minute:
        return int(hour), int(minute), ""
    return (-1 if name == "-" else 0), list(_DAYS).index(name) if name in _DAYS else 0, name


def _saved(figure: Any, path: Path) -> Path:
    figure.tight_layout()
    figure.savefig(path)
    pyplot.close(figure)
    return path
