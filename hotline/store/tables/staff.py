"""Who works here, and what they looked at."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.tables.base import Table


class StaffRow(Table):
    __tablename__ = "staff"
    username: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(40), default="", server_default=text("''"))
    """The desk of a clerk, as in hotline.domain.rights; empty for who has none."""
    village: Mapped[str] = mapped_column(String(20), default="", server_default=text("''"))
    created_at: Mapped[datetime]


class NoteRow(Table):
    """What somebody wrote down for themselves about a call; nobody else reads it."""

    __tablename__ = "notes"
    __table_args__ = (Index(None, "username", "done_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(40))
    call: Mapped[str] = mapped_column(String(64), index=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class LookRow(Table):
    """Who looked at which record or recording, when, and why."""

    __tablename__ = "looks"
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(40))
    what: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    """Why more was shown than is shown to everybody; empty where it was not."""
    at: Mapped[datetime]
