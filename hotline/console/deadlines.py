"""Clocks in words: how long is left, or for how long it has been too late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.console.languages import counted
from hotline.domain.calendar import TOWN_TIME

SOON = timedelta(days=1)


@dataclass(frozen=True)
class Deadline:
    """One clock as a page shows it."""

    what: str
    """What must have happened by then: a key of words' [ledger_clock]."""
    by: str
    left: str
    tone: str
    """late, soon, or empty: the class of its words."""


def deadline(what: str, by: datetime, now: datetime) -> Deadline:
    """A clock that ends at `by`, as it stands `now`."""
    left = by - now
    tone = "late" if left < timedelta() else "soon" if left < SOON else ""
    return Deadline(what, day_and_hour(by), _said(left), tone)


def day_and_hour(at: datetime) -> str:
    """12-03 17:00, in town time."""
    return at.astimezone(TOWN_TIME).strftime("%m-%d %H:%M")


def written_time(at: datetime) -> str:
    """2026-12-03 17:00, in town time."""
    return at.astimezone(TOWN_TIME).strftime("%Y-%m-%d %H:%M")


def _said(left: timedelta) -> str:
    """Days from two days on, hours from two hours on, else minutes; what is begun counts whole once it is over."""
    late, span = left < timedelta(), abs(left)
    for unit, least in ((timedelta(days=1), 2), (timedelta(hours=1), 2), (timedelta(minutes=1), 0)):
        count = span // unit
        if count >= least:
            return _late(unit, max(count, 1)) if late else _ahead(unit, count)
    raise AssertionError(left)  # every span has minutes


def _ahead(unit: timedelta, count: int) -> str:
    if unit == timedelta(days=1):
        return counted("还有 %(num)s 天", count)
    if unit == timedelta(hours=1):
        return counted("还有 %(num)s 小时", count)
    return counted("还有 %(num)s 分钟", count)


def _late(unit: timedelta, count: int) -> str:
    if unit == timedelta(days=1):
        return counted("已超时 %(num)s 天", count)
    if unit == timedelta(hours=1):
        return counted("已超时 %(num)s 小时", count)
    return counted("已超时 %(num)s 分钟", count)
