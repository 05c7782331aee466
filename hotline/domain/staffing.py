"""Who works here, in which week's rhythm, and what is different on particular days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from hotline.domain.calendar import Hours


@dataclass(frozen=True)
class Clerk:
    id: str
    """Their user name where they may log in."""
    name: str
    post: str = ""
    number: str = ""


@dataclass(frozen=True)
class Weekly:
    """One row of a roster: at this desk on such days, at these hours, while the row holds."""

    clerk: str
    desk: str
    days: tuple[str, ...]
    """Of `hotline.domain.days.SORTS`."""
    hours: tuple[Hours, ...]
    since: date = date.min
    until: date = date.max
    """The last day it holds."""


class ChangeKind(StrEnum):
    LEAVE = "leave"
    """The clerk is away."""
    EXTRA = "extra"
    """The clerk serves at this desk; whatever else the roster says of these hours is off."""
    CLOSED = "closed"
    """Nobody is served at this desk."""


@dataclass(frozen=True)
class Change:
    """An exception to the rosters, in town time."""

    kind: ChangeKind
    begins: datetime
    ends: datetime
    clerk: str = ""
    desk: str = ""
    note: str = ""


Span = tuple[int, int]
"""Minutes of a day, the end excluded."""
WHOLE_DAY: Span = (0, 24 * 60)


def minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def without(span: Span, taken: Sequence[Span]) -> list[Span]:
    """What is left of a span where others have been taken out of it, soonest first."""
    if not taken:
        return [span] if span[0] < span[1] else []
    left = [span]
    for begins, ends in (one for one in taken if one[0] < one[1]):
        cut = []
        for first, last in left:
            cut += [(first, min(last, begins)), (max(first, ends), last)]
        left = [(first, last) for first, last in cut if first < last]
    return sorted(left)
