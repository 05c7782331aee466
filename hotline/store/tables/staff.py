"""Who works here, and what they looked at."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.tables.base import Table


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
