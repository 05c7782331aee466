"""Calls the office makes: when it may ring, how often, how long it waits, and when it stops for a while.

Hours and attempts as in the town's rule for call-backs: 08:30 to 11:30, 15:00 to 17:30, 18:30 to 20:00, no noon
rest, no Spring Festival, one attempt a day; busy, no answer, machine and failed are told apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from hotline.domain import lunar
from hotline.domain.calendar import TOWN_TIME, Hours
from hotline.domain.courtesy import QuietHours, occasion

WAITING = "waiting"
ASKING = "asking"
"""Written down before the carrier is asked; a worker is at it, or died."""
PLACED = "placed"
"""The carrier has it."""
ANSWERED = "answered"
SETTLED = "settled"
"""Over, with a disposition."""
UNSURE = "unsure"
"""Nobody can say whether it rang: it is not rung again."""
EXPIRED, WITHDRAWN, BARRED = "expired", "withdrawn", "barred"
OPEN_STATES = (ASKING, PLACED, ANSWERED)
STATES = (WAITING, *OPEN_STATES, SETTLED, UNSURE, EXPIRED, WITHDRAWN, BARRED)


class Disposition(StrEnum):
    """How an attempt ended."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    MACHINE = "machine"
    FAILED = "failed"
    CANCELED = "canceled"


REPORTED = {
    "busy": Disposition.BUSY,
    "no-answer": Disposition.NO_ANSWER,
    "failed": Disposition.FAILED,
    "canceled": Disposition.CANCELED,
}
"""A carrier's word for a call that nobody talked in; `completed` depends on who answered."""

_WAIT = {
    Disposition.BUSY: timedelta(minutes=15),
    Disposition.NO_ANSWER: timedelta(hours=2),
    Disposition.MACHINE: timedelta(hours=4),
    Disposition.FAILED: timedelta(minutes=30),
}
"""By cause, before a resident is tried again; never on the same day."""
_WAIT_URGENT = dict.fromkeys(_WAIT, timedelta(minutes=2)) | {Disposition.BUSY: timedelta(minutes=1)}


@dataclass(frozen=True)
class CallOrder:
    """A call to be made, once for its reason."""

    reason: str
    number: str
    kind: str
    """As in `courtesy.OCCASIONS`."""
    script: str
    given: Mapping[str, Any] = field(default_factory=dict)
    """What the script is told: facts and ids, no more than it says."""
    about: str = ""
    """What it is about, such as appointment:307294."""
    due_at: datetime | None = None
    expires_at: datetime | None = None


ATTEMPTS = {
    "alert": 3,
    "asked": 2,
    "offer": 1,
    "reminder": 2,
    "step": 2,
    "recheck": 3,
    "missed": 1,
    "notice": 2,
    "survey": 1,
}
"""At most so many, by the kind of the call; a survey plans its next attempt itself."""


@dataclass(frozen=True)
class CallingRules:
    """All of it configurable."""

    hours: tuple[Hours, ...] = (
        Hours(time(8, 30), time(11, 30)),
        Hours(time(15), time(17, 30)),
        Hours(time(18, 30), time(20)),
    )
    attempts: Mapping[str, int] = field(default_factory=lambda: dict(ATTEMPTS))
    apart: timedelta = timedelta(seconds=1)
    """From one call to the next, over all workers."""
    breaker_of: int = 5
    breaker_share: float = 0.5
    breaker_pause: timedelta = timedelta(seconds=120)


@dataclass(frozen=True)
class ContactRules:
    """When residents are written to and rung."""

    calling: CallingRules = field(default_factory=CallingRules)
    quiet: QuietHours = field(default_factory=QuietHours)


@cache
def spring_festival(day: date) -> bool:
    """New Year's Eve to the seventh of the first month."""
    month, of_month = lunar.today_of(day)
    return (month == 1 and of_month <= 7) or lunar.today_of(day + timedelta(days=1)) == (1, 1)


def may_ring(kind: str, at: datetime, rules: CallingRules) -> bool:
    """Whether somebody may be rung now for this; danger reaches staff at any hour."""
    if occasion(kind).priority == 0:
        return True
    local = at.astimezone(TOWN_TIME)
    within = any(hours.first <= local.time() < hours.last for hours in rules.hours)
    return within and not spring_festival(local.date())


def first_moment(kind: str, since: datetime, rules: CallingRules) -> datetime:
    """The first moment from `since` on at which it may ring."""
    if may_ring(kind, since, rules):
        return since
    day = since.astimezone(TOWN_TIME).date()
    starts = sorted(hours.first for hours in rules.hours)
    for offset in range(40):
        for start in starts:
            at = datetime.combine(day + timedelta(days=offset), start, TOWN_TIME)
            if at > since and may_ring(kind, at, rules):
                return at
    return since + timedelta(days=40)  # rules without hours: nobody is rung


def next_attempt(
    order: tuple[str, int], how: Disposition, ended: datetime, rules: CallingRules
) -> datetime | None:
    """When to try again after attempt `order` = (kind, number of the attempt) ended like this; None: no more."""
    kind, attempt = order
    if how not in _WAIT or attempt >= rules.attempts.get(kind, 1):
        return None
    if occasion(kind).priority == 0:
        return ended + _WAIT_URGENT[how]
    return first_moment(kind, max(ended + _WAIT[how], next_day(ended)), rules)


def next_day(at: datetime) -> datetime:
    """The first moment of the day after, town time: one attempt a day."""
    return datetime.combine(at.astimezone(TOWN_TIME).date() + timedelta(days=1), time(), TOWN_TIME)


def breaks(recent: Sequence[bool], rules: CallingRules) -> bool:
    """Whether so many of the latest calls failed (False) that the line is left alone for a while."""
    failed = sum(1 for went in recent if not went)
    return len(recent) >= rules.breaker_of and failed >= rules.breaker_share * len(recent)


def disposition_of(status: str, answered_by: str) -> Disposition | None:
    """How a call with this status ended; None while it has not."""
    if status == "completed":
        machine = answered_by.startswith("machine") or answered_by == "fax"
        return Disposition.MACHINE if machine else Disposition.ANSWERED
    return REPORTED.get(status)


def last_moment(kind: str, before: datetime, rules: CallingRules) -> datetime:
    """The last moment up to `before` at which it may ring; a quarter of an hour of the stretch is left."""
    if may_ring(kind, before, rules):
        return before
    day = before.astimezone(TOWN_TIME).date()
    ends = sorted((hours.last for hours in rules.hours), reverse=True)
    for offset in range(40):
        for end in ends:
            at = datetime.combine(day - timedelta(days=offset), end, TOWN_TIME) - timedelta(minutes=15)
            if at <= before and may_ring(kind, at, rules):
                return at
    return before
