"""Conversations and their journals, on tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.store.tables import ConversationRow, JournalRow


class Conversations:
    """Conversations and their journals."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def locked(self, conversation: str) -> ConversationRow | None:
        """The conversation, held against every other turn until this transaction ends."""
        query = select(ConversationRow).where(ConversationRow.id == conversation).with_for_update()
        return self._session.scalars(query).one_or_none()

    def open_for(self, number: str, since: datetime) -> ConversationRow | None:
        """The number's own unfinished conversation, if it was touched recently enough to go on with."""
        query = (
            select(ConversationRow)
            .where(ConversationRow.number == number, ConversationRow.state == "open")
            .where(ConversationRow.touched_at >= since)
            .order_by(ConversationRow.touched_at.desc())
            .limit(1)
            .with_for_update()
        )
        return self._session.scalars(query).one_or_none()

    def add(self, row: ConversationRow) -> None:
        self._session.add(row)
        self._session.flush()

    def journal(self, conversation: str) -> Sequence[JournalRow]:
        query = select(JournalRow).where(JournalRow.conversation == conversation).order_by(JournalRow.place)
        return self._session.scalars(query).all()

    def append(self, entries: Sequence[JournalRow]) -> None:
        self._session.add_all(entries)
        self._session.flush()
