"""The people of the town, and whom a person has promised to ring back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.tables.base import Table


class ResidentRow(Table):
    __tablename__ = "residents"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40), default="", index=True)
    village: Mapped[str] = mapped_column(String(20), default="")
    created_at: Mapped[datetime]


class CallbackRow(Table):
    """Somebody to be rung back by a person, as hotline.domain.callbacks has it."""

    __tablename__ = "callbacks"
    __table_args__ = (Index(None, "state", "due_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(40))
    recording: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    conversation: Mapped[str] = mapped_column(String(36), index=True)
    state: Mapped[str] = mapped_column(String(20), default="open")
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    owner: Mapped[str] = mapped_column(String(40), default="")
    """Who took it."""
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")
    done_at: Mapped[datetime | None]
    escalations: Mapped[int] = mapped_column(Integer, default=0)
    cause: Mapped[str | None] = mapped_column(String(80), unique=True)
    """What the office itself made it for, once; null where somebody asked for it."""
