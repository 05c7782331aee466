"""Tokens of people and programs that use the API, and what was answered to what must not be done twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.tables.base import Table


class ApiTokenRow(Table):
    """A token has its owner's rights and goes when its owner goes."""

    __tablename__ = "api_tokens"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    username: Mapped[str] = mapped_column(ForeignKey("staff.username", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    """What it is for, in its owner's words."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    minute: Mapped[int] = mapped_column(BigInteger, default=0)
    """The minute (since 1970) of the last request."""
    used: Mapped[int] = mapped_column(Integer, default=0)
    """Requests within that minute."""


class ApiAnswerRow(Table):
    """What a request with an Idempotency-Key led to, written in the transaction that did it."""

    __tablename__ = "api_answers"
    username: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    request: Mapped[str] = mapped_column(String(64))
    """Digest of what was asked: the same key with something else is a mistake."""
    status: Mapped[int] = mapped_column(Integer, default=0)
    body: Mapped[str] = mapped_column(Text, default="")
    """As it was answered, masked."""
    at: Mapped[datetime] = mapped_column(index=True)
