"""Somebody to be rung back by a person: who owns it, by when, and what it may become.

ringing (people are being rung this minute) → open → taken → done; back to open when given back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from hotline.domain.calendar import TOWN_TIME, Timetable
from hotline.domain.duty import IsWorkingDay
from hotline.domain.errors import Refused

RINGING, OPEN, TAKEN, DONE = "ringing", "open", "taken", "done"
UNFINISHED = (RINGING, OPEN, TAKEN)
DANGER = "danger"

WITHIN_OFFICE_HOURS = timedelta(hours=2)
"""How much office time an ordinary call-back may take (ours): rung in the evening, it is the next morning."""
TRY_AGAIN_AFTER = timedelta(hours=1)
"""Of office time, where nobody answered and no time was agreed."""
RINGING_AT_MOST = timedelta(minutes=10)
"""A transfer that has not ended by then has been lost with its call."""
DANGER_GRACE = timedelta(minutes=5)
"""Danger is due at once: so long after, nobody having finished with it, the supervisor is told."""
ESCALATE_AGAIN = {DANGER: timedelta(minutes=15)}
ESCALATE_AGAIN_ORDINARY = timedelta(hours=4)
MOST_ESCALATIONS = 2
_ROUND = timedelta(minutes=30)
_MAY_RING = ("clerk", "village", "supervisor", "administrator")
_OVERSEE = ("supervisor", "administrator")


@dataclass(frozen=True)
class Staff:
    """Who is acting."""

    username: str
    role: str


@dataclass(frozen=True)
class CallBack:
    id: int
    reason: str
    state: str
    due_at: datetime
    owner: str = ""
    tries: int = 0
    next_try_at: datetime | None = None
    note: str = ""
    done_at: datetime | None = None
    escalations: int = 0

    @property
    def clock_at(self) -> datetime:
        """By when something must happen now: the next try where one was agreed."""
        return self.next_try_at or self.due_at


def due_at(reason: str, now: datetime, timetable: Timetable, is_working_day: IsWorkingDay) -> datetime:
    """By when somebody must have rung back: danger at once, else two office hours on, to the half hour."""
    if reason == DANGER:
        return now
    return after_office_time(WITHIN_OFFICE_HOURS, now, timetable, is_working_day)


def after_office_time(
    span: timedelta, now: datetime, timetable: Timetable, is_working_day: IsWorkingDay
) -> datetime:
    """The moment at which so much office time has passed, up to the next half hour; at most a year ahead."""
    local, left = now.astimezone(TOWN_TIME), span
    for offset in range(366):
        day = local.date() + timedelta(days=offset)
        if not is_working_day(day):
            continue
        for hours in timetable.daytime:
            begins = max(datetime.combine(day, hours.first, TOWN_TIME), local)
            ends = datetime.combine(day, hours.last, TOWN_TIME)
            if begins < ends and begins + left <= ends:
                return _half_hour(begins + left)
            left -= max(ends - begins, timedelta(0))
    return local + timedelta(days=365)


def _half_hour(at: datetime) -> datetime:
    midnight = datetime.combine(at.date(), time(), TOWN_TIME)
    return midnight + -(-(at - midnight) // _ROUND) * _ROUND


def take(task: CallBack, by: Staff) -> CallBack:
    """First taker owns it (首接负责制). Raises Refused."""
    _allowed(by)
    if task.state == TAKEN and task.owner == by.username:
        return task
    if task.state == TAKEN:
        raise Refused("taken", by=task.owner)
    if task.state == DONE:
        raise Refused("done")
    return replace(task, state=TAKEN, owner=by.username)


def finish(task: CallBack, by: Staff, note: str, now: datetime) -> CallBack:
    """Done, with what came of it in a few words. Raises Refused."""
    _owned(task, by)
    if not note.strip():
        raise Refused("note_missing")
    return replace(task, state=DONE, note=note.strip(), done_at=now, next_try_at=None)


def tried(task: CallBack, by: Staff, next_try_at: datetime, now: datetime) -> CallBack:
    """Nobody answered: rung again at a time of its own. Raises Refused."""
    _owned(task, by)
    if next_try_at <= now:
        raise Refused("not_ahead")
    return replace(task, tries=task.tries + 1, next_try_at=next_try_at)


def give_back(task: CallBack, by: Staff) -> CallBack:
    """Anybody may take it now; its clock runs on. Raises Refused."""
    _owned(task, by)
    return replace(task, state=OPEN, owner="")


def reached(task: CallBack, note: str, now: datetime) -> CallBack:
    """The caller has been connected after all: there is nobody to ring back."""
    return replace(task, state=DONE, note=note, done_at=now, next_try_at=None)


def escalation_due(task: CallBack, now: datetime) -> bool:
    """Whether the supervisor is to be told (again) that nobody has finished with it."""
    if task.state not in (OPEN, TAKEN) or task.escalations >= MOST_ESCALATIONS:
        return False
    grace = DANGER_GRACE if task.reason == DANGER else timedelta(0)
    again = ESCALATE_AGAIN.get(task.reason, ESCALATE_AGAIN_ORDINARY)
    return now > task.clock_at + grace + again * task.escalations


def _allowed(by: Staff) -> None:
    if by.role not in _MAY_RING:
        raise Refused("no_right", role=by.role)


def _owned(task: CallBack, by: Staff) -> None:
    """Only who took it may go on with it, or who oversees everybody."""
    _allowed(by)
    if task.state == DONE:
        raise Refused("done")
    if by.role not in _OVERSEE and (task.state != TAKEN or task.owner != by.username):
        raise Refused("not_yours", by=task.owner)
