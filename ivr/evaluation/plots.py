"""The figures as pictures, by matplotlib (extra `evaluation`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import pyplot

from ivr.evaluation.figures import reliability
from ivr.evaluation.slots import Judged

matplotlib.use("svg")


def plots(folder: Path, judged: Mapping[str, Sequence[Judged]]) -> list[Path]:
    """Reliability and accuracy by slot as SVG in a folder that is there."""
    made = []
    for name, draw in (("calibration", _calibration), ("slots", _slots)):
        figure, axes = pyplot.subplots(figsize=(7, 4.5))
        draw(axes, judged)
        figure.tight_layout()
        made.append(folder / f"{name}.svg")
        figure.savefig(made[-1])
        pyplot.close(figure)
    return made


def _calibration(axes: Any, judged: Mapping[str, Sequence[Judged]]) -> None:
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":")
    for line, several in judged.items():
        points = reliability([(one.confidence, one.right) for one in several if not one.silent])
        axes.plot([p[0] for p in points], [p[1] for p in points], marker="o", label=line)
    axes.set(xlabel="confidence", ylabel="share right", xlim=(0, 1), ylim=(0, 1))
    axes.legend()


def _slots(axes: Any, judged: Mapping[str, Sequence[Judged]]) -> None:
    names = list(dict.fromkeys(one.told.sample.slot for several in judged.values() for one in several))
    width = 0.8 / max(1, len(judged))
    for number, (line, several) in enumerate(judged.items()):
        shares = [_share_of(several, name) for name in names]
        axes.barh([place + number * width for place in range(len(names))], shares, height=width, label=line)
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="share right", xlim=(0, 1))
    axes.legend()


def _share_of(several: Sequence[Judged], slot: str) -> float:
    own = [one.right for one in several if one.told.sample.slot == slot]
    return sum(own) / len(own) if own else 0.0
