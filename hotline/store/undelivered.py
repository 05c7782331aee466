"""What becomes of a text that cannot reach its reader: another text later, or a call that reads it out."""

from __future__ import annotations

import logging
import re
from datetime import datetime

from hotline.domain.calling import CallOrder
from hotline.domain.remedies import remedy_for
from hotline.store.tables import MessageRow
from hotline.store.unit_of_work import Office

logger = logging.getLogger(__name__)

_SIGNATURE = re.compile(r"^【[^】]*】")
_SPOKEN = {"appointment:": "remind", "offer:": "offer", "review:": "solved", "rate:": "rate", "case:": "moved"}
"""Calls with a script of their own, by what they are about; any other text is read out."""
_AGAIN = re.compile(r"\+([1-9])$")
"""How the reason of a text sent again ends: booked:307294+1."""


def follow_up(office: Office, row: MessageRow, code: str, *, undelivered: bool) -> None:
    """Does what the table of remedies has for this code, once for each message.

    `undelivered`: the carrier had taken it; otherwise it refused it for good.
    """
    remedy, now = remedy_for(code, undelivered=undelivered), office.clock()
    if remedy.opted_out:
        office.contact_wishes.opt_out(row.texted_to or row.to, "carrier", now)
    if row.kind == "offer":  # the place is held for half an hour: there is no time for another text
        as_call(office, row, now)
        return
    if remedy.opted_out:
        return
    before = _AGAIN.search(row.reason)
    tried = int(before[1]) if before else 0
    if tried < len(remedy.again):
        _again(office, row, tried + 1, now + remedy.again[tried])
    elif remedy.call and row.channel != "sms":
        as_call(office, row, now)
    else:
        logger.warning("a message does not reach its reader", extra={"message_id": row.id, "code": code})


def _again(office: Office, row: MessageRow, attempt: int, due_at: datetime) -> None:
    office.messages.put(
        f"{_AGAIN.sub('', row.reason)[:77]}+{attempt}",
        row.to,
        row.body,
        kind=row.kind,
        about=row.about,
        channel=row.channel,
        spoken=row.spoken,
        due_at=due_at,
        expires_at=row.expires_at,
    )


def as_call(office: Office, row: MessageRow, now: datetime) -> None:
    """A call that says what the text would have said, in the words of a call where there are such; once for
    the message's reason."""
    script = next((name for begins, name in _SPOKEN.items() if row.about.startswith(begins)), "")
    text = row.spoken or _SIGNATURE.sub("", row.body)
    reason = _AGAIN.sub("", row.reason)
    order = CallOrder(
        reason=(row.about if script == "solved" else reason) if script else f"read:{reason}"[:80],
        number=row.to,
        kind=row.kind,
        script=script or "read",
        given={} if script in ("remind", "offer") else {"text": text},
        about=row.about,
        expires_at=row.expires_at,
    )
    office.calls_out.put(order, now)
