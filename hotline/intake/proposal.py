"""An import before it is accepted: what it would make of the town's lists, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hotline.domain.booked_checks import Booked, overlooked
from hotline.domain.list_checks import problems_between
from hotline.domain.list_differences import Difference, differences
from hotline.domain.lists import SHAPES, Document, Entry, Origin, Problem, Row, read_entries
from hotline.domain.town_document import town_of
from hotline.holidays import official
from hotline.intake.reading import Reading


@dataclass(frozen=True)
class Version:
    """The lists as they stand."""

    number: int
    document: Document


@dataclass(frozen=True)
class Proposal:
    """The next version of the lists. Nothing is changed by it; with errors there is nothing to accept."""

    based_on: int
    document: Document
    changes: Mapping[str, Difference]
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def propose(reading: Reading, current: Version, booked: Sequence[Booked]) -> Proposal:
    """Puts the lists that were read in the place of those that stand; lists that were not read stay."""
    problems = list(reading.problems)
    lists: dict[str, list[Entry]] = {}
    for name, shape in SHAPES.items():
        if name in reading.lists:
            lists[name], wrong = read_entries(shape, reading.lists[name])
            problems += wrong
        else:
            lists[name] = _standing(current, name)
    problems += problems_between(lists)
    errors = _in_order(p for p in problems if not p.warning)
    document = {name: [entry.values for entry in entries] for name, entries in lists.items()}
    changes = {} if errors else differences(current.document, document)
    if changes:
        towns = town_of(current.document), town_of(document)
        problems += overlooked(towns, booked, official)
    return Proposal(current.number, document, changes, errors, _in_order(p for p in problems if p.warning))


def put_back(older: Document, current: Version, booked: Sequence[Booked]) -> Proposal:
    """An older version as the next one; it was accepted once, so that only warnings are left to be said."""
    changes = differences(current.document, older)
    towns = town_of(current.document), town_of(older)
    return Proposal(current.number, older, changes, (), tuple(overlooked(towns, booked, official)))


def _standing(current: Version, name: str) -> list[Entry]:
    """A list that stays, with a place for what the new ones contradict in it."""
    file = f"version {current.number}"
    return [
        Entry(Row(Origin(file, name, number), {}), values)
        for number, values in enumerate(current.document[name], start=1)
    ]


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By file, sheet and line: as somebody goes through them to mend them."""
    return tuple(sorted(problems, key=lambda p: (p.origin.file, p.origin.sheet, p.origin.line)))
