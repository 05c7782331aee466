"""Walk-ins from a station's list (CSV or TSV): every row checked, every fault with its file, line and column."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hotline.domain.catalogue import Town
from hotline.domain.lists import Origin, Problem
from hotline.domain.numbers import Reach, reach_of
from hotline.domain.residents import plain_number
from hotline.intake.texts import Unreadable, decoded, lines
from hotline.words import word

COLUMNS = ("day", "number", "service", "place", "clerk")
MOST_ROWS = 200_000


@dataclass(frozen=True)
class WalkIn:
    """Somebody served without an appointment."""

    day: date
    number: str
    service: str
    place: str
    """window, home, car, or the station of a village: village:V03"""
    clerk: str

    @property
    def digest(self) -> str:
        """What makes two lines the same visit."""
        facts = (self.day, self.number, self.service, self.place, self.clerk)
        return hashlib.sha256("\x1f".join(map(str, facts)).encode()).hexdigest()


@dataclass(frozen=True)
class _Names:
    """What a list may call things: ids, official names, other names."""

    services: Mapping[str, str]
    places: Mapping[str, str]
    clerks: Mapping[str, str]


def read_walk_ins(file: str, raw: bytes, town: Town, today: date) -> tuple[list[WalkIn], list[Problem]]:
    """The visits of a file, each once; with any problem none of them should be taken in."""
    found: dict[str, WalkIn] = {}
    problems: list[Problem] = []
    columns: dict[int, str] = {}
    names = _names(town)
    try:
        for line, cells in lines(decoded(raw)):
            here = Origin(file, line=line)
            if not any(cell.strip() for cell in cells) or cells[0].lstrip().startswith("#"):
                continue
            if not columns:
                columns, wrong = _heading(here, cells)
                problems += wrong
                if wrong:
                    return [], problems
            elif len(found) >= MOST_ROWS:
                return [], [*problems, Problem(here, "", f"more than {MOST_ROWS} rows", "make two lists of it")]
            else:
                one, wrong = _visit(here, _cells(columns, cells), (names, today))
                problems += wrong
                found |= {one.digest: one} if one else {}
    except Unreadable as bad:
        problems.append(Problem(Origin(file, line=bad.line), "", bad.wrong, bad.mend))
    if not columns and not problems:
        problems.append(Problem(Origin(file), "", "empty", f"begin it with {', '.join(COLUMNS)}"))
    return list(found.values()), problems


def _heading(here: Origin, cells: Sequence[str]) -> tuple[dict[int, str], list[Problem]]:
    called = [word("walk_in_column", cell.strip().lower()) for cell in cells]
    columns = {place: name for place, name in enumerate(called) if name in COLUMNS}
    told = list(columns.values())
    wrong = [Problem(here, name, "is missing", "add it to the first line") for name in COLUMNS if name not in told]
    wrong += [Problem(here, name, "is there twice", "remove one") for name in set(told) if told.count(name) > 1]
    return columns, wrong


def _cells(columns: Mapping[int, str], cells: Sequence[str]) -> dict[str, str]:
    return {name: cells[place].strip() if place < len(cells) else "" for place, name in columns.items()}


def _visit(here: Origin, cells: Mapping[str, str], by: tuple[_Names, date]) -> tuple[WalkIn | None, list[Problem]]:
    names, today = by
    problems: list[Problem] = []

    def known(column: str, of: Mapping[str, str], what: str) -> str:
        value = of.get(cells[column].lower(), "")
        if not value:
            problems.append(Problem(here, column, f"{cells[column][:30]!r} is no {what}", "see hotline catalogue"))
        return value

    day = _day(cells["day"])
    if day is None:
        problems.append(Problem(here, "day", f"{cells['day'][:30]!r} is no day", "write it as 2026-11-18"))
    elif day > today:
        problems.append(Problem(here, "day", f"{day} has not come yet", "correct the day"))
    number = plain_number(cells["number"])
    if cells["number"] and reach_of(number) is Reach.NOWHERE:
        shown = f"{cells['number'][:20]!r} is no telephone number"
        problems.append(Problem(here, "number", shown, "correct it, or leave it empty"))
    service = known("service", names.services, "service")
    place = known("place", names.places, "place")
    clerk = known("clerk", names.clerks, "clerk") if names.clerks else cells["clerk"]
    if problems or day is None:
        return None, problems
    return WalkIn(day, number, service, place, clerk[:40]), []


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.replace("/", "-")) if text.isascii() else None
    except ValueError:
        return None


def _names(town: Town) -> _Names:
    services = _called((s.id, (s.id, s.name, s.spoken, *s.aliases)) for s in town.services.values())
    stations = _called(
        (f"village:{v.id}", (v.id, v.name, f"village:{v.id}", word("place", "village").format(village=v.name)))
        for v in town.villages.values()
    )
    places = _called((name, (name, word("place", name))) for name in ("window", "home", "car"))
    clerks = _called((c.id, (c.id, c.name)) for c in town.clerks.values())
    return _Names(services, places | stations, clerks)


def _called(every: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    return {name.lower(): one for one, names in every for name in names}
