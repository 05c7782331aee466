"""Who is logged in where: a row for each browser, so that one can see them and end them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from hotline.store.tables import StaffRow, StaffSessionRow
from hotline.store.tokens import digest_of

STAYS_IN = timedelta(hours=8)
"""A working day; then one logs in again."""
IDLE = timedelta(hours=1)
"""After so long without anything done, the next page asks for the password again."""
NOTED_EVERY = timedelta(minutes=1)
"""How exactly it is written down when somebody was last here."""


class StaffSessions:
    """The sessions of staff, on their table."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, username: str, now: datetime, address: str, browser: str) -> str:
        """A new session; its token is kept by the browser alone."""
        token = secrets.token_urlsafe(32)
        row = StaffSessionRow(
            digest=digest_of(token), username=username, address=address[:60], browser=browser[:120],
            begun_at=now, seen_at=now,
        )  # fmt: skip
        self._session.add(row)
        return token

    def find(self, token: str, now: datetime) -> tuple[StaffSessionRow, StaffRow] | None:
        """A session that still stands and whose it is; None where it is over or they are locked out."""
        row = StaffSessionRow
        wanted = select(row, StaffRow).join(StaffRow, StaffRow.username == row.username)
        found = self._session.execute(wanted.where(row.digest == digest_of(token), *_standing(now))).one_or_none()
        return None if found is None or found[1].locked else (found[0], found[1])

    def note(self, session: int, now: datetime) -> None:
        """They are still there."""
        self._session.get_one(StaffSessionRow, session).seen_at = now

    def standing(self, username: str, now: datetime) -> Sequence[StaffSessionRow]:
        """Where somebody is logged in, the latest first."""
        row = StaffSessionRow
        wanted = select(row).where(row.username == username, *_standing(now)).order_by(row.seen_at.desc())
        return self._session.scalars(wanted).all()

    def end(self, username: str, now: datetime, *, only: int = 0, but: int = 0) -> int:
        """Ends somebody's sessions: one, all, or all but one. How many there were."""
        row = StaffSessionRow
        ended = update(row).where(row.username == username, row.ended_at.is_(None), row.id != but)
        ended = ended.where(row.id == only) if only else ended
        return self._session.execute(ended.values(ended_at=now)).rowcount  # type: ignore[attr-defined,no-any-return]


def _standing(now: datetime) -> tuple[ColumnElement[bool], ...]:
    row = StaffSessionRow
    return row.ended_at.is_(None), row.seen_at > now - IDLE, row.begun_at > now - STAYS_IN
