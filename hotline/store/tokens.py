"""Tokens: drawn once, shown once, kept as digests; and how often each was used this minute."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from hotline.domain.rights import Colleague
from hotline.store.tables import ApiTokenRow, StaffRow

PREFIX = "hotline_"
"""Lets a program that searches files for secrets know one when it sees one."""


@dataclass(frozen=True)
class Holder:
    """Whose token was shown, and how many requests came with it in this minute."""

    colleague: Colleague
    token: int
    used: int


def digest_of(token: str) -> str:
    """What is kept of a token.

    A plain SHA-256, not a slow password hash: the token is 256 random bits, so there is nothing to guess that
    slowness would protect, and it is checked on every request.
    """
    return hashlib.sha256(token.encode("utf8", "surrogateescape")).hexdigest()


class Tokens:
    """Who may use the API, on tables."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def issue(self, username: str, name: str, now: datetime, good_for: timedelta | None = None) -> str | None:
        """A new token, which nobody can read again; None where nobody has that user name."""
        if self._session.get(StaffRow, username) is None:
            return None
        token = PREFIX + secrets.token_urlsafe(32)
        expires_at = now + good_for if good_for else None
        kept = ApiTokenRow(
            digest=digest_of(token), username=username, name=name, created_at=now, expires_at=expires_at
        )
        self._session.add(kept)
        self._session.flush()
        return token

    def holder(self, token: str, now: datetime) -> Holder | None:
        """Whose it is, counting the request; None if it is unknown, expired, revoked or its owner is gone."""
        digest = digest_of(token)
        query = select(ApiTokenRow, StaffRow).join(StaffRow, StaffRow.username == ApiTokenRow.username)
        found = self._session.execute(query.where(ApiTokenRow.digest == digest)).one_or_none()
        if found is None:
            return None
        row, person = found
        # The index compares digests, whose bytes nobody can steer; what decides takes the same time for every one.
        if not hmac.compare_digest(row.digest, digest) or not good(row, now):
            return None
        used = self._count(row.id, now)
        return Holder(
            Colleague(person.username, person.role, person.place, person.village, person.name), row.id, used
        )

    def revoke(self, token: int, now: datetime) -> ApiTokenRow | None:
        """Ends a token; the time of the first revocation stays."""
        row = self._session.get(ApiTokenRow, token)
        if row is not None:
            row.revoked_at = row.revoked_at or now
        return row

    def all(self) -> Sequence[ApiTokenRow]:
        return self._session.scalars(select(ApiTokenRow).order_by(ApiTokenRow.id)).all()

    def _count(self, token: int, now: datetime) -> int:
        """One statement, so that requests at the same time are all counted."""
        minute = int(now.timestamp()) // 60
        row = ApiTokenRow
        used = case((row.minute == minute, row.used + 1), else_=1)
        counted = update(row).where(row.id == token).values(minute=minute, used=used, last_used_at=now)
        return self._session.execute(counted.returning(row.used)).scalar_one()


def good(row: ApiTokenRow, now: datetime) -> bool:
    """Whether a token is neither revoked nor expired."""
    return row.revoked_at is None and (row.expires_at is None or now < row.expires_at)
