"""Versions of the town's lists, on tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.domain.booked_checks import Booked
from hotline.domain.calendar import Place
from hotline.domain.errors import Refused
from hotline.domain.lists import Document
from hotline.store.tables import AppointmentRow, CatalogueRow


@dataclass(frozen=True)
class Accepted:
    """Who let a version in, when, and what they said of it."""

    number: int
    username: str
    note: str
    restored: int | None
    at: datetime


class Catalogue:
    """Versions of the town's lists; 0 is the demonstration town, which is in no table."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def newest(self) -> int:
        """The version that counts; 0 before any import."""
        return self._session.scalar(select(func.max(CatalogueRow.number))) or 0

    def document(self, number: int) -> Document | None:
        row = self._session.get(CatalogueRow, number)
        return row.document if row else None

    def add(self, document: Document, *, based_on: int, by: Accepted) -> int:
        """Keeps the next version; its number. Refused("overtaken") if `based_on` has a next one already."""
        row = CatalogueRow(
            number=based_on + 1,
            document=dict(document),
            username=by.username[:40],
            note=by.note[:200],
            restored=by.restored,
            at=by.at,
        )
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError as lost:
            raise Refused("overtaken", newest=self.newest()) from lost
        return row.number

    def booked_after(self, now: datetime) -> list[Booked]:
        """The appointments to come, as far as the lists concern them."""
        row = AppointmentRow
        query = select(row.service, row.place, row.village, row.starts_at).where(
            row.starts_at > now, row.status == "booked"
        )
        return [Booked(r.service, Place(r.place), r.village, r.starts_at) for r in self._session.execute(query)]

    def history(self) -> Sequence[Accepted]:
        """Every version, the newest first, without its document."""
        row = CatalogueRow
        query = select(row.number, row.username, row.note, row.restored, row.at).order_by(row.number.desc())
        return [Accepted(*found) for found in self._session.execute(query)]
