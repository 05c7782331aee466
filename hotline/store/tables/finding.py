"""What helps to find people: every name and number of the records, by how they are typed."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.tables.base import Table


class KnownNameRow(Table):
    """A name that is somewhere in the records, with its sound and its initials."""

    __tablename__ = "known_names"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    sound: Mapped[str] = mapped_column(String(240))
    initials: Mapped[str] = mapped_column(String(40))


class KnownNumberRow(Table):
    """A number that is somewhere in the records, by its last four digits."""

    __tablename__ = "known_numbers"
    number: Mapped[str] = mapped_column(String(60), primary_key=True)
    ending: Mapped[str] = mapped_column(String(4), index=True)
