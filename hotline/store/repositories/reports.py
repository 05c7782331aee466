"""Bulletins and commendations as they were issued, on tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.domain.errors import Refused
from hotline.store.tables import ReportRow

_TRIES = 5


class Reports:
    """One paper of a kind for each period, each kind numbered through the year."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, kind: str, period: str) -> ReportRow | None:
        query = select(ReportRow).where(ReportRow.kind == kind, ReportRow.period == period)
        return self._session.scalars(query).one_or_none()

    def draft(self, kind: str, period: str, now: datetime) -> ReportRow:
        """The paper with its number, held: its figures are those of now until somebody has signed it."""
        row = self.of(kind, period) or self._new(kind, period, now)
        self._session.refresh(row, with_for_update=True)
        if not row.confirmed_by:
            row.made_at = now
        return row

    def confirm(self, row: ReportRow, who: str, chosen: Sequence[str], now: datetime) -> None:
        """Somebody signs it. Refused("confirmed") where somebody has."""
        if row.confirmed_by:
            raise Refused("confirmed", by=row.confirmed_by)
        row.confirmed_by, row.confirmed_at, row.chosen = who, now, list(chosen)
        self._session.flush()

    def all(self) -> Sequence[ReportRow]:
        """The newest first."""
        return self._session.scalars(select(ReportRow).order_by(ReportRow.id.desc())).all()

    def _new(self, kind: str, period: str, now: datetime) -> ReportRow:
        """Takes the next number of the year; whoever was quicker has taken the one before."""
        year = now.year
        for _ in range(_TRIES):
            used = select(func.max(ReportRow.serial)).where(ReportRow.kind == kind, ReportRow.year == year)
            row = ReportRow(
                kind=kind, period=period, year=year, serial=(self._session.scalar(used) or 0) + 1, figures={},
                made_at=now, chosen=[],
            )  # fmt: skip
            try:
                with self._session.begin_nested():
                    self._session.add(row)
            except IntegrityError:
                found = self.of(kind, period)
                if found is not None:
                    return found
            else:
                return row
        raise Refused("busy")
