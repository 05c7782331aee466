"""Cases: what residents reported and what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.tables.base import Table


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
