"""What the page of one row of the ledger shows: what was said, whose it is, what was and may be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from hotline.console.areas.ledger_pages import Deadline, Viewing, clocks_of, steps_of
from hotline.console.times import to_minute
from hotline.console.unmasking import mask_for
from hotline.domain.ledger.entries import FIX_AT_MOST_DAYS, FIX_WITHIN_DAYS, MOVES, Entry, Line
from hotline.domain.ledger.proposals import WORST_ACCEPTABLE
from hotline.domain.ledger.sight import may_make, may_see, moves_open, sees_teller
from hotline.ledger_views import entry_view
from hotline.masking import Mask
from hotline.reports.figures import Names
from hotline.store.names import names_of
from hotline.store.repositories.ledger import as_entry
from hotline.store.tables import CallOutRow, LedgerAlertRow, LedgerRow, MessageRow
from hotline.views import View

FIRST_CHOICE = ("confirm", "call", "rectify", "publicise", "study", "adopt", "tell")
"""Of the moves that are open the first of these is the obvious one."""
DAYS = tuple(range(FIX_WITHIN_DAYS + 1, FIX_AT_MOST_DAYS + 1))
_PROVABLE = ("confirmed", "called", "reopened")


@dataclass(frozen=True)
class Step:
    """A line of the history."""

    place: int
    at: str
    move: str
    state: str
    by: str
    reason: str
    facts: tuple[tuple[str, str], ...]
    """What else it changed: key of words' [ledger_fact], value in words."""


@dataclass(frozen=True)
class Try:
    """One attempt at asking whether it is solved, or somebody told that a clock had run out."""

    at: str
    what: str
    how: str
    whom: str = ""


@dataclass(frozen=True)
class Move:
    """A move that may be made now, and what it asks for."""

    name: str
    obvious: bool
    reason: bool
    """Whether a reason must be given."""


@dataclass(frozen=True)
class RowPage:
    """Everything about one row."""

    entry: View
    place: str
    steps: tuple[tuple[str, str], ...]
    clocks: tuple[Deadline, ...]
    ratings: tuple[tuple[str, int, bool], ...]
    """Dimension, level, whether it is a bad one."""
    knows_teller: bool
    has_sound: bool
    history: tuple[Step, ...]
    proofs: tuple[View, ...]
    may_prove: bool
    alerts: tuple[Try, ...]
    rechecks: tuple[Try, ...]
    moves: tuple[Move, ...]
    topics: tuple[tuple[str, str], ...]
    owners: tuple[str, ...]


def row_entry(viewing: Viewing, row: int) -> Entry | None:
    """The row; None where there is none, or none the viewer may know of."""
    found = viewing.office.session.get(LedgerRow, row)
    entry = as_entry(found) if found is not None else None
    return entry if entry is not None and may_see(entry, viewing.who) else None


def row_page(viewing: Viewing, entry: Entry) -> RowPage:
    """The page of a row the viewer may know of."""
    office, who = viewing.office, viewing.who
    names = names_of(office, [entry.number]).get(entry.number, ())
    mask = mask_for("ledger", entry.id, names) if sees_teller(entry, who) else Mask.over(None, names)
    history = [line for line, _ in office.ledger.history(entry.id)]
    return RowPage(
        entry=_masked(viewing, entry, mask),
        place=Names(viewing.town).place(entry.place) if entry.place else "",
        steps=steps_of(entry),
        clocks=clocks_of(entry, viewing.now),
        ratings=tuple((name, level, level < WORST_ACCEPTABLE) for name, level in entry.ratings.items()),
        knows_teller=sees_teller(entry, who),
        has_sound=bool(entry.recording) and sees_teller(entry, who),
        history=tuple(_step(viewing, line, mask) for line in reversed(history)),
        proofs=tuple(_proofs(viewing, entry.id)),
        may_prove=entry.kind == "problem" and entry.state in _PROVABLE and may_make(entry, "rectify", who),
        alerts=_alerts(viewing, entry.id),
        rechecks=_rechecks(viewing, entry.id),
        moves=_moves(viewing, entry),
        topics=tuple((topic.id, topic.name) for topic in viewing.town.topics.values()),
        owners=_owners(viewing, entry),
    )


def since(viewing: Viewing, row: int, version: int) -> tuple[Step, ...]:
    """What was done to a row after the version somebody saw, the first first."""
    lines = [line for line, _ in viewing.office.ledger.history(row) if line.place > version]
    return tuple(_step(viewing, line, Mask.over(None)) for line in lines)


def _masked(viewing: Viewing, entry: Entry, mask: Mask) -> View:
    """Whom it is about never learns who spoke, whatever reason they give."""
    own = mask if sees_teller(entry, viewing.who) else Mask(names=mask.names)
    view = entry_view(entry, viewing.town, viewing.who)
    hidden = {name: own.words(view[name]) for name in ("words", "remedy", "reply")}
    answered = {"answered_at": to_minute(entry.answered_at)}
    return view | hidden | answered | {"number": own.number(entry.number), "recording": ""}


def _step(viewing: Viewing, line: Line, mask: Mask) -> Step:
    told = {name: value for name, value in line.facts.items() if name in _TOLD and value not in ("", None, [])}
    facts = tuple((name, _fact(viewing, name, value)) for name, value in told.items())
    by = viewing.people.get(line.who, line.who)
    return Step(line.place, to_minute(line.at), line.move, line.went_to, by, mask.words(line.reason), facts)


_TOLD = ("kind", "owner", "topic", "due")
"""Facts of a line that are worth a word; the rest is shown by the row itself."""


def _fact(viewing: Viewing, name: str, value: object) -> str:
    if name == "due":
        return to_minute(datetime.fromisoformat(str(value)))
    topic = viewing.town.topics.get(str(value)) if name == "topic" else None
    return topic.name if topic else str(value)


def _proofs(viewing: Viewing, row: int) -> list[View]:
    return [
        {
            "digest": one.digest,
            "form": one.form,
            "size": max(1, one.size // 1024),
            "name": one.name,
            "by": viewing.people.get(one.who, one.who),
            "at": to_minute(one.at),
        }
        for one in viewing.office.ledger.proofs(row)
    ]


def _alerts(viewing: Viewing, row: int) -> tuple[Try, ...]:
    query = select(LedgerAlertRow).where(LedgerAlertRow.ledger == row).order_by(LedgerAlertRow.id)
    found = viewing.office.session.scalars(query)
    return tuple(Try(to_minute(one.at), one.what, one.level, one.told) for one in found)


def _rechecks(viewing: Viewing, row: int) -> tuple[Try, ...]:
    """Calls and texts that ask the resident whether it is solved, the first first."""
    about, call, text = f"ledger:{row}", CallOutRow, MessageRow
    session = viewing.office.session
    calls = session.scalars(select(call).where(call.about == about, call.kind == "recheck"))
    texts = session.scalars(select(text).where(text.about == about, text.kind == "recheck"))
    found = [(one.asked_at or one.due_at, "call", one.disposition or one.state) for one in calls]
    found += [(one.created_at, "text", one.state) for one in texts]
    return tuple(Try(to_minute(at), what, how) for at, what, how in sorted(found))


def _moves(viewing: Viewing, entry: Entry) -> tuple[Move, ...]:
    names = moves_open(entry, viewing.who)
    obvious = next((name for name in FIRST_CHOICE if name in names), "")
    ordered = sorted(names, key=lambda name: name != obvious)
    return tuple(Move(name, name == obvious, MOVES[name].why) for name in ordered)


def _owners(viewing: Viewing, entry: Entry) -> tuple[str, ...]:
    """Whom it may be handed to: the list of officers, without whom it is about and who has it."""
    named = [name for post in viewing.town.officers for name in (post.officer, post.deputy) if name]
    return tuple(name for name in dict.fromkeys(named) if name not in (*entry.about, entry.owner))
