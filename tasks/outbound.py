"""Calls leave here, each attempt at most once: written down, asked for, then marked with the carrier's sid.

A worker that dies in between leaves a row that says `asking`. It does not ring again before the carrier has been
asked what it has; where the carrier cannot say, the row becomes `unsure` and nobody is rung.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from rq import Queue
from sqlalchemy import and_, or_, select

from hotline.clock import Clock, utc_now
from hotline.domain.calling import ASKING, OPEN_STATES, WAITING
from hotline.store import ringing
from hotline.store.repositories.calls_out import NAME
from hotline.store.ringing import Leave, Told
from hotline.store.tables import CallOutRow
from hotline.store.unit_of_work import Store
from ivr.carriers.base import CarrierError, PlacedCall
from tasks.entries import enqueue_calls, enqueue_questions
from tasks.workplace import Workplace, workplace

logger = logging.getLogger(__name__)

DEAD_AFTER = timedelta(seconds=90)
"""A claim older than this has no worker any more: jobs are stopped after entries.JOB_TIMEOUT_S."""
OVER_BY_NOW = timedelta(minutes=30)
"""A call whose end nobody reported is asked after."""
ASK_FOR = timedelta(hours=1)
PATIENCE = timedelta(seconds=20)
"""How long a job waits for its second at the gate; then the next sweep brings it again."""

Wait = Callable[[float], None]


def make_call(call: int) -> None:
    """The job: makes one call, or finds out what became of it."""
    dial(workplace(), call)


def dial(here: Workplace, call: int, clock: Clock = utc_now, wait: Wait = time.sleep) -> None:
    """Takes a waiting attempt to the carrier, in its turn, and asks after one that nobody finished."""
    leave = _in_turn(here, call, clock, wait)
    if leave is not None:
        _place(here, leave, clock)
    else:
        reconcile(here, call, clock)


def _in_turn(here: Workplace, call: int, clock: Clock, wait: Wait) -> Leave | None:
    give_up = clock() + PATIENCE
    while True:
        with here.store.open() as office:
            leave = ringing.take_leave(office, call, here.rules.calling, clock())
            office.commit()
        if not isinstance(leave, timedelta):
            return leave
        if clock() + leave > give_up:
            return None
        wait(leave.total_seconds())


def _place(here: Workplace, leave: Leave, clock: Clock) -> None:
    name = f"{NAME}{leave.call}"
    try:
        sid = here.carrier.place_call(leave.number, name, detect_machine=leave.detect_machine)
    except CarrierError as error:
        told = {"call_id": leave.call, "code": error.code, "why": str(error)}
        logger.warning("call not made", extra=told)
        _after_error(here, leave, error, clock())
        return
    with here.store.open() as office:
        ringing.report(office, leave.call, Told(sid, "queued"), (here.rules.calling, clock()))
        office.commit()
    logger.info("call made", extra={"call_id": leave.call, "sid": sid})


def _after_error(here: Workplace, leave: Leave, error: CarrierError, now: datetime) -> None:
    if error.unsure:
        return  # stays `asking`: the sweep asks the carrier once it must be known there
    why = (error.code, str(error))
    with here.store.open() as office:
        if error.retryable:
            ringing.not_taken(office, leave, why, here.rules.calling)
        else:
            ringing.refused(office, leave.call, why, (here.rules.calling, now))
        office.commit()


def ask_after(call: int) -> None:
    """The job: what became of a call that was under way when everything stopped."""
    reconcile(workplace(), call, came_up=True)


def reconcile(here: Workplace, call: int, clock: Clock = utc_now, *, came_up: bool = False) -> None:
    """Asks the carrier about an attempt that nobody finished, if it must be known there by now.

    `came_up`: its end may have been reported to nobody, so it is not waited for.
    """
    now = clock()
    with here.store.open() as office:
        row = office.session.get(CallOutRow, call)
        if row is None or row.asked_at is None or not _left_behind(row, now, came_up=came_up):
            return
        asked_at, number, sid = row.asked_at, row.number, row.sid
    try:
        found = here.carrier.calls_since(number, asked_at)
    except CarrierError as error:
        logger.warning("carrier cannot be asked now", extra={"call_id": call, "why": str(error)})
        if not error.retryable or now - asked_at > ASK_FOR:
            with here.store.open() as office:
                ringing.never_known(office, call, here.rules.calling, now)
                office.commit()
        return
    _settle(here, (call, sid), found, now)


def _left_behind(row: CallOutRow, now: datetime, *, came_up: bool) -> bool:
    if row.asked_at is None:
        return False
    if came_up and row.sid:
        return row.state in OPEN_STATES
    patience = DEAD_AFTER if row.state == ASKING and not row.sid else OVER_BY_NOW
    return row.state in OPEN_STATES and row.asked_at <= now - patience


def _settle(here: Workplace, attempt: tuple[int, str], found: Sequence[PlacedCall], now: datetime) -> None:
    """Writes down what the carrier has: the call and how it went, or that there is none."""
    call, sid = attempt
    with here.store.open() as office:
        known = office.calls_out.known_sids([one.sid for one in found]) - {sid}
        ours = [one for one in found if (one.sid == sid if sid else one.sid not in known)]
        if ours:
            told = Told(ours[0].sid, ours[0].status, ours[0].answered_by, ours[0].seconds)
            ringing.report(office, call, told, (here.rules.calling, now))
        elif sid:
            ringing.lost(office, call, here.rules.calling, now)
        else:
            ringing.never_made(office, call, now)
        office.commit()


def sweep_calls(queue: Queue, store: Store, clock: Clock = utc_now) -> int:
    """Enqueues every attempt that is due or was left behind, danger first; how many."""
    now = clock()
    row = CallOutRow
    due = and_(row.state == WAITING, row.due_at <= now)
    asking = and_(row.state == ASKING, row.asked_at <= now - DEAD_AFTER)
    unfinished = and_(row.state.in_(OPEN_STATES), row.asked_at <= now - OVER_BY_NOW)
    query = select(row.id).where(or_(due, asking, unfinished)).order_by(row.priority, row.due_at).limit(200)
    with store.open() as office:
        calls = list(office.session.scalars(query))
    enqueue_calls(queue, calls)
    return len(calls)


def ask_after_all(queue: Queue, store: Store) -> int:
    """After a start: every call that was under way is asked after at once, how many there are.

    What the carrier still has going on stays as it is; what ended meanwhile makes room for the next one now,
    and not when `OVER_BY_NOW` has passed.
    """
    query = select(CallOutRow.id).where(CallOutRow.state.in_(OPEN_STATES), CallOutRow.sid != "")
    with store.open() as office:
        calls = list(office.session.scalars(query))
    enqueue_questions(queue, calls)
    return len(calls)


def reconcile_all(here: Workplace, clock: Clock = utc_now) -> int:
    """Asks the carrier about every attempt nobody finished; how many there were."""
    query = select(CallOutRow.id).where(CallOutRow.state.in_(OPEN_STATES)).order_by(CallOutRow.id)
    with here.store.open() as office:
        calls = list(office.session.scalars(query))
    for call in calls:
        reconcile(here, call, clock)
    return len(calls)
