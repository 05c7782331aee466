"""The outbox, on tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotline.clock import Clock, utc_now
from hotline.domain.courtesy import occasion
from hotline.domain.messages import WAITING, WITHDRAWN, segments
from hotline.store.firsts import at_once, put_first
from hotline.store.leaving import note_message
from hotline.store.tables import MessageRow


class Messages:
    """The outbox."""

    def __init__(self, session: Session, clock: Clock = utc_now) -> None:
        self._session = session
        self._clock = clock

    def put(
        self,
        reason: str,
        to: str,
        body: str,
        *,
        kind: str = "asked",
        about: str = "",
        channel: str = "either",
        spoken: str = "",
        due_at: datetime | None = None,
        expires_at: datetime | None = None,
    ) -> int | None:
        """Queues a message once per reason; None if that reason has been dealt with before.

        `kind` as in hotline.domain.courtesy; Refused("kind") for one the office does not know.
        """
        values = {
            "reason": reason,
            "to_number": to,
            "body": body,
            "created_at": self._clock(),
            "state": WAITING,
            "kind": kind,
            "priority": occasion(kind).priority,
            "about": about,
            "channel": channel,
            "spoken": spoken,
            "due_at": due_at,
            "expires_at": expires_at,
            "segments": segments(body),
        }
        message = put_first(at_once(self._session), MessageRow, values)
        if message is not None and due_at is None:
            note_message(self._session, message)
        return message

    def locked(self, message: int) -> MessageRow | None:
        return self._session.get(MessageRow, message, with_for_update=True)

    def by_sid(self, sid: str) -> MessageRow | None:
        query = select(MessageRow).where(MessageRow.sid == sid).with_for_update()
        return self._session.scalars(query).one_or_none()

    def waiting(self, limit: int = 200) -> list[int]:
        query = select(MessageRow.id).where(MessageRow.state == "waiting").order_by(MessageRow.id).limit(limit)
        return list(self._session.scalars(query))

    def withdraw(self, about: str, *, kind: str) -> int:
        """Takes back what still waits of this kind about this; how many."""
        waiting = (MessageRow.about == about, MessageRow.kind == kind, MessageRow.state == WAITING)
        found = list(self._session.scalars(select(MessageRow.id).where(*waiting).with_for_update()))
        if found:
            self._session.execute(update(MessageRow).where(MessageRow.id.in_(found)).values(state=WITHDRAWN))
        return len(found)

    def latest(self, state: str = "", limit: int = 1000) -> Sequence[MessageRow]:
        """The newest first; of one state if it is named."""
        query = select(MessageRow).order_by(MessageRow.id.desc()).limit(limit)
        return self._session.scalars(query.where(MessageRow.state == state) if state else query).all()
