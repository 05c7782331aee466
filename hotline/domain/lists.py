"""The lists a town keeps: which columns each has, what their cells may hold, and what makes two rows the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hotline.domain import cells
from hotline.domain.days import SORTS, WEEKDAYS, DayKind
from hotline.domain.grievances import KINDS
from hotline.domain.staffing import ChangeKind

Json = Any
Document = Mapping[str, list[dict[str, Json]]]
"""Every list of a town by name, as one JSON document: the rows as `Column.read` gives them."""

REQUIRED = object()


@dataclass(frozen=True)
class Column:
    name: str
    read: cells.Reader
    default: Any = REQUIRED
    """What an empty cell means; a list that is empty by default is copied."""
    coded: bool = False
    """Whether its cells are words of ours, which a town may also write in its own language."""

    @property
    def optional(self) -> bool:
        return self.default is not REQUIRED


@dataclass(frozen=True)
class ListShape:
    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """The columns that make a row this row; two with the same are one too many."""
    at_most: int = 20_000

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    def key_of(self, values: Mapping[str, Json]) -> str | None:
        """The key in one line; None while a part of it is missing."""
        if any(name not in values for name in self.key):
            return None
        return " ".join(_written(values[name]) for name in self.key).strip() or self.name


def _written(value: Json) -> str:
    return "|".join(map(str, value)) if isinstance(value, list) else str(value)


def _choice(name: str, choices: Sequence[str], default: Any = REQUIRED) -> Column:
    return Column(name, cells.one_of(tuple(choices)), default, coded=True)


def _yes_no(name: str, default: Any = REQUIRED) -> Column:
    return Column(name, cells.yes_no, default, coded=True)


_ID = Column("id", cells.ident())
_NAME = Column("name", cells.text(60))
_WORDS: Callable[[], cells.Reader] = lambda: cells.parts(cells.text(80))  # noqa: E731 -- one reader for many columns

SHAPES: Mapping[str, ListShape] = {
    shape.name: shape
    for shape in (
        ListShape(
            "services",
            (
                _ID,
                _NAME,
                Column("spoken_aliases", _WORDS(), []),
                Column("papers", _WORDS(), []),
                _choice("place", ("village", "town")),
                _yes_no("at_home"),
                _choice("extended_hours", ("full", "accept-only")),
                Column("minutes", cells.number(5, 480), 30),
                _yes_no("pick_up", default=False),
            ),
            ("id",),
        ),
        ListShape("villages", (_ID, _NAME, Column("groups", cells.number(1, 99))), ("id",)),
        ListShape(
            "topics",
            (
                _ID,
                Column("topic", cells.text(60)),
                Column("utterances", _WORDS(), []),
                Column("default_unit", cells.text(80)),
            ),
            ("id",),
        ),
        ListShape(
            "market",
            (_choice("calendar", ("lunar", "common")), Column("days", cells.parts(cells.number(1, 31)))),
            (),
            at_most=1,
        ),
        ListShape(
            "desks",
            (
                _ID,
                _NAME,
                _choice("kind", ("window", "village", "home")),
                Column("seats", cells.number(1, 50)),
                Column("village", cells.ident(), ""),
            ),
            ("id",),
        ),
        ListShape(
            "clerks",
            (
                _ID,
                Column("name", cells.text(20)),
                Column("post", cells.text(40), ""),
                Column("number", cells.telephone, ""),
            ),
            ("id",),
        ),
        ListShape(
            "rosters",
            (
                Column("clerk", cells.ident()),
                Column("desk", cells.ident()),
                Column("days", cells.parts(cells.one_of(tuple(SORTS))), coded=True),
                Column("hours", cells.hours),
                Column("since", cells.day, ""),
                Column("until", cells.day, ""),
            ),
            ("clerk", "desk", "days", "hours", "since", "until"),
        ),
        ListShape(
            "exceptions",
            (
                _choice("kind", tuple(ChangeKind)),
                Column("clerk", cells.ident(), ""),
                Column("desk", cells.ident(), ""),
                Column("begins", cells.moment),
                Column("ends", cells.moment, ""),
                Column("note", cells.text(80), ""),
            ),
            ("kind", "clerk", "desk", "begins", "ends"),
        ),
        ListShape(
            "days",
            (
                Column("date", cells.day),
                _choice("kind", tuple(DayKind)),
                _choice("like", WEEKDAYS, ""),
                Column("name", cells.text(40), ""),
            ),
            ("date",),
        ),
        ListShape(
            "officers",
            (
                Column("topic", cells.text(20)),
                Column("village", cells.text(20)),
                Column("unit", cells.text(40)),
                Column("officer", cells.text(20)),
                Column("deputy", cells.text(20), ""),
                Column("phone", cells.telephone, ""),
            ),
            ("topic", "village"),
        ),
        ListShape(
            "kinds",
            (
                _choice("kind", KINDS),
                Column("topics", cells.parts(cells.ident()), []),
                Column("words", _WORDS(), []),
            ),
            ("kind", "topics", "words"),
        ),
    )
}
"""In the order they are read and shown."""


@dataclass(frozen=True)
class Origin:
    """Where something was written: a file, in a workbook its sheet, a line counted from 1."""

    file: str
    sheet: str = ""
    line: int = 0

    def __str__(self) -> str:
        sheet = f", sheet {self.sheet}" if self.sheet else ""
        return f"{self.file}{sheet}" + (f", line {self.line}" if self.line else "")


@dataclass(frozen=True)
class Problem:
    """What is wrong at one place of a list, and what to do about it. A warning does not keep the list out."""

    origin: Origin
    column: str
    wrong: str
    mend: str
    warning: bool = False

    def __str__(self) -> str:
        column = f", column {self.column}" if self.column else ""
        return f"{self.origin}{column}: {self.wrong}: {self.mend}"


@dataclass(frozen=True)
class Row:
    """One row as it was written: the text under each column."""

    origin: Origin
    cells: Mapping[str, str]
    headings: Mapping[str, str] = field(default_factory=dict)
    """How the column is headed where the row was written, if otherwise."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """The line of a cell, where it is not the row's."""

    def problem(self, column: str, wrong: str, mend: str, *, warning: bool = False) -> Problem:
        line = self.lines.get(column, self.origin.line)
        origin = Origin(self.origin.file, self.origin.sheet, line)
        return Problem(origin, self.headings.get(column, column), wrong, mend, warning)


@dataclass(frozen=True)
class Entry:
    """A row whose cells have been read; a column whose cell was bad is missing."""

    row: Row
    values: dict[str, Json]

    def get(self, column: str) -> Json:
        return self.values.get(column)


def read_row(shape: ListShape, row: Row) -> tuple[Entry, list[Problem]]:
    """The values of a row, and everything that is wrong with its cells."""
    values, problems = {}, []
    for column in shape.columns:
        cell = row.cells.get(column.name, "").strip()
        try:
            values[column.name] = _value(column, cell)
        except cells.BadCell as bad:
            problems.append(row.problem(column.name, bad.wrong, bad.mend))
    return Entry(row, values), problems


def _value(column: Column, cell: str) -> Json:
    if cell.startswith("="):
        raise cells.BadCell(f"a formula ({cell[:20]})", "paste its value into the cell")
    if cell:
        value = column.read(cell)
        if value != [] or column.optional:
            return value
    if not column.optional:
        raise cells.BadCell("nothing is written here", "fill it in")
    return list(column.default) if isinstance(column.default, list) else column.default


def read_entries(shape: ListShape, rows: Sequence[Row]) -> tuple[list[Entry], list[Problem]]:
    """Every row of a list, and everything that is wrong with cells, with doubles and with their number."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    seen: dict[str, Origin] = {}
    for row in rows:
        entry, wrong = read_row(shape, row)
        entries.append(entry)
        problems += wrong
        key = shape.key_of(entry.values)
        if key is not None and shape.key and key in seen:
            told = f"{key!r} stands on line {seen[key].line} already"
            problems.append(row.problem(shape.key[0], told, "remove one of the two, or give it another id"))
        elif key is not None:
            seen[key] = row.origin
    if len(rows) > shape.at_most:
        problems.append(
            rows[shape.at_most].problem("", f"more than {shape.at_most} rows", "remove what is too much")
        )
    return entries, problems


def completed(document: Document) -> Document:
    """A document with every list and column this release knows, as one kept by an older one may lack some."""
    return {
        name: [{**_defaults(shape), **row} for row in document.get(name, [])] for name, shape in SHAPES.items()
    }


def _defaults(shape: ListShape) -> dict[str, Json]:
    return {column.name: column.default for column in shape.columns if column.optional}
