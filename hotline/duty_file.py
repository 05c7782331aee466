"""The duty roster as the office writes it, CSV or YAML; what is wrong is told with its line.

Columns: line (ordinary, danger, supervisor; 日常, 危急, 督办), days (working, weekend, holiday, all, a date, or
two dates with ..; 工作日, 周末, 节假日, 每天), from, to (HH:MM; 24:00 and nights past midnight too), order,
name, number, username (may be empty).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path

import yaml

from hotline.domain.duty import DayKind, Duty, Line, Person, check
from hotline.domain.residents import plain_number
from hotline.trouble import Trouble

COLUMNS = ("line", "days", "from", "to", "order", "name", "number", "username")
MAY_BE_EMPTY = frozenset({"username"})
LINES = {str(line): line for line in Line} | {
    "日常": Line.ORDINARY,
    "危急": Line.DANGER,
    "督办": Line.SUPERVISOR,
}
KINDS = {str(kind): (kind,) for kind in DayKind} | {
    "all": tuple(DayKind),
    "工作日": (DayKind.WORKING,),
    "周末": (DayKind.WEEKEND,),
    "节假日": (DayKind.HOLIDAY,),
    "每天": tuple(DayKind),
}
LONGEST_RANGE_DAYS = 31
Row = tuple[int, Mapping[str, str]]
"""Line of the file, and the fields of one duty."""


class RosterError(Trouble):
    """The file cannot be the roster."""


@dataclass(frozen=True)
class _Bad(Exception):
    why: str


def read_roster(path: Path) -> list[Duty]:
    """The duties of a file. Raises RosterError with every line that is wrong."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RosterError([f"{path}: cannot be read as UTF-8 ({type(error).__name__})"]) from error
    rows = list(_yaml_rows(path, text) if path.suffix in {".yaml", ".yml"} else _csv_rows(path, text))
    problems: list[str] = []
    duties: list[Duty] = []
    lines: list[int] = []
    for line, fields in rows:
        try:
            made = _duties(fields)
        except _Bad as bad:
            problems.append(f"{path}:{line}: {bad.why}")
            continue
        duties += made
        lines += [line] * len(made)
    problems += _clashes(path, duties, lines)
    if not rows and not problems:
        problems.append(f"{path}: no duty in it")
    if problems:
        raise RosterError(problems)
    return duties


def _clashes(path: Path, duties: Sequence[Duty], lines: Sequence[int]) -> list[str]:
    """People who would stand at one place at one time, a sentence for each pair of lines."""
    return list(
        dict.fromkeys(
            f"{path}:{lines[later]}: {duties[later].person.name} is number {duties[later].order} of"
            f" {duties[later].line} at hours that line {lines[earlier]} gives to {duties[earlier].person.name}"
            for earlier, later in check(duties)
        )
    )


def _csv_rows(path: Path, text: str) -> Iterator[Row]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        _named(path, reader.fieldnames or ())
        for fields in reader:
            if None in fields or None in fields.values():
                raise RosterError([f"{path}:{reader.line_num}: not as many fields as the heading has"])
            yield reader.line_num, {name: value.strip() for name, value in fields.items()}
    except csv.Error as error:
        raise RosterError([f"{path}:{reader.line_num}: {error}"]) from error


def _named(path: Path, names: Sequence[str]) -> None:
    missing = [name for name in COLUMNS if name not in names and name not in MAY_BE_EMPTY]
    if missing:
        raise RosterError([f"{path}:1: the heading lacks {', '.join(missing)}"])


def _yaml_rows(path: Path, text: str) -> Iterator[Row]:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise RosterError([f"{path}:{mark.line + 1 if mark else 1}: not YAML"]) from error
    if not isinstance(root, yaml.SequenceNode):
        raise RosterError([f"{path}:1: give a list of duties, each with {', '.join(COLUMNS)}"])
    for node in root.value:
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.MappingNode) or not all(
            isinstance(part, yaml.ScalarNode) for pair in node.value for part in pair
        ):
            raise RosterError([f"{path}:{line}: a duty is fields with one value each"])
        yield line, {key.value: value.value.strip() for key, value in node.value}


def _duties(fields: Mapping[str, str]) -> list[Duty]:
    """One line may stand for several kinds of day or dates. Raises _Bad."""
    strange = sorted(set(fields) - set(COLUMNS))
    if strange:
        raise _Bad(f"no such column: {', '.join(strange)}")
    for name in COLUMNS:
        if name not in MAY_BE_EMPTY and not fields.get(name):
            raise _Bad(f"{name} is empty")
    line = LINES.get(fields["line"])
    if line is None:
        raise _Bad(f"line is {fields['line']!r}: it is ordinary, danger or supervisor")
    if not fields["order"].isascii() or not fields["order"].isdigit() or not 1 <= int(fields["order"]) <= 9:
        raise _Bad(f"order is {fields['order']!r}: it is 1 for who is rung first, up to 9")
    person = _person(fields)
    begins, ends = _clock(fields, "from"), _clock(fields, "to")
    order = int(fields["order"])
    return [Duty(line, days, begins, ends, order, person) for days in _days(fields["days"])]


def _person(fields: Mapping[str, str]) -> Person:
    number = fields["number"]
    if not re.fullmatch(r"\+?[0-9]{3,15}", plain_number(number)):
        raise _Bad(f"number is {number!r}: no telephone can dial that")
    if len(fields["name"]) > 40 or len(number) > 60:
        raise _Bad("name has at most 40 characters, number 60")
    return Person(fields["name"], number, fields.get("username", "")[:40])


def _clock(fields: Mapping[str, str], column: str) -> time:
    value = fields[column]
    if value == "24:00" and column == "to":
        return time(0)
    if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", value):
        raise _Bad(f"{column} is {value!r}: write it like 08:30")
    hour, minute = value.split(":")
    return time(int(hour), int(minute))


def _days(value: str) -> Sequence[DayKind | date]:
    if value in KINDS:
        return KINDS[value]
    try:
        first, _, last = value.partition("..")
        begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError as error:
        raise _Bad(
            f"days is {value!r}: working, weekend, holiday, all, 2026-10-01 or two dates with .."
        ) from error
    if not 0 <= (end - begin).days < LONGEST_RANGE_DAYS:
        raise _Bad(f"days is {value!r}: the second date is not within a month after the first")
    return [begin + timedelta(days=n) for n in range((end - begin).days + 1)]
