"""The tables. Times are kept in UTC; JSON columns hold what `json.dumps` gives; audio lies in files beside."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcTime(TypeDecorator[datetime]):
    """An aware time; SQLite has none, so it is kept as UTC and given back as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC).replace(tzinfo=None if dialect.name == "sqlite" else UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Table(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcTime, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012


class ResidentRow(Table):
    __tablename__ = "residents"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40), default="")
    village: Mapped[str] = mapped_column(String(20), default="")
    created_at: Mapped[datetime]


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


class AppointmentRow(Table):
    __tablename__ = "appointments"
    __table_args__ = (UniqueConstraint("desk", "starts_at", "held_seat"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(6), unique=True)
    service: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(10))
    desk: Mapped[str] = mapped_column(String(40))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    held_seat: Mapped[int | None]
    """Null once given back: a null never collides."""
    name: Mapped[str] = mapped_column(String(40))
    village: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(60), index=True)
    status: Mapped[str] = mapped_column(String(20), default="booked")
    name_recording: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    conversation: Mapped[str] = mapped_column(String(36), index=True)
    created_at: Mapped[datetime]


class GrievanceRow(Table):
    __tablename__ = "grievances"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(6), unique=True)
    topic: Mapped[str] = mapped_column(String(20))
    story: Mapped[str] = mapped_column(Text)
    village: Mapped[str] = mapped_column(String(20))
    group: Mapped[str] = mapped_column("group_no", String(20), default="")
    where: Mapped[str] = mapped_column("place_told", Text, default="")
    name: Mapped[str] = mapped_column(String(40), default="")
    number: Mapped[str] = mapped_column(String(60), index=True)
    callback_number: Mapped[str] = mapped_column(String(60), default="")
    urgency: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(20), default="accepted")
    sign_by: Mapped[datetime]
    recording: Mapped[str] = mapped_column(String(200), default="")
    name_recording: Mapped[str] = mapped_column(String(200), default="")
    conversation: Mapped[str] = mapped_column(String(36), index=True)
    created_at: Mapped[datetime]


class CallbackRow(Table):
    """Somebody to be rung back by a person."""

    __tablename__ = "callbacks"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(40))
    recording: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    conversation: Mapped[str] = mapped_column(String(36), index=True)
    state: Mapped[str] = mapped_column(String(20), default="open")
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]


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


class StaffRow(Table):
    __tablename__ = "staff"
    username: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]


class LookRow(Table):
    """Who looked at which call or recording, and when."""

    __tablename__ = "looks"
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(40))
    what: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
