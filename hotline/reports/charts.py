"""Charts of shares with their intervals, and of weeks with their limits; never a box in place of a character."""

from __future__ import annotations

import io
import string
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hotline.domain.surveys.figures import Figure
from hotline.domain.surveys.summary import Point

_NEEDED = "满意率窗口镇村站人民政府"
"""A font that has these has what labels need."""
_LIKELY = (
    "notosanscjk",
    "sourcehansans",
    "simhei",
    "msyh",
    "wqy",
    "pingfang",
    "notoserifcjk",
    "simsun",
    "song",
    "kai",
)
"""Parts of the names of files, the likeliest first."""
_RED, _GREY, _BLUE = "#b3202a", "#8a8f98", "#1f4e79"
_DPI = 200


@dataclass(frozen=True)
class Bar:
    """One thing compared."""

    name: str
    figure: Figure


@dataclass(frozen=True)
class Chart:
    """A picture; `key` says which letter stands for which name where the names could not be written."""

    png: bytes
    key: dict[str, str]


@cache
def chinese_font() -> str:
    """A font file of this machine that has the characters; empty where there is none.

    Looked for among the files themselves: the library's own list of fonts may be older than they are.
    """
    from matplotlib import font_manager  # noqa: PLC0415 -- slow to load, and needed for charts alone

    found = sorted(font_manager.findSystemFonts(), key=lambda path: (_rank(path), "Bold" in path, path))
    return next((path for path in found if _rank(path) < len(_LIKELY) and _has(path, _NEEDED)), "")


def _rank(path: str) -> int:
    name = Path(path).name.lower().replace("-", "").replace("_", "")
    return next((place for place, part in enumerate(_LIKELY) if part in name), len(_LIKELY))


def _has(path: str, needed: str) -> bool:
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415

    try:
        known = FT2Font(path).get_charmap()
    except (OSError, RuntimeError):
        return False
    return all(ord(char) in known for char in needed)


def shares_chart(bars: Sequence[Bar], axis: str, font: str | None = None) -> Chart | None:
    """A point and an interval for each, in the order given, which is no ranking; None where nothing is shown."""
    shown = [bar for bar in bars if bar.figure.share is not None and bar.figure.interval is not None]
    if not shown:
        return None
    path = chinese_font() if font is None else font
    labels, key = _labels([f"{bar.name}（n={bar.figure.n}）" for bar in shown], path)
    figure, axes = _page(0.42 * len(shown) + 1.1)
    for place, bar in enumerate(reversed(shown)):
        low, high = bar.figure.interval or (0.0, 1.0)
        axes.plot([100 * low, 100 * high], [place, place], color=_BLUE, linewidth=2.2, solid_capstyle="butt")
        axes.plot([100 * (bar.figure.share or 0)], [place], "o", color=_RED, markersize=6)
    axes.set_yticks(range(len(shown)), list(reversed(labels)), fontproperties=_type(path))
    axes.set_ylim(-0.6, len(shown) - 0.4)
    axes.set_xlim(min(50.0, *(100 * (bar.figure.interval or (0, 1))[0] for bar in shown)) - 2, 101)
    axes.set_xlabel(axis if path else "", fontproperties=_type(path))
    axes.grid(axis="x", color="#dddddd", linewidth=0.6)
    return Chart(_png(figure), key)


def trend_chart(points: Sequence[Point], axis: str, font: str | None = None) -> Chart | None:
    """Weeks with their intervals between the limits of chance; None where fewer than two can be shown."""
    shown = [point for point in points if point.figure.share is not None and point.limits is not None]
    if len(shown) < 2:
        return None
    path = chinese_font() if font is None else font
    figure, axes = _page(3.0)
    places = range(len(shown))
    lower, upper = ([100 * (p.limits or (0, 1))[end] for p in shown] for end in (0, 1))
    axes.fill_between(places, lower, upper, step="mid", color="#e8edf3", linewidth=0)
    for place, point in enumerate(shown):
        low, high = point.figure.interval or (0.0, 1.0)
        color = _RED if point.signal else _BLUE
        axes.plot([place, place], [100 * low, 100 * high], color=_GREY, linewidth=1.4)
        axes.plot([place], [100 * (point.figure.share or 0)], "o", color=color, markersize=5)
    axes.plot(places, [100 * (p.figure.share or 0) for p in shown], color=_BLUE, linewidth=1)
    axes.set_xticks(places, [f"{p.week[5:]}\nn={p.figure.n}" for p in shown], fontsize=8)
    axes.set_ylim(min(60.0, *lower, *(100 * (p.figure.interval or (0, 1))[0] for p in shown)) - 3, 101)
    axes.set_ylabel(axis if path else "", fontproperties=_type(path))
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
    return Chart(_png(figure), {})


def _labels(names: Sequence[str], font: str) -> tuple[list[str], dict[str, str]]:
    """The names, or letters for them where this machine cannot write Chinese."""
    if font:
        return list(names), {}
    letters = [_letter(place) for place in range(len(names))]
    return letters, dict(zip(letters, names, strict=True))


def _letter(place: int) -> str:
    above, own = divmod(place, 26)
    return (string.ascii_uppercase[above - 1] if above else "") + string.ascii_uppercase[own]


def _page(height: float) -> tuple[Any, Any]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure as Sheet  # noqa: PLC0415

    sheet = Sheet(figsize=(6.1, height), layout="constrained")
    FigureCanvasAgg(sheet)
    axes = sheet.add_subplot()
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    return sheet, axes


def _type(font: str) -> Any:
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415

    return FontProperties(fname=font, size=9) if font else FontProperties(size=9)


def _png(sheet: Any) -> bytes:
    out = io.BytesIO()
    sheet.savefig(out, format="png", dpi=_DPI, metadata={"Software": None})
    return out.getvalue()
