"""What must hold of rosters and exceptions: known names, one desk at a time, times that make sense."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import combinations

from hotline.domain.days import sorts_of
from hotline.domain.lists import Entry, Problem
from hotline.domain.staffing import Change, ChangeKind, Weekly
from hotline.domain.town_document import change_of, weekly_of

Lists = Mapping[str, Sequence[Entry]]

MOST_OF_ONE = 400
"""Rows of one clerk that are laid side by side; nobody's week has so many."""


def check_rosters(lists: Lists) -> Iterator[Problem]:
    by_clerk: dict[str, list[tuple[Entry, Weekly]]] = defaultdict(list)
    known = _known(lists)
    for entry in lists["rosters"]:
        yield from _unknown(known, entry)
        if not _whole(entry):
            continue
        row = weekly_of(entry.values)
        if row.until < row.since:
            yield entry.row.problem("until", f"{row.until} is before {row.since}", "put the earlier day first")
        by_clerk[row.clerk].append((entry, row))
    for rows in by_clerk.values():
        if len(rows) > MOST_OF_ONE:
            yield rows[-1][0].row.problem("clerk", f"{len(rows)} rows for one clerk", "write the rhythm of a week")
            continue
        for place, (entry, other) in enumerate(rows):
            first = next((pair for pair in rows[:place] if _collide(pair[1], other)), None)
            if first is not None:
                yield entry.row.problem("hours", _twice(first, other), "end one of the two before the other")


def _whole(entry: Entry) -> bool:
    return all(entry.get(column) is not None for column in ("clerk", "desk", "days", "hours", "since", "until"))


def _twice(first: tuple[Entry, Weekly], other: Weekly) -> str:
    entry, one = first
    line = entry.row.origin.line
    where = f"at {one.desk} and {other.desk}" if one.desk != other.desk else f"twice at {one.desk}"
    return f"{other.clerk} would be {where} at the same time: line {line}"


def _collide(one: Weekly, other: Weekly) -> bool:
    """Whether there can be a day on which both rows mean the same hour."""
    return (
        max(one.since, other.since) <= min(one.until, other.until)
        and not sorts_of(one.days).isdisjoint(sorts_of(other.days))
        and any(a.first < b.last and b.first < a.last for a in one.hours for b in other.hours)
    )


def check_exceptions(lists: Lists) -> Iterator[Problem]:
    read: list[tuple[Entry, Change]] = []
    known = _known(lists)
    for entry in lists["exceptions"]:
        yield from _unknown(known, entry)
        yield from _incomplete(entry)
        if any(entry.get(column) is None for column in ("kind", "clerk", "desk", "begins", "ends")):
            continue
        change = change_of(entry.values)
        yield from _times(entry, change)
        read.append((entry, change))
    for (_, one), (entry, other) in _meeting(read):
        told = f"{other.clerk} has {one.kind} and {other.kind} at the same time"
        yield entry.row.problem("begins", told, "leave one of the two out, or part their hours")


def _meeting(read: Sequence[tuple[Entry, Change]]) -> Iterator[tuple[tuple[Entry, Change], tuple[Entry, Change]]]:
    """Pairs of one clerk that overlap where one of them is an extra shift."""
    by_clerk: dict[str, list[tuple[Entry, Change]]] = defaultdict(list)
    for pair in read:
        if pair[1].kind is not ChangeKind.CLOSED:
            by_clerk[pair[1].clerk].append(pair)
    for pairs in by_clerk.values():
        for first, second in combinations(pairs[-MOST_OF_ONE:], 2):
            one, other = first[1], second[1]
            overlap = one.begins < other.ends and other.begins < one.ends
            if overlap and ChangeKind.EXTRA in (one.kind, other.kind):
                yield first, second


def _incomplete(entry: Entry) -> Iterator[Problem]:
    kind = entry.get("kind")
    needed = {"leave": ("clerk",), "extra": ("clerk", "desk"), "closed": ("desk",)}.get(kind or "", ())
    for column in needed:
        if entry.get(column) == "":
            yield entry.row.problem(column, f"{kind} needs a {column}", "fill it in")
    for column in {"clerk", "desk"} - set(needed) if kind else ():
        if entry.get(column):
            yield entry.row.problem(column, f"{kind} has no {column}", "leave it empty")


def _times(entry: Entry, change: Change) -> Iterator[Problem]:
    if change.ends <= change.begins:
        yield entry.row.problem("ends", "ends before it begins", "put the earlier time first")
    elif change.kind is ChangeKind.EXTRA and not _within_a_day(entry, change.begins, change.ends):
        yield entry.row.problem("begins", "an extra shift needs its hours on one day", "write a row for each day")


def _within_a_day(entry: Entry, begins: datetime, ends: datetime) -> bool:
    return begins.date() == ends.date() and "T" in entry.get("begins") and "T" in entry.get("ends")


def _known(lists: Lists) -> Mapping[str, set[str]]:
    return {name: {one.get("id") for one in lists[name]} for name in ("clerks", "desks")}


def _unknown(known: Mapping[str, set[str]], entry: Entry) -> Iterator[Problem]:
    for column, name in (("clerk", "clerks"), ("desk", "desks")):
        said = entry.get(column)
        if said and said not in known[name]:
            yield entry.row.problem(
                column, f"{said!r} is no {column} of the list", f"add it to {name}, or correct it"
            )
