"""Tokens that open one clerk's feed each: drawn once, shown once, kept as digests, counted a minute."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from hotline.store.tables import FeedTokenRow, StaffRow
from hotline.store.tokens import digest_of

LENGTH = 43
"""Characters of a token: 256 random bits."""


@dataclass(frozen=True)
class Feed:
    """Which feed a token opens, for whom."""

    username: str
    clerk: str
    in_full: bool
    used: int
    """Requests in this minute, with this one."""


class FeedTokens:
    """Who may read which feed, on tables."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def issue(self, username: str, clerk: str, now: datetime, *, in_full: bool = False) -> str | None:
        """A new token, which nobody can read again; None where nobody has that user name."""
        if self._session.get(StaffRow, username) is None:
            return None
        token = secrets.token_urlsafe(32)
        row = FeedTokenRow(digest=digest_of(token), username=username, clerk=clerk, created_at=now)
        row.in_full = in_full
        self._session.add(row)
        self._session.flush()
        return token

    def opens(self, token: str, now: datetime) -> Feed | None:
        """What it opens, counting the request; None if it is unknown or revoked."""
        digest = digest_of(token)
        row = self._session.scalars(select(FeedTokenRow).where(FeedTokenRow.digest == digest)).one_or_none()
        if row is None or not hmac.compare_digest(row.digest, digest) or row.revoked_at is not None:
            return None
        return Feed(row.username, row.clerk, row.in_full, self._count(row.id, now))

    def revoke(self, token: int, now: datetime) -> FeedTokenRow | None:
        """Ends a token; the time of the first revocation stays."""
        row = self._session.get(FeedTokenRow, token)
        if row is not None:
            row.revoked_at = row.revoked_at or now
        return row

    def all(self) -> Sequence[FeedTokenRow]:
        return self._session.scalars(select(FeedTokenRow).order_by(FeedTokenRow.id)).all()

    def _count(self, token: int, now: datetime) -> int:
        """One statement, so that requests at the same time are all counted."""
        row, minute = FeedTokenRow, int(now.timestamp()) // 60
        used = case((row.minute == minute, row.used + 1), else_=1)
        counted = update(row).where(row.id == token).values(minute=minute, used=used, last_used_at=now)
        return self._session.execute(counted.returning(row.used)).scalar_one()
