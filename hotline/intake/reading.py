"""What was read of a town's lists, and everything that is wrong with how they are written."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from hotline.domain.lists import SHAPES, ListShape, Origin, Problem, Row

MOST_ROWS = 20_000
MOST_COLUMNS = 60
_NAMES = Path(__file__).parent.parent / "data" / "lists.zh.toml"

Line = tuple[int, Sequence[str]]
"""A line's number, counted from 1, and its cells."""


@dataclass
class Reading:
    """Lists by name, as they were written, and what is wrong."""

    lists: dict[str, list[Row]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _from: dict[str, Origin] = field(default_factory=dict)

    def wrong(self, origin: Origin, wrong: str, mend: str, column: str = "") -> None:
        self.problems.append(Problem(origin, column, wrong, mend))

    def opens(self, name: str, origin: Origin) -> bool:
        """Whether this is the first time the list is met; a second one is a problem."""
        if name in self._from:
            self.wrong(origin, f"the list of {name} is in {self._from[name]} already", "keep it in one of the two")
            return False
        self._from[name] = origin
        self.lists[name] = []
        return True


@cache
def names_of_lists() -> Mapping[str, Any]:
    """What a town writes, by what it is of: `lists`, `columns` of each list, `codes`."""
    return tomllib.loads(_NAMES.read_text("utf8"))


def list_called(written: str) -> str | None:
    """The list a file, a sheet or a section is called after; None for no list of ours."""
    name = written.strip().lower()
    name = names_of_lists()["lists"].get(name, name)
    return name if name in SHAPES else None


def column_called(shape: ListShape, heading: str) -> str | None:
    """The column a heading means; None for no column of this list."""
    name = heading.strip().lower()
    known = names_of_lists()["columns"]
    name = known.get(shape.name, {}).get(name) or (name if shape.column(name) else known["any"].get(name, name))
    return name if shape.column(name) else None


def in_our_words(shape: ListShape, name: str, cell: str) -> str:
    """A cell with a town's own words of coded columns put into ours."""
    column = shape.column(name)
    if column is None or not column.coded:
        return cell
    codes = names_of_lists()["codes"]
    return "|".join(codes.get(part.strip(), part.strip()) for part in cell.replace("｜", "|").split("|"))


def take_grid(reading: Reading, name: str, origin: Origin, lines: Iterable[Line]) -> None:
    """Takes a list whose first line that says anything heads the columns; # begins a line that is a remark."""
    if not reading.opens(name, origin):
        return
    shape, columns = SHAPES[name], None
    for number, cells in lines:
        here = Origin(origin.file, origin.sheet, number)
        if not any(cell.strip() for cell in cells) or cells[0].lstrip().startswith("#"):
            continue
        if columns is None:
            columns = _columns(reading, shape, here, cells)
            if not columns:
                return
        elif len(reading.lists[name]) >= MOST_ROWS:
            reading.wrong(here, f"more than {MOST_ROWS} rows", "remove what is too much")
            return
        else:
            reading.lists[name].append(_row(reading, shape, here, (columns, cells)))
    if columns is None:
        told = ", ".join(column.name for column in shape.columns)
        reading.wrong(origin, "empty: not even a line with the names of columns", f"begin it with {told}")


Columns = Mapping[int, tuple[str, str]]
"""By place: the column, and how it is headed."""


def _columns(reading: Reading, shape: ListShape, here: Origin, headings: Sequence[str]) -> Columns:
    """What the first line says; empty where the rows cannot be understood without mending it."""
    found: dict[int, tuple[str, str]] = {}
    every = [column.name for column in shape.columns]
    before = len(reading.problems)
    for place, heading in enumerate(headings):
        if not heading.strip():
            continue
        name = column_called(shape, heading)
        if name is None:
            near = difflib.get_close_matches(heading.strip().lower(), every, 1)
            mend = f"did you mean {near[0]}?" if near else f"use {', '.join(every)}, or remove it"
            reading.wrong(
                here, f"{heading.strip()[:30]!r} is no column of {shape.name}", mend, heading.strip()[:30]
            )
        elif name in [known for known, _ in found.values()]:
            reading.wrong(here, f"the column {name} is there twice", "remove one of the two", heading.strip())
        else:
            found[place] = (name, heading.strip())
    named = {name for name, _ in found.values()}
    for column in shape.columns:
        if column.name not in named and not column.optional:
            reading.wrong(here, f"the column {column.name} is missing", "add it to the first line", column.name)
    return found if len(reading.problems) == before else {}


def _row(reading: Reading, shape: ListShape, here: Origin, read: tuple[Columns, Sequence[str]]) -> Row:
    columns, cells = read
    for place, cell in enumerate(cells):
        if cell.strip() and place not in columns:
            told = f"{cell.strip()[:30]!r} stands under no column"
            reading.wrong(here, told, "a stroke, comma or tab too many? put the cell into its column")
    said = {
        name: in_our_words(shape, name, cells[place]) for place, (name, _) in columns.items() if place < len(cells)
    }
    return Row(here, said, dict(columns.values()))
