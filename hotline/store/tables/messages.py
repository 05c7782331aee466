"""The outbox, and how residents wish to be reached."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.tables.base import Table


class MessageRow(Table):
    """The outbox: written with what it tells of, sent after the commit, once per reason."""

    __tablename__ = "messages"
    __table_args__ = (Index(None, "state", "created_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(80), unique=True)
    to: Mapped[str] = mapped_column("to_number", String(60))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    """As in hotline.domain.messages: only ever forward."""
    sid: Mapped[str] = mapped_column(String(64), default="", index=True)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    """When a worker last took it up."""
    due_at: Mapped[datetime | None]
    """Not to be tried before; null for at once."""
    sent_at: Mapped[datetime | None]
    kind: Mapped[str] = mapped_column(String(20), default="asked")
    """As in hotline.domain.courtesy.OCCASIONS."""
    texted_to: Mapped[str] = mapped_column(String(60), default="")
    """Where the text goes instead, as its reader wishes; empty: to the number itself."""
    priority: Mapped[int] = mapped_column(Integer, default=1)
    channel: Mapped[str] = mapped_column(String(10), default="either")
    """sms, voice or either"""
    about: Mapped[str] = mapped_column(String(60), default="", index=True)
    """What it tells of, such as appointment:307294."""
    spoken: Mapped[str] = mapped_column(Text, default="")
    """The same for the ear; the body without its signature where empty."""
    segments: Mapped[int] = mapped_column(Integer, default=1)
    expires_at: Mapped[datetime | None]


class ContactWishRow(Table):
    """How the owner of a number wishes to be reached, and whether at all."""

    __tablename__ = "contact_wishes"
    number: Mapped[str] = mapped_column(String(60), primary_key=True)
    channel: Mapped[str] = mapped_column(String(10), default="")
    """sms, voice or silent (of how a case goes); empty: no preference"""
    text_to: Mapped[str] = mapped_column(String(60), default="")
    """Another number that the texts go to, such as a daughter's; empty: none."""
    opted_out_at: Mapped[datetime | None]
    opted_out_by: Mapped[str] = mapped_column(String(20), default="")
    """sms, voice, carrier or staff"""
    slow: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Speak slowly to them from the first word."""
    keypad: Mapped[bool] = mapped_column(default=False, server_default=false())
    """They would rather press keys than speak."""
    human_first: Mapped[bool] = mapped_column(default=False, server_default=false())
    """They want a person at once."""
    changed_at: Mapped[datetime]
