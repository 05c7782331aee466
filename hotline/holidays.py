"""Which days the office works, by the State Council's calendar (调休 included)."""

from __future__ import annotations

from datetime import date

import chinese_calendar


def is_working_day(day: date) -> bool:
    """Whether it is a working day; beyond the published years, Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # the library says so for years not yet announced
        return day.weekday() < 5
