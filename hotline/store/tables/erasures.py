"""What was erased of whom at their wish: nothing here tells who it was."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.tables.base import Table


class ErasureRow(Table):
    """One person's data, gone: who did it, why, how much; the files still to be removed, if any."""

    __tablename__ = "erasures"
    id: Mapped[int] = mapped_column(primary_key=True)
    pseudonym: Mapped[str] = mapped_column(String(40), unique=True)
    """What stands for the number wherever a row is kept."""
    username: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    counts: Mapped[dict[str, Any]]
    """Rows changed or removed, by table."""
    files: Mapped[list[Any]]
    """Recordings not yet removed from the folder; empty when all is done."""
