"""What reports are made of: figures and rows of the ledger as plain data, read elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from hotline.domain.ledger.entries import Entry
from hotline.domain.ledger.proposals import Kind
from hotline.domain.surveys.figures import Figure
from hotline.domain.surveys.summary import Summary
from hotline.reports.figures import Names
from hotline.reports.periods import Period


@dataclass(frozen=True)
class Item:
    """A row of the ledger with when the decisive moves were made."""

    entry: Entry
    called_at: datetime | None = None
    mended_at: datetime | None = None
    words: str = ""
    """Masked: no name, no number."""
    call_by: datetime | None = None
    due: datetime | None = None
    """The clocks that ran when it was called and mended first."""
    outcome: str = ""
    """adopted or declined, of a suggestion, also once it has been told."""

    remedy: str = ""
    reply: str = ""
    """Of the row, masked too."""

    @property
    def is_open(self) -> bool:
        return self.entry.state in ("proposed", "confirmed", "called", "reopened", "studied")


@dataclass(frozen=True)
class Issue:
    """Number and date of a paper, and who signed it."""

    serial: int
    year: int
    date: date
    confirmed_by: str = ""


@dataclass(frozen=True)
class Contents:
    """Everything a bulletin or commendation tells."""

    period: Period
    summary: Summary
    items: tuple[Item, ...]
    names: Names
    now: datetime
    issue: Issue
    ratings: tuple[int, int] = (0, 0)
    """Of their own accord (好差评): how many, and how many of them bad."""

    def of(self, kind: Kind) -> tuple[Item, ...]:
        """Rows of a kind that a person has confirmed; what was dismissed is none."""
        unseen = ("proposed", "dismissed")
        return tuple(one for one in self.items if one.entry.kind is kind and one.entry.state not in unseen)


@dataclass(frozen=True)
class Candidate:
    """How often a clerk got the best of ratings, against the town."""

    clerk: str
    figure: Figure
    """Of the best level in every dimension."""
    finding: str
    """above, tied, below, few"""
    praise: tuple[int, ...] = ()
    """Rows of the ledger."""
    has_open_problem: bool = False


@dataclass(frozen=True)
class Comparison:
    """Who stands out in a quarter by more than chance."""

    average: Figure
    candidates: tuple[Candidate, ...]
    level: float
    """Of each interval, so that all of them hold together in 95 of 100 quarters."""

    @property
    def proposed(self) -> tuple[str, ...]:
        return tuple(one.clerk for one in self.candidates if one.finding == "above" and not one.has_open_problem)
