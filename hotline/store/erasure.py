"""Taking one person out of the records: rows that count stay without what tells of them, the rest is gone.

What the office must keep (figures, the history of a case, the ledger) stands on a pseudonym afterwards. Histories
that are only added to are opened for this alone, within the transaction, and every erasure is on record itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import JSON, Engine, String, cast, or_, select, text
from sqlalchemy.orm import Mapper, Session, attributes

from hotline.domain import calling, messages
from hotline.store.case_search import index_words
from hotline.store.person import Person, says, shared_names
from hotline.store.repositories import Ledger, as_grievance
from hotline.store.tables import (
    AnsweringHourRow,
    AppointmentMoveRow,
    AppointmentRow,
    CallbackRow,
    CallbackStepRow,
    CallOutRow,
    ContactWishRow,
    ConversationRow,
    CorrectionRow,
    GrievanceRow,
    JournalRow,
    LedgerLineRow,
    LedgerRow,
    MessageRow,
    RatingRow,
    ResidentRow,
    RingRow,
    SurveyAnswerRow,
    SurveyPersonRow,
    Table,
    TurnRow,
    WaitingRow,
    WalkInRow,
)
from hotline.store.word_index import unlearn

GONE = "＊＊"
"""Stands where a name stood."""
_EMPTIED: Mapping[type[Table], Mapping[str, Any]] = {
    TurnRow: {"asked": "", "heard": "", "careful": "", "alternatives": [], "understood": {}, "audio": ""},
    CorrectionRow: {"text": ""},
    AppointmentRow: {
        "name": "", "note": "", "rang_by": "", "for_whom": "", "text_to": "", "name_recording": "",
    },
    AppointmentMoveRow: {},
    WaitingRow: {"name": "", "for_whom": "", "text_to": "", "name_recording": "", "state": "left"},
    GrievanceRow: {
        "story": "", "where": "", "group": "", "name": "", "callback_number": "", "recording": "",
        "name_recording": "",
    },
    CallbackRow: {"text": "", "note": "", "recording": ""},
    CallbackStepRow: {"note": ""},
    MessageRow: {"body": "", "spoken": "", "texted_to": "", "error": ""},
    CallOutRow: {"given": {}, "error": ""},
    RingRow: {"summary": ""},
    SurveyPersonRow: {"note": ""},
    SurveyAnswerRow: {"text": "", "words": "", "recording": ""},
    RatingRow: {"remark": "", "recording": ""},
    LedgerRow: {"recording": ""},
}  # fmt: skip
"""What of a kept row is emptied; the words of the ledger stay, without names and numbers."""
_REMOVED = (JournalRow, ContactWishRow, AnsweringHourRow, ResidentRow)
_OFFICE = frozenset(
    (
        *("catalogue_versions", "staff", "duties", "duty_swaps", "looks", "feed_tokens", "api_tokens", "erasures"),
        *("known_names", "known_numbers"),  # forgotten as a whole
    )
)
"""Tables of the office itself: residents are in none of them (what is looked at stands there by codes and ids)."""
_ONLY_ADDED_TO = ("case_events", "ledger_lines")


def forget(session: Session, person: Person, *, besides: frozenset[str]) -> tuple[str, dict[str, int]]:
    """Takes the person out of every table; what stands for them now, and how many rows that was, by table.

    `besides`: names that mean somebody who works here, wherever they do not stand in the person's own rows.
    """
    stand_in = f"erased-{secrets.token_hex(8)}"
    shared = shared_names(session, person) | besides
    counts = {table.__tablename__: len(rows) for table, rows in person.rows.items() if rows}
    _no_texts_to(session, person.number)
    _empty(person)
    _stop_what_is_under_way(person)
    for table in _REMOVED:
        for row in person.rows.get(table, []):
            session.delete(row)
    session.flush()
    with _opened(session):
        _put_stand_in(session, person, stand_in)
        mine = {name: GONE for name in person.names if len(name) > 1} | {person.number: stand_in}
        changed = set(_redact_rows(person, mine))
        everywhere = {said: instead for said, instead in mine.items() if said not in shared}
        changed |= set(_redact_all(session, everywhere))
        session.flush()
        for row in changed:
            Ledger(session).chain_anew(row)
    unlearn(session, everywhere.keys() - {person.number}, person.number)
    for row in person.rows.get(GrievanceRow, []):
        index_words(session, as_grievance(row))
    session.flush()
    return stand_in, counts


def _no_texts_to(session: Session, number: str) -> None:
    """Nobody's texts go to this number any more."""
    for table, column in ((ContactWishRow, "text_to"), (AppointmentRow, "text_to"), (WaitingRow, "text_to")):
        for row in session.scalars(select(table).where(getattr(table, column) == number)):
            setattr(row, column, "")


def _empty(person: Person) -> None:
    for table, columns in _EMPTIED.items():
        for row in person.rows.get(table, []):
            for column, nothing in columns.items():
                setattr(row, column, type(nothing)(nothing))
    for row in person.rows.get(AppointmentMoveRow, []):
        row.facts = {name: value for name, value in row.facts.items() if name != "text"}
    for row in person.rows.get(WalkInRow, []):
        row.digest = secrets.token_hex(32)  # by its line the number could be found again


def _stop_what_is_under_way(person: Person) -> None:
    """Nothing more is said to them."""
    for row in person.rows.get(MessageRow, []):
        row.state = messages.WITHDRAWN if row.state == messages.WAITING else row.state
    for row in person.rows.get(CallOutRow, []):
        row.state = calling.WITHDRAWN if row.state == calling.WAITING else row.state
    for row in person.rows.get(ConversationRow, []):
        row.state = "abandoned" if row.state == "open" else row.state


def _put_stand_in(session: Session, person: Person, stand_in: str) -> None:
    for table, rows in person.rows.items():
        if table in _REMOVED:
            continue
        for row in rows:
            for column in ("number", "to"):
                if getattr(row, column, None) == person.number:
                    setattr(row, column, stand_in)
    session.flush()


def _redact_rows(person: Person, instead: Mapping[str, str]) -> Iterator[int]:
    """Takes names and number out of every text of their rows; rows of the ledger whose lines changed."""
    for table, rows in person.rows.items():
        if table not in _REMOVED:
            for row in rows:
                yield from _redact(row, instead)


def _redact_all(session: Session, instead: Mapping[str, str]) -> Iterator[int]:
    """The same wherever else they stand: in what others said, in what was answered, in reports."""
    for mapper in Table.registry.mappers:
        if mapper.class_.__tablename__ in _OFFICE or not (told := _told(mapper, instead)):
            continue
        for row in session.scalars(select(mapper.class_).where(or_(*told))):
            yield from _redact(row, instead)


def _told(mapper: Mapper[Any], instead: Iterable[str]) -> list[Any]:
    """Conditions: one of these texts stands in a column of the table."""
    columns = [c for c in mapper.columns if isinstance(c.type, String | JSON)]
    return [says(cast(c, String) if isinstance(c.type, JSON) else c, said) for c in columns for said in instead]


def _redact(row: Any, instead: Mapping[str, str]) -> Iterator[int]:
    changed = False
    for column in row.__mapper__.column_attrs:
        before = getattr(row, column.key)
        after = _without(before, instead)
        if after != before:
            setattr(row, column.key, after)
            attributes.flag_modified(row, column.key)
            changed = True
    if changed and isinstance(row, LedgerLineRow):
        yield row.ledger


def _without(value: Any, instead: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for said, other in instead.items():
            value = value.replace(said, other)
        return value
    if isinstance(value, dict):
        return {_without(name, instead): _without(one, instead) for name, one in value.items()}
    if isinstance(value, list):
        return [_without(one, instead) for one in value]
    return value


@contextmanager
def _opened(session: Session) -> Iterator[None]:
    """Histories that are only added to may be changed within; the guards stand again afterwards."""
    if session.get_bind().dialect.name != "sqlite":
        for table in _ONLY_ADDED_TO:
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        yield
        for table in _ONLY_ADDED_TO:
            session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        return
    query = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    guards = [guard for table in _ONLY_ADDED_TO for guard in session.execute(query, {"table": table})]
    for name, _ in guards:
        session.execute(text(f"DROP TRIGGER {name}"))
    yield
    for _, made in guards:
        session.execute(text(made))


def leave_no_trace(engine: Engine) -> None:
    """Has SQLite write its file anew, so that nothing is left where rows were; elsewhere the database does so."""
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.close()
