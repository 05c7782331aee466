"""Appointments and the places they hold."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.tables.base import Table


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
