"""Who is on duty, whom we rang for a caller, and what became of each call-back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.tables.base import Table


class RingRow(Table):
    """One attempt at connecting a caller to one person: written before the carrier is asked to dial."""

    __tablename__ = "rings"
    __table_args__ = (UniqueConstraint("conversation", "turn", "call"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    turn: Mapped[int] = mapped_column(Integer)
    call: Mapped[str] = mapped_column(String(64), index=True)
    """The caller's call."""
    reason: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(60))
    """Of the person, as the office keeps it."""
    summary: Mapped[str] = mapped_column(Text)
    """What the person hears before the two are connected."""
    state: Mapped[str] = mapped_column(String(20))
    """ringing, told, accepted; ended as spoken, declined, no_key, busy, no_answer, failed, caller_gone"""
    rung_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CallbackStepRow(Table):
    """What was done about a call-back, by whom; nothing is overwritten."""

    __tablename__ = "callback_steps"
    id: Mapped[int] = mapped_column(primary_key=True)
    callback: Mapped[int] = mapped_column(ForeignKey("callbacks.id"), index=True)
    what: Mapped[str] = mapped_column(String(20))
    """taken, tried, done, given_back, reached, escalated"""
    username: Mapped[str] = mapped_column(String(40))
    """Empty: the machine."""
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class DutyRow(Table):
    """One line of the duty roster, as hotline.domain.duty has it."""

    __tablename__ = "duties"
    id: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(String(20))
    days: Mapped[str] = mapped_column(String(10))
    """A kind of day, or an ISO date."""
    begins: Mapped[str] = mapped_column(String(5))
    ends: Mapped[str] = mapped_column(String(5))
    place: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(60))
    username: Mapped[str] = mapped_column(String(40))


class DutySwapRow(Table):
    """Two people who changed places on one day."""

    __tablename__ = "duty_swaps"
    __table_args__ = (UniqueConstraint("day", "one"), UniqueConstraint("day", "other"))
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[str] = mapped_column(String(10))
    one: Mapped[str] = mapped_column(String(40))
    other: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime]
