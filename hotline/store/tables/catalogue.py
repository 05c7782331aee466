"""The town's lists as they were accepted: complete versions, of which the latest counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.tables.base import Table


class CatalogueRow(Table):
    """One accepted import, never changed afterwards."""

    __tablename__ = "catalogue_versions"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    """One more than the version it was made from: of two made from the same one, the key lets one in."""
    document: Mapped[dict[str, Any]]
    username: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(String(200), default="")
    restored: Mapped[int | None]
    """The older version that was put back, if it was."""
    at: Mapped[datetime]
