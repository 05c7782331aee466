"""Addresses at which calendar programs read one clerk's appointments."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.tables.base import Table


class FeedTokenRow(Table):
    """Opens one feed and nothing else; goes when its owner goes."""

    __tablename__ = "feed_tokens"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    username: Mapped[str] = mapped_column(ForeignKey("staff.username", ondelete="CASCADE"), index=True)
    """Who reads it: every reading is written down under this name."""
    clerk: Mapped[str] = mapped_column(String(40))
    """Whose appointments, as the rosters name them."""
    in_full: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether names, numbers and notes are shown whole."""
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    minute: Mapped[int] = mapped_column(BigInteger, default=0)
    """The minute (since 1970) of the last request."""
    used: Mapped[int] = mapped_column(Integer, default=0)
    """Requests within that minute."""
