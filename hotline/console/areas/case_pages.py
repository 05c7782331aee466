"""Cases as the pages show them: cards of the board, lines of the table, one case with its history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, func, select

from hotline.console.clocks import CaseClock, case_clock
from hotline.console.languages import term
from hotline.console.languages import translated as _
from hotline.console.looking import Looking
from hotline.console.people import Staff, case_mask
from hotline.console.times import length, to_minute
from hotline.domain import case_life as life
from hotline.domain.case_life import Actor, moves_open
from hotline.domain.case_moves import Event
from hotline.domain.catalogue import Town
from hotline.domain.discretion import visible
from hotline.domain.grievances import Grievance
from hotline.store.case_search import Sought, Wanted, search
from hotline.store.reach import grievances_within
from hotline.store.repositories import as_grievance
from hotline.store.tables import GrievanceRow
from hotline.views import village_name

CARDS = 20
"""Cards a column shows; the rest is in the table."""
LINES = 50
STORY = 60
"""Characters of a story on a card."""
BY_THEMSELVES = frozenset({"accept", "join", "leave"})
"""Rows of a history that come with another move: nobody makes them."""

ONWARD = ("dispatch", "sign", "start", "resume", "answer", "review", "call_back", "close")
"""Moves that lead on: they are offered first."""

COLUMNS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("given", (life.ACCEPTED, life.RETURNED), ("return", "accept_anew", "part")),
    ("sent", (life.DISPATCHED,), ("dispatch", "reassign")),
    ("work", (life.SIGNED, life.HANDLING), ("sign", "start", "send_back", "reopen")),
    ("check", (life.ANSWERED,), ("answer",)),
    ("ask", (life.REVIEWED, life.CALLED_BACK), ("review", "call_back")),
    ("over", (*life.OVER, life.MERGED), ("close", "answer_at_once", "refuse", "hand_over", "merge")),
)
"""Key, states it holds, and the moves that lead into it, in the order a dropped card tries them."""


@dataclass(frozen=True)
class Card:
    """One case among others."""

    id: int
    code: str
    topic: str
    kind: str
    village: str
    story: str
    status: str
    urgency: str
    supervised: bool
    confidential: bool
    tellers: int
    unit: str
    officer: str
    age: str
    created: str
    clock: CaseClock
    moves: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """The cases of some states, the most pressing first."""

    key: str
    title: str
    states: tuple[str, ...]
    takes: tuple[str, ...]
    cards: tuple[Card, ...]
    count: int


def board(who: Looking, sought: Sought) -> list[Column]:
    """Every column of what is sought, whatever state that names."""
    fits = Wanted(replace(sought, statuses=()), who.viewer, (grievances_within(who.sight),)).fits()
    row = GrievanceRow
    counted = select(row.status, func.count()).where(*fits).group_by(row.status)
    by_state: dict[str, int] = dict(who.office.session.execute(counted).all())
    return [
        Column(
            key, term("case_column", key), states, takes,
            tuple(_cards(who, _column(who, fits, key, states))), sum(by_state.get(state, 0) for state in states),
        )
        for key, states, takes in COLUMNS
    ]  # fmt: skip


def _column(
    who: Looking, fits: Sequence[ColumnElement[bool]], key: str, states: tuple[str, ...]
) -> Sequence[GrievanceRow]:
    row = GrievanceRow
    query = select(row).where(row.status.in_(states), *fits).limit(CARDS)
    if key in ("given", "sent"):
        query = query.order_by(row.sign_by, row.id)
    elif key == "over":
        query = query.order_by(row.id.desc())
    else:
        query = query.order_by(row.paused_at.is_not(None), row.answer_by, row.id)
    return who.office.session.scalars(query).all()


def lines(who: Looking, sought: Sought) -> tuple[list[Card], int | None]:
    """A page of the table, the newest first, and where the next one begins."""
    found = search(
        who.office.session,
        Sought(**(vars(sought) | {"page": LINES + 1})),
        who.viewer,
        grievances_within(who.sight),
    )
    return _cards(who, found[:LINES]), found[LINES - 1].id if len(found) > LINES else None


def _cards(who: Looking, rows: Iterable[GrievanceRow]) -> list[Card]:
    seen = ((visible(as_grievance(row), who.viewer), row.name) for row in rows)
    return [card_of(who, case, teller) for case, teller in seen if case is not None]


def card_of(who: Looking, case: Grievance, teller: str) -> Card:
    mask = case_mask(case.code, [teller], who.viewer)
    return Card(
        id=case.id, code=case.code, topic=topic_of(who.town, case), kind=case.kind,
        village=village_name(who.town, case.village), story=_shortened(mask.words(case.story)), status=case.status,
        urgency=case.urgency, supervised=case.supervised, confidential=case.confidential, tellers=case.tellers,
        unit=case.unit, officer=case.officer, age=length(who.now - case.created_at),
        created=to_minute(case.created_at), clock=case_clock(case, who.now), moves=open_to(case, who.viewer),
    )  # fmt: skip


def open_to(case: Grievance, viewer: Actor) -> tuple[str, ...]:
    """The moves the viewer may make now, those first that lead on."""
    paused = case.paused_at is not None
    barred = {"resume"} if not paused else {"pause", "extend", "answer", "return", "reassign"}
    barred |= {"extend"} if case.extended_days else set()
    can = [m for m in moves_open(case.standing, viewer) if m not in BY_THEMSELVES | barred]
    return tuple(sorted(can, key=lambda m: ONWARD.index(m) if m in ONWARD else len(ONWARD)))


def topic_of(town: Town, case: Grievance) -> str:
    topic = town.topics.get(case.topic)
    return topic.spoken if topic else case.topic


def _shortened(story: str) -> str:
    return story if len(story) <= STORY else story[:STORY] + "…"


@dataclass(frozen=True)
class Step:
    """One row of a history in words."""

    at: str
    what: str
    went_to: str
    by: str
    reason: str
    changed: tuple[str, ...]


def history(who: Looking, case: Grievance, teller: str) -> list[Step]:
    """What happened to a case, the first first."""
    staff, mask = Staff(who.office), case_mask(case.code, [teller], who.viewer)
    return [step_of(event, staff, mask.words(event.reason)) for event in who.office.grievances.history(case.id)]


def step_of(event: Event, staff: Staff, reason: str) -> Step:
    """One event; the fields of it that say something to a person."""
    shown = {"unit", "officer", "extended_days", "urgency", "kind", "case_class"}
    changed = [
        _change(name, str(value))
        for name, value in event.facts.items()
        if name in shown and value and event.move != "accept"
    ]
    return Step(
        to_minute(event.at), term("case_move", event.move), term("case_status", event.went_to),
        staff.called(event.actor), reason, tuple(changed),
    )  # fmt: skip


def _change(name: str, value: str) -> str:
    kinds = {"kind": "case_kind", "case_class": "case_class", "urgency": "urgency"}
    return term("case_field", name) + _("：") + (term(kinds[name], value) if name in kinds else value)
