"""Which days the office works, by the State Council's calendar (调休 included)."""

from __future__ import annotations

from datetime import date

import chinese_calendar


def official(day: date) -> tuple[bool, str]:
    """Whether it is a working day, and the holiday it belongs to; beyond the published years, Monday to Friday.

    A Saturday that works in exchange bears the name of the holiday it was swapped for.
    """
    try:
        free, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:  # the library says so for years not yet announced
        return day.weekday() < 5, ""
    return not free, name or ""


def is_working_day(day: date) -> bool:
    """Whether it is a working day, where the town says nothing else of it."""
    return official(day)[0]
