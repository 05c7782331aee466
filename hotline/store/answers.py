"""Answers kept for requests that must not act twice: one for each key of a user, in the transaction that acted."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.store.tables import ApiAnswerRow

KEPT_FOR = timedelta(days=7)
"""A client that has not repeated its request by then will not."""


class Answers:
    """What was answered to whose key, on tables."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, username: str, key: str, request: str, now: datetime) -> ApiAnswerRow | None:
        """Takes the key for this request; None where it is taken. The database decides who of two was first."""
        self._session.execute(delete(ApiAnswerRow).where(ApiAnswerRow.at < now - KEPT_FOR))
        row = ApiAnswerRow(username=username, key=key, request=request, at=now)
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            return None
        return row

    def earlier(self, username: str, key: str) -> ApiAnswerRow | None:
        return self._session.get(ApiAnswerRow, (username, key), populate_existing=True)
