"""What a carrier reports of messages, written to the outbox; also when it reports before we know the sid."""

from __future__ import annotations

import logging

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hotline.domain.messages import FAILED, REPORTED, further
from hotline.store.tables import MessageRow, ReceiptRow
from hotline.store.undelivered import follow_up
from hotline.store.unit_of_work import Office

logger = logging.getLogger(__name__)

EARLY = "message-status:"
"""Prefix of the receipts that keep a report whose message has no sid yet."""


def apply_status(office: Office, sid: str, state: str, error_code: str = "") -> bool:
    """Moves the message of that sid forward; False if the state is unknown or no message has that sid (yet).

    A carrier may report before its answer to our own request has been stored: such a report is kept
    and applied by `take_sid` or `settle_early`. What did not arrive is followed up in the same transaction.
    """
    reported = REPORTED.get(state)
    if reported is None:
        logger.warning("message state unknown", extra={"state": state[:40], "sid": sid[:64]})
        return False
    row = office.messages.by_sid(sid) if sid else None
    if row is None:
        _keep_early(office, sid, reported, error_code)
        return False
    _move(office, row, reported, error_code)
    return True


def take_sid(office: Office, row: MessageRow, sid: str) -> None:
    """The carrier has taken the message under this sid."""
    row.sid = sid
    row.sent_at = office.clock()
    row.error = ""
    _move(office, row, "queued", "")
    if early := _early(office, sid):
        _apply_early(office, row, early)


def settle_early(office: Office) -> int:
    """Applies reports that were kept while another transaction stored their sid; how many."""
    query = (
        select(ReceiptRow, MessageRow).join(MessageRow, ReceiptRow.key == EARLY + MessageRow.sid).with_for_update()
    )
    found = office.session.execute(query).all()
    for early, row in found:
        _apply_early(office, row, early)
    return len(found)


def _move(office: Office, row: MessageRow, reported: str, error_code: str) -> None:
    state = further(row.state, reported)
    if state == row.state:
        return
    if error_code:
        row.error = error_code[:200]
    row.state = state
    if state in ("undelivered", FAILED):
        follow_up(office, row, error_code[:20], undelivered=True)


def _keep_early(office: Office, sid: str, reported: str, error_code: str) -> None:
    """One receipt a sid, holding the furthest state reported."""
    if not sid or len(sid) > 64:
        return
    told = f"{reported} {error_code[:200]}"
    early = _early(office, sid)
    if early is None:
        try:
            with office.session.begin_nested():
                office.session.add(ReceiptRow(key=EARLY + sid, answer=told, at=office.clock()))
        except IntegrityError:  # another report of the same message came in the same instant
            early = _early(office, sid)
    if early is not None and further(early.answer.split(" ")[0], reported) == reported:
        early.answer = told
    office.session.flush()


def _early(office: Office, sid: str) -> ReceiptRow | None:
    """The kept report, held until this transaction ends: whoever stores the sid takes it away."""
    return office.session.get(ReceiptRow, EARLY + sid, with_for_update=True, populate_existing=True)


def _apply_early(office: Office, row: MessageRow, early: ReceiptRow) -> None:
    reported, _, error_code = early.answer.partition(" ")
    _move(office, row, reported, error_code)
    office.session.delete(early)
