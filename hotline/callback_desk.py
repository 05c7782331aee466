"""What staff do with call-backs, each in the caller's transaction: take, done, tried, give back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.domain import callbacks
from hotline.domain.calendar import Timetable
from hotline.domain.callbacks import CallBack, Staff
from hotline.domain.duty import IsWorkingDay
from hotline.domain.errors import Refused
from hotline.store.repositories.callbacks import as_task
from hotline.store.tables import CallbackRow, CallbackStepRow, StaffRow
from hotline.store.unit_of_work import Office
from hotline.views import View, town_time


@dataclass(frozen=True)
class Acting:
    """Who does something to a call-back, and when. Every use case raises Refused."""

    office: Office
    username: str
    now: datetime

    def take(self, task: int) -> CallBack:
        """First taker owns it."""
        return self._moved(task, "taken", callbacks.take(self._task(task), self._staff()))

    def done(self, task: int, note: str) -> CallBack:
        return self._moved(task, "done", callbacks.finish(self._task(task), self._staff(), note, self.now), note)

    def tried(self, task: int, next_try_at: datetime, note: str = "") -> CallBack:
        """Nobody answered; the clock runs to the next try."""
        after = callbacks.tried(self._task(task), self._staff(), next_try_at, self.now)
        return self._moved(task, "tried", after, note)

    def give_back(self, task: int, note: str = "") -> CallBack:
        return self._moved(task, "given_back", callbacks.give_back(self._task(task), self._staff()), note)

    def _task(self, task: int) -> CallBack:
        return as_task(self._row(task))

    def _row(self, task: int) -> CallbackRow:
        row = self.office.callbacks.locked(task)
        if row is None:
            raise Refused("unknown", id=task)
        return row

    def _staff(self) -> Staff:
        row = self.office.session.get(StaffRow, self.username)
        if row is None:
            raise Refused("not_staff", username=self.username)
        return Staff(row.username, row.role)

    def _moved(self, task: int, what: str, after: CallBack, note: str = "") -> CallBack:
        row = self._row(task)
        if as_task(row) != after:
            self.office.callbacks.keep(row, after)
            step = CallbackStepRow(callback=task, what=what, username=self.username, note=note, at=self.now)
            self.office.callbacks.note_step(step)
        return after


def next_try(now: datetime, timetable: Timetable, is_working_day: IsWorkingDay) -> datetime:
    """When to ring again where no time was agreed."""
    return callbacks.after_office_time(callbacks.TRY_AGAIN_AFTER, now, timetable, is_working_day)


def callback_views(office: Office, now: datetime, *, due: bool = False, all_: bool = False) -> list[View]:
    """Call-backs, the most pressing first; what is done only with `all_`, only what is late with `due`."""
    rows = office.callbacks.all() if all_ else office.callbacks.unfinished()
    heard = office.callbacks.transcripts(rows)
    views = [_view(row, heard, now) for row in rows]
    return [view for view in views if view["late"]] if due else views


def _view(row: CallbackRow, heard: dict[str, str], now: datetime) -> View:
    task = as_task(row)
    facts: dict[str, Any] = {
        "id": row.id,
        "number": row.number,
        "reason": row.reason,
        "state": row.state,
        "due_at": town_time(row.due_at),
        "next_try_at": town_time(row.next_try_at),
        "late": task.state != callbacks.DONE and task.clock_at <= now,
        "owner": row.owner,
        "tries": row.tries,
        "said": heard.get(row.recording, "") or row.text,
        "recording": row.recording,
        "note": row.note,
        "escalations": row.escalations,
        "conversation": row.conversation,
        "created_at": town_time(row.created_at),
        "done_at": town_time(row.done_at),
    }
    return facts


def sweep_overdue(office: Office, now: datetime) -> Sequence[CallbackRow]:
    """Call-backs the supervisor must be told of now; each is counted once a level, whoever sweeps."""
    for row in office.callbacks.left_ringing(now - callbacks.RINGING_AT_MOST):
        row.state = callbacks.OPEN  # the call that was being connected is lost
    late = []
    due = [row.id for row in office.callbacks.unfinished() if callbacks.escalation_due(as_task(row), now)]
    for task in due:
        held = office.callbacks.locked(task)
        if held is None or not callbacks.escalation_due(as_task(held), now):
            continue
        held.escalations += 1
        step = CallbackStepRow(callback=held.id, what="escalated", username="", note="", at=now)
        office.callbacks.note_step(step)
        late.append(held)
    return late
