"""What staff do with messages, each in the caller's transaction: send again, take back."""

from __future__ import annotations

import re

from hotline.domain.errors import Refused
from hotline.domain.messages import WAITING, WITHDRAWN
from hotline.store.tables import MessageRow
from hotline.store.unit_of_work import Office

NOT_ARRIVED = ("failed", "undelivered", "unsure", "expired", "withdrawn", "canceled")


def send_again(office: Office, message: int) -> int:
    """The row that will be sent: itself, at once, if it waits; else a new one. Whoever asks answers for it.

    Refused: unknown, sent_again (there is a newer one), nothing_to_send (it is on its way or has arrived).
    """
    row = _held(office, message)
    if row.state == WAITING:
        row.due_at = None
        return row.id
    if row.state not in NOT_ARRIVED:
        raise Refused("nothing_to_send", id=message, state=row.state)
    fresh = office.messages.put(
        f"{re.sub(r'~[0-9]+$', '', row.reason)[:70]}~{row.id}",
        row.to,
        row.body,
        kind=row.kind,
        about=row.about,
        channel=row.channel,
        spoken=row.spoken,
    )
    if fresh is None:
        raise Refused("sent_again", id=message)
    return fresh


def take_back(office: Office, message: int) -> None:
    """It does not leave. Refused: unknown, not_waiting."""
    row = _held(office, message)
    if row.state != WAITING:
        raise Refused("not_waiting", id=message, state=row.state)
    row.state = WITHDRAWN


def _held(office: Office, message: int) -> MessageRow:
    row = office.messages.locked(message)
    if row is None:
        raise Refused("unknown", id=message)
    return row
