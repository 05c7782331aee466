"""Cases: what residents reported and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.tables.base import Table


class GrievanceRow(Table):
    __tablename__ = "grievances"
    __table_args__ = (
        Index(None, "status", "sign_by"),
        Index(None, "status", "answer_by"),
        Index(None, "status", "paused_at"),
        Index(None, "village", "id"),
        Index(None, "topic", "id"),
        Index(None, "unit", "id"),
        Index(None, "main_code"),
        Index(None, "source", "reference", unique=True),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(6), unique=True)
    topic: Mapped[str] = mapped_column(String(20))
    story: Mapped[str] = mapped_column(Text)
    village: Mapped[str] = mapped_column(String(20))
    group: Mapped[str] = mapped_column("group_no", String(20), default="")
    where: Mapped[str] = mapped_column("place_told", Text, default="")
    name: Mapped[str] = mapped_column(String(40), default="", index=True)
    number: Mapped[str] = mapped_column(String(60), index=True)
    callback_number: Mapped[str] = mapped_column(String(60), default="")
    urgency: Mapped[str] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(20), default="accepted")
    sign_by: Mapped[datetime]
    recording: Mapped[str] = mapped_column(String(200), default="")
    name_recording: Mapped[str] = mapped_column(String(200), default="")
    conversation: Mapped[str] = mapped_column(String(36), index=True)
    created_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20), default="help")
    case_class: Mapped[str] = mapped_column(String(20), default="promised")
    tell_by: Mapped[str] = mapped_column(String(10), default="sms")
    confidential: Mapped[bool] = mapped_column(default=False)
    accused: Mapped[list[Any]] = mapped_column(default=list)
    unit: Mapped[str] = mapped_column(String(60), default="")
    officer: Mapped[str] = mapped_column(String(40), default="")
    deputy: Mapped[str] = mapped_column(String(40), default="")
    taken_by: Mapped[str] = mapped_column(String(40), default="")
    dispatches: Mapped[int] = mapped_column(Integer, default=0)
    dispatched_at: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]
    """Null for cases from before the clocks."""
    answer_from: Mapped[datetime | None]
    granted_days: Mapped[int] = mapped_column(Integer, default=0)
    extended_days: Mapped[int] = mapped_column(Integer, default=0)
    paused_at: Mapped[datetime | None]
    supervised: Mapped[bool] = mapped_column(default=False)
    main: Mapped[str] = mapped_column("main_code", String(6), default="")
    tellers: Mapped[int] = mapped_column(Integer, default=1)
    answer: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, default=0)
    """The number of its last event: who writes must have read this one."""
    source: Mapped[str] = mapped_column(String(10), default="line", server_default="line")
    reference: Mapped[str | None] = mapped_column(String(40))


class CaseEventRow(Table):
    """The history of cases: rows are added, never changed or taken away (the database refuses)."""

    __tablename__ = "case_events"
    __table_args__ = (UniqueConstraint("case_id", "place"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    case: Mapped[int] = mapped_column("case_id", ForeignKey("grievances.id"))
    place: Mapped[int]
    move: Mapped[str] = mapped_column(String(20))
    came_from: Mapped[str] = mapped_column(String(20))
    went_to: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class CaseAlertRow(Table):
    """Who was told that a clock had run out: once a clock and level."""

    __tablename__ = "case_alerts"
    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(80), unique=True)
    case: Mapped[int] = mapped_column("case_id", ForeignKey("grievances.id"), index=True)
    what: Mapped[str] = mapped_column(String(20))
    level: Mapped[str] = mapped_column(String(20))
    told: Mapped[str] = mapped_column(String(40))
    """The officer, or whoever supervises."""
    due: Mapped[datetime]
    at: Mapped[datetime]
