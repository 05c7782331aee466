"""What the pages of the ledger show of its rows: words masked, clocks in words, the way each track goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from hotline.console.times import DAY, to_minute, until
from hotline.domain.case_life import Actor
from hotline.domain.catalogue import Town
from hotline.domain.ledger.entries import OVER, Entry, running
from hotline.domain.ledger.proposals import Kind
from hotline.domain.ledger.sight import may_see
from hotline.masking import Mask
from hotline.reports.figures import Names
from hotline.store.ledger_reach import rows_within
from hotline.store.names import names_of
from hotline.store.repositories.ledger import as_entry
from hotline.store.tables import LedgerRow, StaffRow
from hotline.store.unit_of_work import Office

IN_A_COLUMN, PAGE = 30, 50
TRACKS: Mapping[Kind, tuple[str, ...]] = {
    Kind.PRAISE: ("proposed", "confirmed", "publicised"),
    Kind.PROBLEM: ("proposed", "confirmed", "called", "rectified", "closed"),
    Kind.SUGGESTION: ("proposed", "confirmed", "studied", "adopted", "closed"),
}
"""表扬 → 宣传, 问题 → 整改, 建议 → 采纳: the states on the straight way."""
_ASIDE = {"reopened": "called", "declined": "adopted"}
"""States off the straight way, with the one whose place they take."""
_UNCALLED = ("proposed", "confirmed", "reopened")
"""A person still owes a call, of a problem."""
OPEN, ENDED, EVERY = "open", "over", "all"


@dataclass(frozen=True)
class Deadline:
    """One clock of a row as a page shows it."""

    what: str
    """What must have happened by then: a key of words' [ledger_clock]."""
    by: str
    left: str
    tone: str
    """late, soon, or empty: the class of its words."""


@dataclass(frozen=True)
class Chosen:
    """Which rows are asked for; what is empty does not matter."""

    kind: str = ""
    state: str = ""
    stand: str = OPEN
    """open, over or all."""
    mine: bool = False
    late: bool = False


@dataclass(frozen=True)
class Card:
    """A row in a list."""

    id: int
    kind: str
    state: str
    words: str
    service: str
    place: str
    clerk: str
    owner: str
    answered: str
    confidential: bool
    clocks: tuple[Deadline, ...]

    @property
    def tone(self) -> str:
        """Of the clock that presses most."""
        tones = {clock.tone for clock in self.clocks}
        return "late" if "late" in tones else "soon" if "soon" in tones else ""


@dataclass(frozen=True)
class Track:
    """One of the three columns."""

    kind: str
    steps: tuple[str, ...]
    cards: tuple[Card, ...]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.cards)


@dataclass(frozen=True)
class Viewing:
    """Who looks, when, by which lists."""

    office: Office
    town: Town
    who: Actor
    now: datetime

    @cached_property
    def people(self) -> dict[str, str]:
        """Names of the staff by user name."""
        everybody = self.office.session.scalars(select(StaffRow).where(StaffRow.name != ""))
        return {one.username: one.name for one in everybody}

    def cards(self, rows: Sequence[LedgerRow]) -> tuple[Card, ...]:
        entries = [entry for entry in map(as_entry, rows) if may_see(entry, self.who)]
        names = names_of(self.office, [entry.number for entry in entries])
        return tuple(self._card(entry, Mask.over(None, names.get(entry.number, ()))) for entry in entries)

    def _card(self, entry: Entry, mask: Mask) -> Card:
        called = Names(self.town)
        return Card(
            id=entry.id,
            kind=str(entry.kind),
            state=entry.state,
            words=mask.words(entry.words),
            service=called.of("service", entry.service),
            place=called.place(entry.place) if entry.place else "",
            clerk=called.of("clerk", entry.clerk),
            owner=entry.owner,
            answered=to_minute(entry.answered_at),
            confidential=entry.confidential,
            clocks=clocks_of(entry, self.now),
        )


def clocks_of(entry: Entry, now: datetime) -> tuple[Deadline, ...]:
    """The clocks that run, the first to end first."""
    found = sorted(running(entry), key=lambda one: one[1])
    return tuple(_deadline(what, by, now) for what, by in found)


def _deadline(what: str, by: datetime, now: datetime) -> Deadline:
    span = until(by, now, DAY)
    return Deadline(what, to_minute(by), span.words, span.tone)


def tracks(viewing: Viewing, chosen: Chosen) -> list[Track]:
    """The three columns, in each what presses most first; what is over, the latest first."""
    return [_track(viewing, kind, chosen) for kind in Kind]


def table(viewing: Viewing, chosen: Chosen, page: int) -> tuple[tuple[Card, ...], bool]:
    """A page of rows, the newest first, and whether there are more."""
    query = _wanted(viewing, chosen).order_by(LedgerRow.id.desc()).offset(page * PAGE).limit(PAGE + 1)
    rows = viewing.office.session.scalars(query).all()
    return viewing.cards(rows[:PAGE]), len(rows) > PAGE


def steps_of(entry: Entry) -> tuple[tuple[str, str], ...]:
    """The way of a row: each state with "done", "now" or "ahead"; one that left the way shows where it ended."""
    way = TRACKS[entry.kind]
    standing = _ASIDE.get(entry.state, entry.state)
    if entry.state == "dismissed" or standing not in way:
        return (("proposed", "done"), (entry.state, "now"))
    if entry.kind is Kind.PRAISE and entry.state == "closed":
        way = (*way[:-1], "closed")
    at = way.index(standing)
    shown = [entry.state if step == standing else step for step in way]
    return tuple((step, "done" if n < at else "now" if n == at else "ahead") for n, step in enumerate(shown))


def _track(viewing: Viewing, kind: Kind, chosen: Chosen) -> Track:
    row = LedgerRow
    wanted = _wanted(viewing, chosen).where(row.kind == str(kind))
    total = viewing.office.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    presses = func.coalesce(case((row.state.in_(_UNCALLED), row.call_by)), row.due)
    order = (row.id.desc(),) if chosen.stand == ENDED else (row.state.in_((*OVER, "rectified")), presses, row.id)
    rows = viewing.office.session.scalars(wanted.order_by(*order).limit(IN_A_COLUMN)).all()
    return Track(str(kind), TRACKS[kind], viewing.cards(rows), total)


def _wanted(viewing: Viewing, chosen: Chosen) -> Select[LedgerRow]:
    row, who = LedgerRow, viewing.who
    wanted: list[ColumnElement[bool]] = [rows_within(who, viewing.town)]
    wanted += [row.kind == chosen.kind] if chosen.kind else []
    wanted += [row.state == chosen.state] if chosen.state else []
    wanted += [row.state.not_in(OVER)] if chosen.stand == OPEN else []
    wanted += [row.state.in_(OVER)] if chosen.stand == ENDED else []
    wanted += [row.owner.in_([name for name in (who.username, who.name) if name])] if chosen.mine else []
    if chosen.late:
        no_call = (row.call_by < viewing.now) & row.state.in_(_UNCALLED)
        wanted += [row.state.not_in((*OVER, "rectified")), or_(row.due < viewing.now, no_call)]
    return select(row).where(*wanted)
