"""The callback ledger (回访问题台账): its rows, their history, the proof of what was mended, who was told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.tables.base import Table


class LedgerRow(Table):
    """One answer that matters, as it stands now; as hotline.domain.ledger.entries has it."""

    __tablename__ = "ledger"
    __table_args__ = (
        UniqueConstraint("source", "proposed"),
        Index(None, "state", "call_by"),
        Index(None, "state", "due"),
        Index(None, "answered_at"),
        Index(None, "owner"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(60))
    proposed: Mapped[str] = mapped_column(String(20))
    """The kind the machine took it for; a person may have made another of it."""
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    owner: Mapped[str] = mapped_column(String(40), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    recording: Mapped[str] = mapped_column(String(200), default="")
    ratings: Mapped[dict[str, Any]]
    solved: Mapped[bool | None]
    confidence: Mapped[float] = mapped_column(Float)
    reasons: Mapped[list[Any]]
    service: Mapped[str] = mapped_column(String(40), default="")
    place: Mapped[str] = mapped_column(String(40), default="")
    clerk: Mapped[str] = mapped_column(String(40), default="")
    about: Mapped[list[Any]] = mapped_column(default=list)
    """User name and name of who served."""
    number: Mapped[str] = mapped_column(String(60), default="", index=True)
    conversation: Mapped[str] = mapped_column(String(36), default="")
    topic: Mapped[str] = mapped_column(String(20), default="")
    village: Mapped[str] = mapped_column(String(20), default="")
    confidential: Mapped[bool] = mapped_column(Boolean, default=False)
    answered_at: Mapped[datetime]
    call_by: Mapped[datetime | None]
    due: Mapped[datetime]
    extended: Mapped[bool] = mapped_column(Boolean, default=False)
    runs_from: Mapped[datetime | None]
    remedy: Mapped[str] = mapped_column(Text, default="")
    reply: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=0)
    """The place of its last line: who writes must have read this one."""


class LedgerLineRow(Table):
    """The history: lines are added, never changed or taken away (the database refuses)."""

    __tablename__ = "ledger_lines"
    __table_args__ = (UniqueConstraint("ledger_id", "place"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ledger: Mapped[int] = mapped_column("ledger_id", ForeignKey("ledger.id"))
    place: Mapped[int]
    move: Mapped[str] = mapped_column(String(20))
    came_from: Mapped[str] = mapped_column(String(20))
    went_to: Mapped[str] = mapped_column(String(20))
    who: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64))
    """Of this line and the digest before it."""


class LedgerProofRow(Table):
    """A picture or paper that shows what was mended; the file lies in the data folder, by its digest."""

    __tablename__ = "ledger_proofs"
    __table_args__ = (UniqueConstraint("ledger_id", "digest"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ledger: Mapped[int] = mapped_column("ledger_id", ForeignKey("ledger.id"))
    digest: Mapped[str] = mapped_column(String(64))
    form: Mapped[str] = mapped_column(String(10))
    """jpg or pdf"""
    size: Mapped[int] = mapped_column("size_bytes", Integer)
    name: Mapped[str] = mapped_column(String(120))
    """As who brought it called it."""
    who: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]


class LedgerAlertRow(Table):
    """Who was told that a clock had run out: once a clock and level."""

    __tablename__ = "ledger_alerts"
    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(80), unique=True)
    ledger: Mapped[int] = mapped_column("ledger_id", ForeignKey("ledger.id"), index=True)
    what: Mapped[str] = mapped_column(String(20))
    level: Mapped[str] = mapped_column(String(20))
    told: Mapped[str] = mapped_column(String(40))
    due: Mapped[datetime]
    at: Mapped[datetime]


class ReportRow(Table):
    """A bulletin or commendation as it was issued: its number, and the figures it was made of."""

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("kind", "period"), UniqueConstraint("kind", "year", "serial"))
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    """bulletin or commendation"""
    period: Mapped[str] = mapped_column(String(10))
    """2026-11, 2026-Q4"""
    year: Mapped[int]
    serial: Mapped[int]
    """牛政务通〔year〕serial号"""
    figures: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    confirmed_by: Mapped[str] = mapped_column(String(40), default="")
    """Who said that it may go out, or who is commended."""
    confirmed_at: Mapped[datetime | None]
    chosen: Mapped[list[Any]] = mapped_column(default=list)
    """Who is commended, as confirmed."""
