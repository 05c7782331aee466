"""When the office can receive people: half-hour places inside and outside office hours.

Office hours are ordinary service; evenings, weekends and public holidays are extended-hours service
(延时服务) by appointment. Working days follow the State Council's swaps (调休), told by `is_working_day`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

TOWN_TIME = ZoneInfo("Asia/Shanghai")
PLACE_LENGTH = timedelta(minutes=30)


class Place(StrEnum):
    """Where a resident is served."""

    WINDOW = "window"
    VILLAGE = "village"
    HOME = "home"
    CAR = "car"
    """At the town window, fetched and brought home by car (专车接送)."""


@dataclass(frozen=True)
class Hours:
    """One stretch of a day in which places begin, the end excluded."""

    first: time
    last: time


@dataclass(frozen=True)
class Timetable:
    """The town's hours; every one of them configurable."""

    daytime: tuple[Hours, ...] = (Hours(time(9), time(12)), Hours(time(14), time(17)))
    evening: tuple[Hours, ...] = (Hours(time(18), time(20, 30)),)
    horizon_days: int = 28
    """How far ahead a place can be booked."""
    notice: timedelta = timedelta(minutes=60)
    """How soon the first place may be."""
    capacity: tuple[tuple[Place, int], ...] = ((Place.WINDOW, 2), (Place.VILLAGE, 1), (Place.HOME, 1))

    def seats(self, place: Place) -> int:
        return dict(self.capacity)[place]


def starts_on(day: date, timetable: Timetable) -> Iterator[datetime]:
    """Every moment of a day at which a place begins, in town time."""
    for hours in (*timetable.daytime, *timetable.evening):
        at = datetime.combine(day, hours.first, TOWN_TIME)
        while at < datetime.combine(day, hours.last, TOWN_TIME):
            yield at
            at += PLACE_LENGTH


def bookable(now: datetime, timetable: Timetable) -> Iterator[datetime]:
    """Every place from the first one with enough notice to the horizon, soonest first."""
    today = now.astimezone(TOWN_TIME).date()
    for offset in range(timetable.horizon_days + 1):
        for at in starts_on(today + timedelta(days=offset), timetable):
            if at >= now + timetable.notice:
                yield at


def is_extended(at: datetime, timetable: Timetable, is_working_day: Callable[[date], bool]) -> bool:
    """Whether a place lies outside office hours."""
    local = at.astimezone(TOWN_TIME)
    if not is_working_day(local.date()):
        return True
    return not any(h.first <= local.time() < h.last for h in timetable.daytime)
