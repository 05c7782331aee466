"""Calls of ours that nobody took: whoever rings or writes back soon after is told what it was about."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from hotline.domain.calling import SETTLED, Disposition
from hotline.store.tables import CallOutRow
from hotline.store.unit_of_work import Office

REMEMBERED_FOR = timedelta(days=1)
"""A missed call on a telephone's screen is rung back the same day, or not at all."""
ASKS = ("survey", "recheck")
"""Kinds of calls that ask something and can be gone on with by whoever rings back."""
_MISSED = (Disposition.NO_ANSWER, Disposition.BUSY, Disposition.MACHINE)


def lately_missed(office: Office, number: str, now: datetime) -> CallOutRow | None:
    """The newest call that asked something of this number and was not taken; None where it was taken after all."""
    if not number:
        return None
    row = CallOutRow
    query = select(row).where(row.number == number, row.kind.in_(ASKS), row.asked_at > now - REMEMBERED_FOR)
    newest = office.session.scalars(query.order_by(row.asked_at.desc(), row.id.desc()).limit(1)).first()
    if newest is None or newest.state != SETTLED or newest.disposition not in _MISSED:
        return None
    return newest
