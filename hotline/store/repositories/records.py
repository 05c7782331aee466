"""What is kept beside the conversation itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.clock import utc_now
from hotline.store.tables import CallbackRow, CallRow, ReceiptRow, ResidentRow, StreamTokenRow, TurnRow


class Records:
    """Calls, turns, residents, call-backs, receipts: what is kept beside the conversation itself."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def call(self, sid: str) -> CallRow | None:
        return self._session.get(CallRow, sid)

    def resident(self, number: str) -> ResidentRow | None:
        return self._session.scalars(select(ResidentRow).where(ResidentRow.number == number)).one_or_none()

    def know_resident(self, number: str, *, name: str = "", village: str = "") -> ResidentRow:
        """The resident of a number, with what has been newly learned of them."""
        row = self.resident(number)
        if row is None:
            row = ResidentRow(number=number, created_at=utc_now(), name="", village="")
            self._session.add(row)
        row.name = name or row.name
        row.village = village or row.village
        self._session.flush()
        return row

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
