"""Sentences that staff answer cases with, on tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.domain.errors import Refused
from hotline.store.tables import ReplyTemplateRow


class ReplyTemplates:
    """Which sentences there are for which move."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> Sequence[ReplyTemplateRow]:
        row = ReplyTemplateRow
        return self._session.scalars(select(row).order_by(row.move, row.id)).all()

    def of(self, template: int) -> ReplyTemplateRow | None:
        return self._session.get(ReplyTemplateRow, template, with_for_update=True)

    def add(self, move: str, title: str, text: str, *, by: str, now: datetime) -> None:
        """Refused("same_title") where the move has one of that title."""
        row = ReplyTemplateRow(move=move, title=title, text=text, changed_by=by, changed_at=now, version=1)
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError as twice:
            raise Refused("same_title") from twice

    def change(self, row: ReplyTemplateRow, title: str, text: str, *, by: str, now: datetime) -> None:
        """Refused("same_title") where the move has another one of that title."""
        try:
            with self._session.begin_nested():
                row.title, row.text, row.changed_by, row.changed_at = title, text, by, now
                row.version += 1
        except IntegrityError as twice:
            raise Refused("same_title") from twice

    def remove(self, row: ReplyTemplateRow) -> None:
        self._session.delete(row)
