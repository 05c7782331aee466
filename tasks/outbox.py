"""Messages leave here, each at most once: claimed in a transaction, sent, then marked with the carrier's sid.

A worker that dies in between leaves a row that says `sending`. It is not sent again before the carrier
has been asked whether it has the message; where the carrier cannot say, the row becomes `unsure`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rq import Queue
from sqlalchemy import and_, or_, select

from hotline.clock import Clock, utc_now
from hotline.domain.calling import ContactRules
from hotline.domain.messages import FAILED, GIVE_UP_AFTER, SENDING, UNSURE, WAITING
from hotline.domain.remedies import back_off
from hotline.store.delivery import settle_early, take_sid
from hotline.store.departure import held_back
from hotline.store.tables import MessageRow
from hotline.store.undelivered import follow_up
from hotline.store.unit_of_work import Office, Store
from ivr.carriers.base import Carrier, CarrierError
from tasks.entries import enqueue_messages
from tasks.workplace import workplace

logger = logging.getLogger(__name__)

DEAD_AFTER = timedelta(seconds=90)
"""A claim older than this has no worker any more: jobs are stopped after entries.JOB_TIMEOUT_S."""
DEFAULT_RULES = ContactRules()
ASK_FOR = timedelta(hours=1)
"""How long a carrier that cannot be reached is asked what became of a message."""


@dataclass(frozen=True)
class Claim:
    """One attempt at one message: `attempt` tells it from every later one."""

    message: int
    attempt: int
    to: str
    body: str
    reason: str
    created_at: datetime
    claimed_at: datetime


def send_message(message: int) -> None:
    """The job: sends one message, or finds out what became of it."""
    here = workplace()
    deliver(here.store, here.carrier, message, rules=here.rules)


def deliver(
    store: Store, carrier: Carrier, message: int, clock: Clock = utc_now, *, rules: ContactRules = DEFAULT_RULES
) -> None:
    """Takes a waiting message to the carrier, and asks after one whose worker died."""
    if (claim := _claim(store, message, rules, clock())) is not None:
        _send(store, carrier, claim, clock)
    elif (lost := _lost(store, message, clock())) is not None:
        _reconcile(store, carrier, lost, clock)


def sweep_messages(queue: Queue, store: Store, clock: Clock = utc_now) -> int:
    """Enqueues everything that is due or was left behind; how many."""
    now = clock()
    due = or_(MessageRow.due_at.is_(None), MessageRow.due_at <= now)
    left_behind = and_(MessageRow.state == SENDING, MessageRow.claimed_at <= now - DEAD_AFTER)
    query = select(MessageRow.id).where(or_(and_(MessageRow.state == WAITING, due), left_behind))
    with store.open() as office:
        settle_early(office)
        messages = list(office.session.scalars(query.order_by(MessageRow.priority, MessageRow.id).limit(500)))
        office.commit()
    enqueue_messages(queue, messages)
    return len(messages)


def _claim(store: Store, message: int, rules: ContactRules, now: datetime) -> Claim | None:
    with store.open() as office:
        row = office.messages.locked(message)
        if row is None or row.state != WAITING or (row.due_at is not None and row.due_at > now):
            return None
        if held_back(office, row, rules, now):
            office.commit()
            return None
        row.state = SENDING
        row.attempts += 1
        row.claimed_at = now
        claim = _claim_of(row, now)
        office.commit()
        return claim


def _lost(store: Store, message: int, now: datetime) -> Claim | None:
    """The claim of a worker that must be dead by now."""
    with store.open() as office:
        row = office.messages.locked(message)
        if row is None or row.state != SENDING or row.claimed_at is None or row.claimed_at > now - DEAD_AFTER:
            return None
        return _claim_of(row, row.claimed_at)


def _claim_of(row: MessageRow, claimed_at: datetime) -> Claim:
    return Claim(row.id, row.attempts, row.texted_to or row.to, row.body, row.reason, row.created_at, claimed_at)


def _send(store: Store, carrier: Carrier, claim: Claim, clock: Clock) -> None:
    try:
        sid = carrier.send_message(claim.to, claim.body, claim.reason)
    except CarrierError as error:
        told = {"message_id": claim.message, "code": error.code, "why": str(error)}
        logger.warning("message not sent", extra=told)
        with store.open() as office:
            if row := _still_ours(office, claim):
                _after_error(office, row, error, clock())
            office.commit()
        return
    with store.open() as office:
        if row := _still_ours(office, claim):
            take_sid(office, row, sid)
        office.commit()
    logger.info("message sent", extra={"message_id": claim.message, "sid": sid, "attempt": claim.attempt})


def _after_error(office: Office, row: MessageRow, error: CarrierError, now: datetime) -> None:
    row.error = f"{error.code} {error}".strip()
    if error.unsure:
        return  # stays `sending`: the sweep asks the carrier once it must be known there
    if not error.retryable or now - row.created_at > GIVE_UP_AFTER:
        row.state = FAILED
        follow_up(office, row, error.code, undelivered=False)
        return
    _put_back(row, now, error.code)


def _put_back(row: MessageRow, now: datetime, code: str = "") -> None:
    """The carrier certainly has it not: it waits again."""
    row.state = WAITING
    row.due_at = now + back_off(code, row.attempts)


def _reconcile(store: Store, carrier: Carrier, claim: Claim, clock: Clock) -> None:
    """Asks the carrier what became of an attempt nobody finished."""
    try:
        sids = carrier.messages_since(claim.to, claim.body, claim.created_at)
    except CarrierError as error:
        if error.retryable and clock() - claim.claimed_at < ASK_FOR:
            logger.warning("carrier cannot be asked now", extra={"message_id": claim.message, "why": str(error)})
            return
        _settle(store, claim, None, clock())
        return
    _settle(store, claim, sids, clock())


def _settle(store: Store, claim: Claim, sids: Sequence[str] | None, now: datetime) -> None:
    """Writes down what was found: the message, its absence, or (None) that nobody knows."""
    with store.open() as office:
        row = _still_ours(office, claim)
        if row is None:
            return
        if sids is None:
            row.state = UNSURE
            logger.error("nobody knows whether a message was sent", extra={"message_id": claim.message})
        elif new := [sid for sid in sids if office.messages.by_sid(sid) is None]:
            take_sid(office, row, new[0])
        else:
            _put_back(row, now)
        office.commit()


def _still_ours(office: Office, claim: Claim) -> MessageRow | None:
    """The row, unless somebody else has taken the message up since."""
    row = office.messages.locked(claim.message)
    return row if row is not None and row.state == SENDING and row.attempts == claim.attempt else None
