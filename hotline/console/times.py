"""Moments in town time and stretches of time, as staff say them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hotline.console.languages import day_named, term
from hotline.console.languages import translated as _
from hotline.console.parts import parts
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.surveys.frame import week_days

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SOON = timedelta(hours=2)
"""From here on a deadline is shown as one that presses, unless a page says otherwise."""


@dataclass(frozen=True)
class Span:
    """A deadline in words, and how it is shown: late, soon or nothing."""

    words: str
    tone: str = ""


def until(due: datetime | None, now: datetime, soon: timedelta = SOON) -> Span:
    """“还有 2 小时”, “过了 1 天”; no deadline says so."""
    if due is None:
        return without_end()
    left = due - now
    if left < timedelta():
        return Span(_("过了 %(time)s", time=length(-left)) if -left >= MINUTE else _("刚到时间"), "late")
    words = _("还有 %(time)s", time=length(left)) if left >= MINUTE else _("马上到时间")
    return Span(words, "soon" if left <= soon else "")


def without_end() -> Span:
    return Span(_("不限时"))


def length(span: timedelta) -> str:
    """A stretch of time by its largest part: 20 分钟, 3 小时, 2 天."""
    if span < HOUR:
        return _("%(n)s 分钟", n=max(1, span // MINUTE))
    if span < DAY:
        return _("%(n)s 小时", n=span // HOUR)
    return _("%(n)s 天", n=span // DAY)


def to_second(at: datetime) -> str:
    """2026-12-03 17:00:05, as the audit trail has it."""
    return at.astimezone(TOWN_TIME).strftime("%Y-%m-%d %H:%M:%S")


def to_minute(at: datetime) -> str:
    """12月3日 17:00; with its year where it is another one."""
    return f"{of_any_year(at.astimezone(TOWN_TIME).date())} {of_the_day(at)}"


def of_the_day(at: datetime) -> str:
    """17:00."""
    return at.astimezone(TOWN_TIME).strftime("%H:%M")


def of_the_year(day: date) -> str:
    """12月3日; in English, Dec 3."""
    return day_named(day, _("M月d日"))


def of_any_year(day: date) -> str:
    """12月3日; 2025年12月3日 where this year is another one."""
    this_year = day.year == parts().clock().astimezone(TOWN_TIME).year
    return of_the_year(day) if this_year else day_named(day, _("y年M月d日"))


def from_to(first: str, last: str) -> str:
    """12月3日～12月9日."""
    return _("%(first)s～%(last)s", first=first, last=last)


def week_named(week: str) -> str:
    """2026-W47 as people say it: 第47周（11月16日～11月22日）."""
    first, last = week_days(week)
    days = from_to(of_any_year(first), of_the_year(last))
    return _("第%(n)s周（%(days)s）", n=int(week.partition("W")[2]), days=days)


def with_weekday(day: date) -> str:
    """12月3日 星期四."""
    return f"{of_the_year(day)} {term('weekday', str(day.isoweekday()))}"
