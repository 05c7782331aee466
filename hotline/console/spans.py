"""How long there is still, or for how long it is too late, as one says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.console.languages import translated as _

SOON = timedelta(hours=2)
"""From here on a deadline is shown as one that presses."""


@dataclass(frozen=True)
class Span:
    """A deadline in words, and how it is shown: late, soon or nothing."""

    words: str
    tone: str = ""


def until(due: datetime | None, now: datetime) -> Span:
    """“还有 2 小时”, “过了 1 天”; no deadline says so."""
    if due is None:
        return without_end()
    left = due - now
    if left < timedelta():
        return Span(_over(-left), "late")
    return Span(_left(left), "soon" if left <= SOON else "")


def without_end() -> Span:
    return Span(_("不限时"))


def _left(span: timedelta) -> str:
    days, hours, minutes = _parts(span)
    if days:
        return _("还有 %(n)s 天", n=days)
    if hours:
        return _("还有 %(n)s 小时", n=hours)
    return _("还有 %(n)s 分钟", n=minutes) if minutes else _("马上到时间")


def _over(span: timedelta) -> str:
    days, hours, minutes = _parts(span)
    if days:
        return _("过了 %(n)s 天", n=days)
    if hours:
        return _("过了 %(n)s 小时", n=hours)
    return _("过了 %(n)s 分钟", n=minutes) if minutes else _("刚到时间")


def _parts(span: timedelta) -> tuple[int, int, int]:
    minutes = int(span.total_seconds() // 60)
    return minutes // 1440, minutes // 60, minutes
