"""When somebody is reminded of an appointment: one day and two hours ahead (domain.md, Appointments)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.domain.calling import CallingRules, last_moment

AHEAD = {"day": timedelta(days=1), "hours": timedelta(hours=2)}
FRESH = timedelta(hours=1)
"""Nobody is reminded of what was confirmed less than so long before."""
LOOK_AHEAD = timedelta(days=2)
"""Calls may have to be made the evening before."""


@dataclass(frozen=True)
class Reminder:
    """One reminder of one appointment, from when on it may go out and until when it is worth anything."""

    name: str
    """day or hours"""
    since: datetime
    until: datetime


def reminders(
    starts_at: datetime, booked_at: datetime, *, calls: CallingRules | None = None
) -> Iterator[Reminder]:
    """Both reminders of an appointment, where they make sense. `calls`: they are rung, within these hours."""
    for name, ahead in AHEAD.items():
        since = starts_at - ahead
        if calls is not None:
            since = last_moment("reminder", since, calls)
        until = starts_at - AHEAD["hours"] if name == "day" else starts_at
        if booked_at <= since - FRESH and since < until:
            yield Reminder(name, since, until)
