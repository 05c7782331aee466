"""Calls the office makes: one row an attempt, written before the carrier is asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.tables.base import Table


class CallOutRow(Table):
    """One attempt at one call; the next attempt is another row of the same reason."""

    __tablename__ = "calls_out"
    __table_args__ = (UniqueConstraint("reason", "attempt"), Index(None, "state", "due_at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(80))
    attempt: Mapped[int] = mapped_column(Integer, default=1)
    number: Mapped[str] = mapped_column(String(60), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    priority: Mapped[int] = mapped_column(Integer)
    script: Mapped[str] = mapped_column(String(40))
    given: Mapped[dict[str, Any]]
    about: Mapped[str] = mapped_column(String(60), default="", index=True)
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    """As in hotline.domain.calling."""
    disposition: Mapped[str] = mapped_column(String(20), default="")
    sid: Mapped[str] = mapped_column(String(64), default="", index=True)
    refusals: Mapped[int] = mapped_column(Integer, default=0)
    """How often the carrier did not take it: nobody was rung."""
    error: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[str] = mapped_column(String(30), default="")
    left_word: Mapped[bool] = mapped_column(Boolean, default=False)
    """A machine was told to ring back."""
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    seconds: Mapped[int] = mapped_column(Integer, default=0)


class GateRow(Table):
    """The one door all outgoing calls leave through: held for the moment of leaving, whichever worker asks."""

    __tablename__ = "outbound_gate"
    id: Mapped[int] = mapped_column(primary_key=True)
    next_at: Mapped[datetime | None]
    paused: Mapped[bool] = mapped_column(Boolean, default=False)
    broken_until: Mapped[datetime | None]
    recent: Mapped[list[Any]]
    """How the latest calls went since the last pause: true or false."""
