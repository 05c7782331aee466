"""The outbox, on tables."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.clock import utc_now
from hotline.store.tables import MessageRow


class Messages:
    """The outbox."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, reason: str, to: str, body: str) -> int | None:
        """Queues a message once per reason; None if that reason has been dealt with before."""
        row = MessageRow(reason=reason, to=to, body=body, created_at=utc_now(), state="waiting")
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            return None
        return row.id

    def locked(self, message: int) -> MessageRow | None:
        return self._session.get(MessageRow, message, with_for_update=True)

    def by_sid(self, sid: str) -> MessageRow | None:
        query = select(MessageRow).where(MessageRow.sid == sid).with_for_update()
        return self._session.scalars(query).one_or_none()

    def waiting(self, limit: int = 200) -> list[int]:
        query = select(MessageRow.id).where(MessageRow.state == "waiting").order_by(MessageRow.id).limit(limit)
        return list(self._session.scalars(query))
