"""Clocks that run by the office's working days, holidays and their swaps (调休) included.

A clock of n working days does not count the day on which it began, whatever the hour; it ends when the office
closes on the n-th working day after that. So one working day from Friday 23:00 ends on Monday at closing time,
and on the eve of a Saturday that is worked for a holiday it ends on that Saturday.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from hotline.domain.calendar import TOWN_TIME

CLOSES = time(17)
"""When a working day is over."""
_LONGEST_REST = 60
"""Days without a working day after which the calendar must be wrong."""

IsWorkingDay = Callable[[date], bool]


def after_working_days(start: datetime, days: int, is_working_day: IsWorkingDay) -> datetime:
    """Closing time on the `days`-th working day after the day of `start`, the day itself not counted.

    Raises ValueError for less than one day, or where no working day comes in two months.
    """
    if days < 1:
        raise ValueError("a clock of working days runs for at least one")
    day, rested = start.astimezone(TOWN_TIME).date(), 0
    while days:
        day += timedelta(days=1)
        if is_working_day(day):
            days, rested = days - 1, 0
        elif (rested := rested + 1) > _LONGEST_REST:
            raise ValueError(f"no working day in the {_LONGEST_REST} days before {day}")
    return datetime.combine(day, CLOSES, TOWN_TIME)


def working_days_between(start: datetime, end: datetime, is_working_day: IsWorkingDay) -> int:
    """Working days after the day of `start`, up to and with the day of `end`; none if it is the same day."""
    first, last = (at.astimezone(TOWN_TIME).date() for at in (start, end))
    return sum(is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
