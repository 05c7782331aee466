"""What is kept beside the conversation itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from hotline.clock import Clock, utc_now
from hotline.store.firsts import at_once, insert_of
from hotline.store.tables import CallbackRow, CallRow, ReceiptRow, ResidentRow, StreamTokenRow, Table, TurnRow
from hotline.store.word_index import heed


class Records:
    """Calls, turns, residents, call-backs, receipts: what is kept beside the conversation itself."""

    def __init__(self, session: Session, clock: Clock = utc_now) -> None:
        self._session = session
        self._clock = clock

    def call(self, sid: str) -> CallRow | None:
        return self._session.get(CallRow, sid)

    def resident(self, number: str) -> ResidentRow | None:
        query = select(ResidentRow).where(ResidentRow.number == number)
        return self._session.scalars(query.execution_options(populate_existing=True)).one_or_none()

    def know_resident(self, number: str, *, name: str = "", village: str = "") -> None:
        """Keeps what has been newly learned of the resident of a number; what is empty was not."""
        learned = {"number": number, "name": name, "village": village, "created_at": self._clock()}
        now = at_once(self._session)
        now.execute(_know(now.dialect.name), learned)
        heed(self._session, (name,), (number,))
        for row in list(self._session.identity_map.values()):
            if isinstance(row, ResidentRow) and row.number == number:
                self._session.refresh(row)  # somebody holds it in hand

    def add(self, row: CallRow | TurnRow | CallbackRow | ReceiptRow | StreamTokenRow) -> None:
        self._session.add(row)
        self._session.flush()

    def receipt(self, key: str) -> ReceiptRow | None:
        return self._session.get(ReceiptRow, key)

    def use_token(self, digest: str, now: datetime, good_for: timedelta) -> str | None:
        """The call a stream token was issued for, the first time it is shown within its time."""
        row = self._session.get(StreamTokenRow, digest, with_for_update=True)
        if row is None or row.used_at is not None or now - row.issued_at > good_for:
            return None
        row.used_at = now
        return row.call

    def turns_of(self, call: str) -> Sequence[TurnRow]:
        return self._session.scalars(select(TurnRow).where(TurnRow.call == call).order_by(TurnRow.id)).all()

    def calls(self, limit: int = 1000) -> Sequence[CallRow]:
        return self._session.scalars(select(CallRow).order_by(CallRow.started_at.desc()).limit(limit)).all()

    def residents(self) -> Sequence[ResidentRow]:
        return self._session.scalars(select(ResidentRow).order_by(ResidentRow.id)).all()


@cache
def _know(dialect: str) -> Any:
    """One statement, so that a number heard of twice at the same time is one resident."""
    put = insert_of(dialect)(Table.metadata.tables["residents"])
    new, old = put.excluded, put.table.c
    learned = {name: case((new[name] != "", new[name]), else_=old[name]) for name in ("name", "village")}
    news = or_(*(learned[name] != old[name] for name in learned))
    return put.on_conflict_do_update(index_elements=["number"], set_=learned, where=news)
