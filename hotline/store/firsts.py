"""Rows that are written once: the database says whether a row is the first of its kind, in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hotline.store.tables import Table


def at_once(session: Session) -> Connection:
    """The connection of this transaction, with what the session still had in hand written first."""
    session.flush()
    return session.connection()


def insert_of(dialect: str) -> Any:
    """INSERT as a database has it, with ON CONFLICT."""
    return {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[dialect]


def put_first(connection: Connection, kind: type[Table], values: Mapping[str, Any]) -> int | None:
    """Writes a row, by the names of its columns; its id, or None if a unique one like it is there.

    Of two transactions that write the same at the same time, the second waits for the first to end.
    """
    id_: int | None = connection.execute(_insert(kind, "id", connection.dialect.name), values).scalar()
    return id_


def put_firsts(connection: Connection, kind: type[Table], rows: Sequence[Mapping[str, Any]], counted: str) -> int:
    """Writes rows as `put_first` does, all of them in one statement; how many were the first.

    `counted`: any column of theirs.
    """
    return len(connection.execute(_insert(kind, counted, connection.dialect.name), rows).all())


@cache
def _insert(kind: type[Table], returned: str, dialect: str) -> Any:
    table = Table.metadata.tables[kind.__tablename__]
    return insert_of(dialect)(table).on_conflict_do_nothing().returning(table.c[returned])
