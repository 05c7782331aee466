"""Sentences that staff answer cases with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.tables.base import Table


class ReplyTemplateRow(Table):
    """One sentence for one move of a case; {code}, {topic}, {village} and {unit} stand for what the case has."""

    __tablename__ = "reply_templates"
    __table_args__ = (UniqueConstraint("move", "title"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    move: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[str] = mapped_column(String(40), default="")
    """Empty: it came with the product."""
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer, default=1)
    """Counts the changes: who changes it says which one they saw."""
