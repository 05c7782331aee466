"""Keeps the index of what is searched up to date: in the transaction that writes, whoever writes.

Turns, corrections and rows of the ledger are seen as the session writes them; names and numbers that are written
in one statement are told by whoever writes them (`heed`), and kept once, before the commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, delete, event, inspect, select, text
from sqlalchemy.orm import Session, SessionTransaction, UOWTransaction

from hotline.domain.case_text import searched_words
from hotline.domain.sounds import sound_of, sound_words
from hotline.store.firsts import insert_of
from hotline.store.tables import (
    AppointmentRow,
    CallRow,
    CorrectionRow,
    GrievanceRow,
    KnownNameRow,
    KnownNumberRow,
    LedgerRow,
    ResidentRow,
    Table,
    TurnRow,
)

TURNS, LEDGER = "turn_words", "ledger_words"
"""Their indexes are no part of the models: the two databases make them each in their own way."""
ENDING = 4
_HEEDED = "hotline_heeded"
_PEOPLE = (CallRow, ResidentRow, GrievanceRow, LedgerRow, AppointmentRow)


def words_of(*texts: str) -> str:
    """What one entry of an index holds: neighbouring characters, and the sounds of the same."""
    return f"{searched_words(*texts)} {sound_words(*texts)}"


def put(connection: Connection, table: str, entries: Sequence[tuple[int, str]]) -> None:
    """Writes entries (id, words) anew."""
    if not entries:
        return
    sqlite = connection.dialect.name == "sqlite"
    key, value = ("rowid", ":words") if sqlite else ("id", "to_tsvector('simple', :words)")
    rows = [{"id": row, "words": words} for row, words in entries]
    connection.execute(text(f"DELETE FROM {table} WHERE {key} = :id"), rows)  # noqa: S608 -- a name of ours
    connection.execute(text(f"INSERT INTO {table} ({key}, words) VALUES (:id, {value})"), rows)  # noqa: S608


def heed(session: Session, names: Iterable[str] = (), numbers: Iterable[str] = ()) -> None:
    """People are found by these names and numbers once this transaction is kept."""
    of_names, of_numbers = session.info.setdefault(_HEEDED, (set(), set()))
    of_names.update(names)
    of_numbers.update(numbers)


def learn(connection: Connection, names: Iterable[str] = (), numbers: Iterable[str] = ()) -> None:
    """Makes people be found by names and numbers; those that are known already cost one look.

    In order, so that two who write the same wait for each other one way only.
    """
    sounds = {name: sound_of(name) for name in sorted({*names}) if name}
    people = [{"name": name, "sound": whole, "initials": short} for name, (whole, short) in sounds.items()]
    rung = [{"number": n, "ending": n[-ENDING:]} for n in sorted({*numbers}) if len(n) >= ENDING and n.isascii()]
    for kind, rows in ((KnownNameRow, people), (KnownNumberRow, rung)):
        if rows:
            connection.execute(_known(kind, connection.dialect.name), rows)


@cache
def _known(kind: type[Table], dialect: str) -> Any:
    return insert_of(dialect)(Table.metadata.tables[kind.__tablename__]).on_conflict_do_nothing()


def unlearn(session: Session, names: Iterable[str], number: str) -> None:
    """Nobody is found by these names, and by this number, any more."""
    connection, people, numbers = session.connection(), KnownNameRow, KnownNumberRow
    of_names, of_numbers = session.info.get(_HEEDED, (set(), set()))
    of_names.difference_update(names := {*names})
    of_numbers.discard(number)
    connection.execute(delete(people).where(people.name.in_(names)))
    connection.execute(delete(numbers).where(numbers.number == number))


def follow(session: Session, _flush: UOWTransaction) -> None:
    """After every flush: what has been written can be found."""
    new, touched = list(session.new), [*session.new, *session.dirty]
    heard = {row.id for row in touched if isinstance(row, TurnRow) and _said_otherwise(row)}
    heard |= {row.turn for row in new if isinstance(row, CorrectionRow)}
    written = [row for row in touched if isinstance(row, LedgerRow) and _changed(row, "words")]
    remarks = [(row.id, words_of(row.words)) for row in written]
    people = [row for row in touched if isinstance(row, _PEOPLE)]
    if not (heard or remarks or people):
        return
    connection = session.connection()
    put(connection, TURNS, spoken(connection, sorted(heard)))
    put(connection, LEDGER, remarks)
    known = [row for row in people if row in session.new or isinstance(row, ResidentRow | GrievanceRow)]
    heed(session, (getattr(row, "name", "") for row in known), (row.number for row in known))


def spoken(connection: Connection, turns: Sequence[int]) -> list[tuple[int, str]]:
    """The entries of turns: what was heard, heard again, and put right by a person."""
    if not turns:
        return []
    rows = connection.execute(select(TurnRow.id, TurnRow.heard, TurnRow.careful).where(TurnRow.id.in_(turns)))
    put_right = select(CorrectionRow.turn, CorrectionRow.text).where(CorrectionRow.turn.in_(turns))
    right = connection.execute(put_right.order_by(CorrectionRow.id))
    latest: dict[int, str] = {turn: said for turn, said in right}  # noqa: C416 -- rows are no pairs to mypy
    return [(row.id, words_of(*_different(row.heard, row.careful, latest.get(row.id)))) for row in rows]


def _different(*texts: str | None) -> list[str]:
    return list(dict.fromkeys(one for one in texts if one))


def _said_otherwise(row: TurnRow) -> bool:
    return _changed(row, "heard") or _changed(row, "careful")


def _changed(row: Table, column: str) -> bool:
    seen: Any = inspect(row)
    return bool(seen.attrs[column].history.has_changes())


def _keep(session: Session) -> None:
    if session.in_nested_transaction():
        return  # a savepoint is no commit
    session.flush()
    names, numbers = session.info.pop(_HEEDED, ((), ()))
    if names or numbers:
        learn(session.connection(), names, numbers)


def _forget(session: Session, ended: SessionTransaction) -> None:
    """What was heeded before a savepoint outlives the savepoint: the whole transaction has to go."""
    if not ended.nested:
        session.info.pop(_HEEDED, None)


event.listen(Session, "after_flush", follow)
event.listen(Session, "before_commit", _keep)
event.listen(Session, "after_soft_rollback", _forget)
