"""What one cell of a list may hold: each reader gives the value as JSON keeps it, or says what is wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any

Json = Any
Reader = Callable[[str], Json]

EARLIEST, LATEST = 2000, 2100
"""Years a list may speak of."""
_PART = re.compile(r"[|｜]")
_SPAN = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~～至到]\s*(\d{1,2})[:：](\d{2})")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：]00)?")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_:.-]*")
_FORMULA = re.compile(r"[=@]|[+-](?![\d.])")


class BadCell(ValueError):
    """A cell that cannot be taken: what is wrong, and what to do."""

    def __init__(self, wrong: str, mend: str) -> None:
        super().__init__(wrong)
        self.wrong, self.mend = wrong, mend


def text(longest: int) -> Reader:
    """Words on one line that no spreadsheet takes for a formula."""

    def read(cell: str) -> str:
        if len(cell) > longest:
            raise BadCell(f"{len(cell)} characters", f"shorten it to {longest}")
        if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in cell):
            raise BadCell("a line break or another character that cannot be seen", "write it on one line")
        if _FORMULA.match(cell):
            raise BadCell(f"{cell[:20]!r} is read as a formula", "write the value itself")
        return cell

    return read


def ident(longest: int = 20) -> Reader:
    """A name that other lists point to."""

    def read(cell: str) -> str:
        if not _ID.fullmatch(cell) or len(cell) > longest:
            raise BadCell(f"{cell[:40]!r} is no id", f"use letters, digits and _ : . -, at most {longest}")
        return cell

    return read


def parts(one: Reader) -> Reader:
    """Several, parted by strokes (|)."""

    def read(cell: str) -> list[Json]:
        return [one(part.strip()) for part in _PART.split(cell) if part.strip()]

    return read


def number(lowest: int, highest: int) -> Reader:
    def read(cell: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", cell) or not lowest <= int(cell) <= highest:
            raise BadCell(f"{cell[:20]!r} is not a whole number from {lowest} to {highest}", "correct the number")
        return int(cell)

    return read


def one_of(choices: Sequence[str]) -> Reader:
    def read(cell: str) -> str:
        if cell.lower() not in choices:
            raise BadCell(f"{cell[:20]!r} is none of {', '.join(choices)}", "write one of these")
        return cell.lower()

    return read


def yes_no(cell: str) -> bool:
    return bool(one_of(("yes", "no"))(cell) == "yes")


def telephone(cell: str) -> str:
    """Digits, as they are dialled; spaces and strokes are dropped."""
    digits = re.sub(r"[\s-]", "", cell)
    if not re.fullmatch(r"\+?[0-9]{3,15}", digits):
        raise BadCell(f"{cell[:20]!r} is no telephone number", "write its digits")
    return digits


def day(cell: str) -> str:
    """A date, as ISO 8601 writes it."""
    return _date(cell).isoformat()


def moment(cell: str) -> str:
    """A date, or a date and a time of the day, as ISO 8601 writes it."""
    head, _, clock = cell.replace("T", " ").strip().partition(" ")
    if not clock.strip():
        return _date(head).isoformat()
    found = _CLOCK.fullmatch(clock.strip())
    if found is None:
        raise BadCell(f"{cell[:30]!r} has no time of the day", "write it like 2026-12-01 14:00")
    return datetime.combine(_date(head), _time(*found.groups())).isoformat(timespec="minutes")


def hours(cell: str) -> list[str]:
    """Stretches of a day that follow one another, like 09:00-12:00|14:00-17:00."""
    spans: list[tuple[time, time]] = []
    for part in (p.strip() for p in _PART.split(cell) if p.strip()):
        found = _SPAN.fullmatch(part)
        if found is None:
            raise BadCell(f"{part[:30]!r} are no hours", "write them like 09:00-12:00|14:00-17:00")
        first, last = _time(*found.groups()[:2]), _time(*found.groups()[2:])
        if last <= first:
            raise BadCell(f"{part} ends before it begins", "put the earlier time first, or part it at midnight")
        if any(first < other[1] and other[0] < last for other in spans):
            raise BadCell(f"{part} overlaps the hours before it", "write each hour once")
        spans.append((first, last))
    return [f"{first:%H:%M}-{last:%H:%M}" for first, last in sorted(spans)]


def _date(cell: str) -> date:
    found = _DAY.fullmatch(cell.strip())
    try:
        read = date(*map(int, found.groups())) if found else None
    except ValueError:
        read = None
    if read is None or not EARLIEST <= read.year <= LATEST:
        raise BadCell(f"{cell[:30]!r} is no date", "write it like 2026-12-01")
    return read


def _time(hour: str, minute: str) -> time:
    try:
        return time(int(hour), int(minute))
    except ValueError as wrong:
        raise BadCell(f"{hour}:{minute} is no time of the day", "write it from 00:00 to 23:59") from wrong
