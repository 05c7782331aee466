"""The one place where a share becomes words: never without its interval and its number."""

from __future__ import annotations

from typing import Any, Protocol

from hotline.domain.intervals import wilson
from hotline.domain.surveys.figures import SMALLEST_CELL, Figure
from hotline.reports.wording import said

View = dict[str, Any]


class Say(Protocol):
    """Fills in a sentence of the reports by section and name: `said`, or one that says it in another language."""

    def __call__(self, section: str, name: str, /, **values: object) -> str: ...


def share(figure: Figure, level: float = 0.95, say: Say = said) -> str:
    """95.2%（95%区间84.2%～98.7%，n=42）; or why there is none. `level` is that of its interval."""
    if figure.share is None or figure.interval is None:
        return say("share", "hidden", n=figure.n, least=SMALLEST_CELL)
    return _written(figure.share, figure.interval, str(figure.n), level=level, say=say)


def part(count: int, whole: int, say: Say = said) -> str:
    """The same for so many out of so many."""
    if not whole:
        return say("share", "nobody")
    return _written(count / whole, wilson(count / whole, whole), f"{count}/{whole}", level=0.95, say=say)


def gap(points: tuple[float, tuple[float, float]], n: int, say: Say = said) -> str:
    """How far two shares are apart, in points."""
    between, (low, high) = points
    return say(
        "share", "gap", gap=f"{100 * between:+.1f}", low=f"{100 * low:+.1f}", high=f"{100 * high:+.1f}", n=n
    )


def limits_said(limits: tuple[float, float] | None, n: int, say: Say = said) -> str:
    """Between what a week lies by chance."""
    if limits is None:
        return say("share", "none")
    return say("share", "limits", low=_percent(limits[0]), high=_percent(limits[1]), n=n)


def cautions(figure: Figure, say: Say = said) -> str:
    """What a reader must know beside the figure; empty where there is nothing."""
    return "；".join(say("caution", str(one)) for one in figure.cautions)


def share_view(figure: Figure) -> View:
    """The same for programs."""
    return {
        "n": figure.n,
        "share": _rounded(figure.share),
        "interval": [_rounded(end) for end in figure.interval] if figure.interval else None,
        "effective_n": round(figure.effective, 1),
        "cautions": [str(one) for one in figure.cautions],
    }


def part_view(count: int, whole: int) -> View:
    interval = wilson(count / whole, whole) if whole else None
    return {
        "n": whole,
        "count": count,
        "share": _rounded(count / whole) if whole else None,
        "interval": [_rounded(end) for end in interval] if interval else None,
    }


def _written(middle: float, interval: tuple[float, float], n: str, *, level: float, say: Say) -> str:
    low, high = map(_percent, interval)
    sure = f"{100 * level:.2f}".rstrip("0").rstrip(".") + "%"
    return say("share", "whole", share=_percent(middle), level=sure, low=low, high=high, n=n)


def _percent(value: float) -> str:
    return f"{100 * value:.1f}%"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
