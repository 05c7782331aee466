"""Appointments, the places they hold, what happened to them, and who waits for one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.tables.base import Table


class AppointmentRow(Table):
    __tablename__ = "appointments"
    __table_args__ = (
        UniqueConstraint("desk", "starts_at", "held_seat"),
        Index(None, "desk", "first_cell", "end_cell", "held_seat", "clerk", "stop"),
        Index(None, "clerk", "first_cell"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(6), unique=True)
    service: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(10))
    desk: Mapped[str] = mapped_column(String(40))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    held_seat: Mapped[int | None]
    """Null once given back: a null never collides."""
    name: Mapped[str] = mapped_column(String(40), index=True)
    village: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(60), index=True)
    status: Mapped[str] = mapped_column(String(20), default="booked")
    name_recording: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    conversation: Mapped[str] = mapped_column(String(36), index=True)
    created_at: Mapped[datetime]
    clerk: Mapped[str] = mapped_column(String(40), default="")
    car: Mapped[str] = mapped_column(String(20), default="")
    minutes: Mapped[int] = mapped_column(Integer, default=30)
    first_cell: Mapped[int] = mapped_column(Integer)
    """Quarters of an hour since 1970 (hotline.domain.slots)."""
    end_cell: Mapped[int] = mapped_column(Integer)
    stop: Mapped[str] = mapped_column(String(30), default="")
    """Where the clerk is meanwhile: "" the town hall, V03 a station, home:V03 a house."""
    for_whom: Mapped[str] = mapped_column(String(20), default="")
    rang_by: Mapped[str] = mapped_column(String(40), default="")
    text_to: Mapped[str] = mapped_column(String(60), default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    """Counts the moves: who moves it says which one they saw."""


class HeldCellRow(Table):
    """A quarter of an hour of a seat, a person or a car; the primary key decides who got the last one."""

    __tablename__ = "held_cells"
    resource: Mapped[str] = mapped_column(String(60), primary_key=True)
    """DESK#SEAT, clerk:ID, car:ID"""
    cell: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    appointment: Mapped[int] = mapped_column(ForeignKey("appointments.id"), index=True)


class AppointmentMoveRow(Table):
    """What happened to an appointment, in order. Rows are added, never changed."""

    __tablename__ = "appointment_moves"
    id: Mapped[int] = mapped_column(primary_key=True)
    appointment: Mapped[int] = mapped_column(ForeignKey("appointments.id"), index=True)
    what: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column("moved_by", String(60))
    at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]


class WaitingRow(Table):
    """Somebody who waits for a place, and the one held for them."""

    __tablename__ = "waiting"
    __table_args__ = (Index(None, "state", "lapses"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    service: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(10))
    village: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(60), index=True)
    wish: Mapped[str] = mapped_column(String(60))
    minutes: Mapped[int] = mapped_column(Integer)
    name_recording: Mapped[str] = mapped_column(String(200))
    for_whom: Mapped[str] = mapped_column(String(20))
    text_to: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(10))
    """waiting, asked, placed, left"""
    lapses: Mapped[int] = mapped_column(Integer)
    offer: Mapped[int | None] = mapped_column(ForeignKey("appointments.id"), unique=True)
    held_until: Mapped[datetime | None]
    last_offered: Mapped[datetime | None]
    conversation: Mapped[str] = mapped_column(String(36))
    joined_at: Mapped[datetime]


class HelperCaseRow(Table):
    """An errand in the hands of an agent; its progress is among the moves of the appointment."""

    __tablename__ = "helper_cases"
    appointment: Mapped[int] = mapped_column(ForeignKey("appointments.id"), primary_key=True)
    agent: Mapped[str] = mapped_column(String(40), index=True)
    state: Mapped[str] = mapped_column(String(10))
    rating: Mapped[int | None]
    version: Mapped[int] = mapped_column(Integer)
