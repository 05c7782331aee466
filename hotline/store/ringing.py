"""An attempt at a call, from the leave to ring to its end. The gate is held before the attempt, always."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from hotline.domain import callbacks
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.calling import (
    ANSWERED,
    ASKING,
    BARRED,
    EXPIRED,
    PLACED,
    SETTLED,
    UNSURE,
    WAITING,
    WITHDRAWN,
    CallingRules,
    CallOrder,
    Disposition,
    breaks,
    disposition_of,
    first_moment,
    next_attempt,
    next_day,
)
from hotline.domain.courtesy import occasion
from hotline.domain.remedies import back_off
from hotline.store.departure import TIMELY, barred, no_longer_so
from hotline.store.in_vain import cause_of, tell_otherwise, told_otherwise
from hotline.store.repositories.callbacks import as_task
from hotline.store.tables import CallOutRow, GateRow
from hotline.store.unit_of_work import Office

logger = logging.getLogger(__name__)

_REMEMBERED = 10
"""Latest calls the breaker looks at."""
_BUSY_WITH_US = timedelta(minutes=2)
_RECORDED = (ASKING, PLACED, ANSWERED, UNSURE, WAITING)
"""States a report may still change: a call that was thought never made may ring after all."""


@dataclass(frozen=True)
class Leave:
    """A worker may ring now; it is written down that it does."""

    call: int
    number: str
    refusals: int
    asked_at: datetime
    detect_machine: bool


@dataclass(frozen=True)
class Told:
    """What a carrier says of a call."""

    sid: str
    status: str
    answered_by: str = ""
    seconds: int = 0


def take_leave(office: Office, call: int, rules: CallingRules, now: datetime) -> Leave | timedelta | None:
    """Leave to ring, or how long to wait for the gate, or None: not now, and the row says why or when."""
    gate = office.calls_out.gate()
    row = office.calls_out.locked(call)
    if row is None or row.state != WAITING or row.due_at > now or _dropped(office, row, rules, now):
        return None
    if gate.paused or (gate.broken_until is not None and gate.broken_until > now):
        return None
    if (later := _not_yet(office, row, rules, now)) > now:
        row.due_at = later
        return None
    if gate.next_at is not None and gate.next_at > now:
        return gate.next_at - now
    gate.next_at = now + rules.apart
    row.state, row.asked_at = ASKING, now
    return Leave(row.id, row.number, row.refusals, now, detect_machine=occasion(row.kind).priority > 0)


def _dropped(office: Office, row: CallOutRow, rules: CallingRules, now: datetime) -> bool:
    """Whether there is no longer any use in it."""
    if row.expires_at is not None and row.expires_at <= now:
        row.state = EXPIRED
        _expired(office, row, rules, now)
    elif no_longer_so(office, row):
        row.state = WITHDRAWN
    elif barred(office, row.number, row.kind):
        row.state = BARRED
    return row.state != WAITING


def _expired(office: Office, row: CallOutRow, rules: CallingRules, now: datetime) -> None:
    """What came too late is of no use as a text either; but somebody who is owed an answer is rung by a person."""
    if row.kind not in TIMELY:
        tell_otherwise(office, row, rules, now)


def _not_yet(office: Office, row: CallOutRow, rules: CallingRules, now: datetime) -> datetime:
    """When it may ring: within hours, once a day, and not into a call of ours."""
    if occasion(row.kind).priority == 0:
        return now
    if office.calls_out.on_the_line(row.number):
        return first_moment(row.kind, now + _BUSY_WITH_US, rules)
    midnight = datetime.combine(now.astimezone(TOWN_TIME).date(), time(), TOWN_TIME)
    if row.attempt > 1 and office.calls_out.asked_since(row.reason, midnight):
        return first_moment(row.kind, next_day(now), rules)
    return first_moment(row.kind, now, rules)


def not_taken(office: Office, leave: Leave, why: tuple[str, str], rules: CallingRules) -> None:
    """The carrier certainly did not take it, for the moment: it waits again. `why` is code and words."""
    now, call = leave.asked_at, leave.call
    gate = office.calls_out.gate()
    row = office.calls_out.locked(call)
    if row is None or row.state != ASKING:
        return
    row.refusals += 1
    row.state, row.error, row.asked_at = WAITING, " ".join(why).strip()[:500], None
    row.due_at = now + back_off(why[0], row.refusals)
    _note(gate, rules, now, went=False)


def refused(office: Office, call: int, why: tuple[str, str], by: tuple[CallingRules, datetime]) -> None:
    """The carrier will never ring that number."""
    rules, now = by
    row = office.calls_out.locked(call)
    if row is not None and row.state == ASKING:
        row.error = " ".join(why).strip()[:500]
        _settle(office, row, Disposition.FAILED, now)
        tell_otherwise(office, row, rules, now)


def never_known(office: Office, call: int, rules: CallingRules, now: datetime) -> None:
    """The carrier cannot say whether it rang: it is not rung again, but told otherwise."""
    row = office.calls_out.locked(call)
    if row is not None and row.state in (ASKING, PLACED):
        row.state = UNSURE
        logger.error("nobody knows whether a call was made", extra={"call_id": row.id})
        tell_otherwise(office, row, rules, now)


def never_made(office: Office, call: int, now: datetime) -> None:
    """The carrier says that it has no such call: it waits again, as the same attempt."""
    row = office.calls_out.locked(call)
    if row is not None and row.state == ASKING and not row.sid:
        row.refusals += 1
        row.state, row.asked_at, row.due_at = WAITING, None, now + back_off("", row.refusals)


def report(office: Office, call: int, told: Told, by: tuple[CallingRules, datetime]) -> bool:
    """Moves an attempt forward, or changes nothing; whether the report was about this attempt's own call."""
    rules, now = by
    over = disposition_of(told.status, told.answered_by) is not None
    gate = office.calls_out.gate() if over else None  # only an end counts for the breaker
    row = office.calls_out.locked(call)
    if row is None or row.state not in _RECORDED:
        return row is not None and row.sid == told.sid
    if not told.sid or (row.sid and row.sid != told.sid):
        logger.error("a call that is not the attempt's own", extra={"call_id": call, "sid": told.sid[:64]})
        return False
    row.sid = told.sid[:64]
    row.asked_at = row.asked_at or now
    if row.state != ANSWERED:
        row.state = PLACED
    row.answered_by = told.answered_by[:30] or row.answered_by
    how = _ended_how(row, told)
    if how is not None and gate is not None:
        row.seconds = told.seconds
        _settle(office, row, how, now)
        _plan_next(office, row, rules, now)
        _note(gate, rules, now, went=how is not Disposition.FAILED)
    return True


def answered(row: CallOutRow, told: tuple[str, str], now: datetime) -> bool:
    """Somebody or something picked up; False where this is not the attempt's own call, or it is over."""
    sid, by = told
    if row.state not in _RECORDED or (row.sid and row.sid != sid):
        return False
    row.sid, row.state, row.answered_by = sid[:64], ANSWERED, by[:30]
    row.asked_at, row.answered_at = row.asked_at or now, row.answered_at or now
    return True


def _ended_how(row: CallOutRow, told: Told) -> Disposition | None:
    """As the carrier has it; who picked up and was never served has not been reached."""
    how = disposition_of(told.status, row.answered_by)
    return Disposition.FAILED if how is Disposition.ANSWERED and row.answered_at is None else how


def _settle(office: Office, row: CallOutRow, how: Disposition, now: datetime) -> None:
    row.state, row.disposition, row.ended_at = SETTLED, how, now
    office.session.flush()


def _plan_next(office: Office, row: CallOutRow, rules: CallingRules, now: datetime) -> None:
    """Another attempt, or, after the last one in vain, another way; a reason is told once."""
    how = Disposition(row.disposition)
    if how is Disposition.ANSWERED:
        _reached(office, row, now)
        return
    if told_otherwise(office, row):
        return
    at = next_attempt((row.kind, row.attempt), how, now, rules)
    if at is None or (row.expires_at is not None and at >= row.expires_at):
        tell_otherwise(office, row, rules, now)
        return
    given = (row.reason, row.number, row.kind, row.script)
    order = CallOrder(*given, given=row.given, about=row.about, due_at=at, expires_at=row.expires_at)
    office.calls_out.put(order, now, row.attempt + 1)


def _reached(office: Office, row: CallOutRow, now: datetime) -> None:
    """It rang after all: the task that was made meanwhile is done, unless somebody is at it."""
    task = office.callbacks.open_of_cause(cause_of(row.reason))
    if task is not None:
        office.callbacks.keep(task, callbacks.reached(as_task(task), "", now))


def _note(gate: GateRow, rules: CallingRules, now: datetime, *, went: bool) -> None:
    """Counts for the breaker, which opens where too many failed."""
    recent = [*gate.recent, went][-_REMEMBERED:]
    if breaks(recent, rules):
        gate.broken_until, recent = now + rules.breaker_pause, []
        logger.error("too many calls fail: none are made for a while")
    gate.recent = recent


def lost(office: Office, call: int, rules: CallingRules, now: datetime) -> None:
    """The carrier took it and no longer knows of it: it counts as an attempt that failed."""
    gate = office.calls_out.gate()
    row = office.calls_out.locked(call)
    if row is not None and row.state in (PLACED, ANSWERED, ASKING):
        _settle(office, row, Disposition.ANSWERED if row.answered_at else Disposition.FAILED, now)
        _plan_next(office, row, rules, now)
        _note(gate, rules, now, went=row.answered_at is not None)
