"""Everything on record of one person, found by their number: in which tables, which rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, or_, select
from sqlalchemy.orm import Session

from hotline.store.tables import (
    AnsweringHourRow,
    AppointmentMoveRow,
    AppointmentRow,
    CallbackRow,
    CallbackStepRow,
    CallOutRow,
    CallRow,
    CaseEventRow,
    ContactWishRow,
    ConversationRow,
    CorrectionRow,
    DutyRow,
    GrievanceRow,
    HelperCaseRow,
    JournalRow,
    LedgerLineRow,
    LedgerRow,
    MessageRow,
    RatingRow,
    ResidentRow,
    RingRow,
    StaffRow,
    SurveyAnswerRow,
    SurveyFrameRow,
    SurveyPersonRow,
    Table,
    TurnRow,
    WaitingRow,
    WalkInRow,
)

Rows = dict[type[Table], list[Any]]
"""Rows by their table."""
FILE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_./-]*\.wav")
"""File names the service itself gives below the recordings folder."""
NUMBERED: tuple[type[Table], ...] = (
    ResidentRow, ContactWishRow, AnsweringHourRow, ConversationRow, CallRow, AppointmentRow, WaitingRow,
    CallbackRow, CallOutRow, SurveyFrameRow, SurveyPersonRow, RatingRow, WalkInRow, LedgerRow,
)  # fmt: skip
"""Tables whose rows have the person's number in `number`."""
BELOW: tuple[tuple[type[Table], str, type[Table], str], ...] = (
    (JournalRow, "conversation", ConversationRow, "id"),
    (TurnRow, "conversation", ConversationRow, "id"),
    (RingRow, "conversation", ConversationRow, "id"),
    (CorrectionRow, "turn", TurnRow, "id"),
    (AppointmentMoveRow, "appointment", AppointmentRow, "id"),
    (HelperCaseRow, "appointment", AppointmentRow, "id"),
    (CaseEventRow, "case", GrievanceRow, "id"),
    (CallbackStepRow, "callback", CallbackRow, "id"),
    (SurveyAnswerRow, "person", SurveyPersonRow, "id"),
    (LedgerLineRow, "ledger", LedgerRow, "id"),
)
"""Tables whose rows belong to one of another table, by which column of both."""
AT_ONCE = 400
"""Values in one IN."""


@dataclass(frozen=True)
class Person:
    """One person by what is on record of them."""

    number: str
    names: frozenset[str]
    rows: Rows

    def files(self) -> list[str]:
        """Recordings of them, by their names below the recordings folder."""
        found = (text for rows in self.rows.values() for row in rows for text in texts_of(row))
        return sorted({text for text in found if FILE.fullmatch(text)})


def person_of(session: Session, number: str) -> Person:
    """Everything tied to a number; nothing of anybody else. For an empty number: nothing."""
    rows: Rows = {}
    if number:
        for table in NUMBERED:
            rows[table] = list(session.scalars(_all(table).where(_column(table, "number") == number)))
        case = GrievanceRow
        told = or_(case.number == number, case.callback_number == number)
        rows[case] = list(session.scalars(select(case).where(told)))
        rows[MessageRow] = list(session.scalars(select(MessageRow).where(MessageRow.to == number)))
        for table, column, above, key in BELOW:
            keys = [getattr(row, key) for row in rows[above]]
            rows[table] = list(_rows_in(session, table, column, keys))
    return Person(number, frozenset(_names(rows)), rows)


def _names(rows: Rows) -> Iterator[str]:
    """What they are called; whom somebody booked for is another person."""
    for row in rows.get(ResidentRow, []):
        yield row.name
    for row in rows.get(AppointmentRow, []):
        yield row.rang_by or row.name
    for row in rows.get(WaitingRow, []):
        yield "" if row.for_whom else row.name
    for row in rows.get(GrievanceRow, []):
        yield row.name


def shared_names(session: Session, person: Person) -> frozenset[str]:
    """Those of their names that somebody else has too, as far as the records tell: elsewhere they mean them."""
    shared = set()
    for table in (ResidentRow, AppointmentRow, GrievanceRow):
        name, number = _column(table, "name"), _column(table, "number")
        query = select(name).where(name.in_(person.names), number != person.number)
        shared |= set(session.scalars(query))
    for office in (StaffRow, DutyRow):
        name = _column(office, "name")
        shared |= set(session.scalars(select(name).where(name.in_(person.names))))
    lists = cast(Table.metadata.tables["catalogue_versions"].c.document, String)
    shared |= {name for name in person.names if session.scalar(select(1).where(says(lists, name)).limit(1))}
    return frozenset(shared)


def says(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Whether a text stands in a column, plainly or as JSON writes it."""
    escaped = text.encode("ascii", "backslashreplace").decode("ascii")
    return or_(column.contains(text, autoescape=True), column.contains(escaped, autoescape=True))


def texts_of(row: Any) -> Iterator[str]:
    """Every text in a row, also within lists and objects."""
    for column in row.__mapper__.column_attrs:
        yield from _texts(getattr(row, column.key))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _rows_in(session: Session, table: type[Table], column: str, keys: list[Any]) -> Iterator[Any]:
    for first in range(0, len(keys), AT_ONCE):
        wanted = _column(table, column).in_(keys[first : first + AT_ONCE])
        yield from session.scalars(_all(table).where(wanted))


def _all(table: type[Table]) -> Select[Any]:
    return select(table)


def _column(table: type[Table], name: str) -> Any:
    return getattr(table, name)
