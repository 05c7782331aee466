"""A conversation: its journal, its calls, each answer with its audio, which lies in files beside."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.tables.base import Table

_HEARD = text("audio <> ''")


class ConversationRow(Table):
    """One errand of one number, over however many calls and messages it takes."""

    __tablename__ = "conversations"
    __table_args__ = (Index(None, "number", "state"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str] = mapped_column(String(60))
    script: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20), default="open")
    """open, done, transferred, recorded, abandoned"""
    turn: Mapped[int] = mapped_column(Integer, default=0)
    open_key: Mapped[str] = mapped_column(String(40), default="")
    surface: Mapped[str] = mapped_column(String(10))
    call: Mapped[str] = mapped_column(String(64), default="")
    """The call that holds it now; a reply from any other is told so."""
    catalogue: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """The version of the town's lists it began with, and keeps."""
    opened_at: Mapped[datetime]
    touched_at: Mapped[datetime]


class JournalRow(Table):
    """What happened in a conversation, in order; replay needs nothing else."""

    __tablename__ = "journal"
    __table_args__ = (UniqueConstraint("conversation", "place"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    place: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class CallRow(Table):
    __tablename__ = "calls"
    sid: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[str] = mapped_column(String(60), index=True)
    direction: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(20))
    surface: Mapped[str] = mapped_column(String(10), default="voice")
    conversation: Mapped[str] = mapped_column(String(36), default="", index=True)
    started_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    seconds: Mapped[int] = mapped_column(Integer, default=0)


class TurnRow(Table):
    """One answer of a caller: what was asked, what was heard, what it was taken for, and how long it took."""

    __tablename__ = "turns"
    __table_args__ = (Index(None, "confidence", "at", "call", sqlite_where=_HEARD, postgresql_where=_HEARD),)
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    call: Mapped[str] = mapped_column(String(64), default="", index=True)
    surface: Mapped[str] = mapped_column(String(10))
    turn: Mapped[int] = mapped_column(Integer)
    key: Mapped[str] = mapped_column(String(40))
    asked: Mapped[str] = mapped_column(Text)
    heard: Mapped[str] = mapped_column(Text, default="")
    careful: Mapped[str | None] = mapped_column(Text)
    """What a second, slower hearing made of it; null until then."""
    alternatives: Mapped[list[Any]]
    confidence: Mapped[float]
    understood: Mapped[dict[str, Any]]
    audio: Mapped[str] = mapped_column(String(200), default="")
    """File name below the recordings folder; empty for keys and texts."""
    timings_ms: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class CorrectionRow(Table):
    """What staff heard in an answer. Nothing is overwritten: the latest one counts."""

    __tablename__ = "corrections"
    id: Mapped[int] = mapped_column(primary_key=True)
    turn: Mapped[int] = mapped_column(ForeignKey("turns.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    username: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]


class CallReviewRow(Table):
    """A call that staff listen to again: who has it open, and who has been through it."""

    __tablename__ = "call_reviews"
    call: Mapped[str] = mapped_column(ForeignKey("calls.sid", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    opened_by: Mapped[str] = mapped_column(String(40), default="")
    opened_at: Mapped[datetime]
    reviewed_by: Mapped[str] = mapped_column(String(40), default="")
    """Empty until somebody has been through it."""
    reviewed_at: Mapped[datetime | None]
    seconds: Mapped[int] = mapped_column(Integer, default=0)
    """How long they sat over it."""


class ReceiptRow(Table):
    """Webhooks already dealt with, by what makes them the same, and what was answered."""

    __tablename__ = "receipts"
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    answer: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class StreamTokenRow(Table):
    """A ticket for one media stream of one call, good once."""

    __tablename__ = "stream_tokens"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    call: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
