"""The one place where a share becomes words: never without its interval and its number."""

from __future__ import annotations

from typing import Any

from hotline.domain.intervals import wilson
from hotline.domain.surveys.figures import SMALLEST_CELL, Figure
from hotline.reports.wording import named, said

View = dict[str, Any]


def share(figure: Figure, level: float = 0.95) -> str:
    """95.2%（95%区间84.2%～98.7%，n=42）; or why there is none. `level` is that of its interval."""
    if figure.share is None or figure.interval is None:
        return said("share", "hidden", n=figure.n, least=SMALLEST_CELL)
    return _written(figure.share, figure.interval, str(figure.n), level)


def part(count: int, whole: int) -> str:
    """The same for so many out of so many."""
    if not whole:
        return said("share", "nobody")
    return _written(count / whole, wilson(count / whole, whole), f"{count}/{whole}", 0.95)


def gap(points: tuple[float, tuple[float, float]], n: int) -> str:
    """How far two shares are apart, in points."""
    between, (low, high) = points
    return said(
        "share", "gap", gap=f"{100 * between:+.1f}", low=f"{100 * low:+.1f}", high=f"{100 * high:+.1f}", n=n
    )


def limits_said(limits: tuple[float, float] | None, n: int) -> str:
    """Between what a week lies by chance."""
    if limits is None:
        return said("share", "none")
    return said("share", "limits", low=_percent(limits[0]), high=_percent(limits[1]), n=n)


def cautions(figure: Figure) -> str:
    """What a reader must know beside the figure; empty where there is nothing."""
    return "；".join(named("caution", str(one)) for one in figure.cautions)


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


def _written(middle: float, interval: tuple[float, float], n: str, level: float) -> str:
    low, high = map(_percent, interval)
    sure = f"{100 * level:.2f}".rstrip("0").rstrip(".") + "%"
    return said("share", "whole", share=_percent(middle), level=sure, low=low, high=high, n=n)


def _percent(value: float) -> str:
    return f"{100 * value:.1f}%"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
