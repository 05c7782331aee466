"""What waits for somebody: one row for each thing, the most urgent first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select

from hotline.console.areas.live_pages import own_notes
from hotline.console.discretion import hidden
from hotline.console.languages import term
from hotline.console.languages import translated as _
from hotline.console.links import page_of
from hotline.console.times import Span, of_the_day, until, without_end
from hotline.domain.appointments import ARRIVED, BOOKED
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.callbacks import DANGER, OPEN, TAKEN, UNFINISHED
from hotline.domain.case_life import Actor
from hotline.domain.catalogue import Town
from hotline.domain.rights import STEERING, WRITERS, Sight
from hotline.masking import Mask
from hotline.store.names import names_of
from hotline.store.reach import appointments_within, callbacks_within, calls_within
from hotline.store.repositories.callbacks import as_task
from hotline.store.tables import AppointmentRow, CallbackRow, CallRow, CorrectionRow, TurnRow
from hotline.store.unit_of_work import Office
from hotline.views import village_name

KINDS = ("callbacks", "cases", "appointments", "ledger", "unheard", "notes")
"""In the order of the counts on top."""
MOST = 100
"""Of each kind; nobody works through more in a day."""
UNHEARD_FOR = timedelta(days=3)
"""So old, and a call in which something was not understood is for the weekly review."""
UNHEARD_CALLS = 300
SHORTEST_STORY = 60


@dataclass(frozen=True)
class Waiting:
    """One thing that waits."""

    kind: str
    id: str
    what: str
    who: str
    detail: str
    due: datetime | None
    span: Span
    action: str
    href: str
    urgent: bool = False


@dataclass(frozen=True)
class Looker:
    """Who looks, at what part of the records, and when."""

    office: Office
    town: Town
    sight: Sight
    actor: Actor
    now: datetime


def in_order(rows: Sequence[Waiting]) -> list[Waiting]:
    """Danger first, then by deadline; what has none comes last."""
    latest = datetime.max.replace(tzinfo=UTC)
    return sorted(rows, key=lambda row: (not row.urgent, row.due or latest, row.kind, row.id))


def appointments(looker: Looker) -> list[Waiting]:
    """Today's, at one's own desk or village, that are not over."""
    row = AppointmentRow
    begins = datetime.combine(looker.now.astimezone(TOWN_TIME).date(), time(), TOWN_TIME)
    query = select(row).where(
        appointments_within(looker.sight),
        row.starts_at >= begins,
        row.starts_at < begins + timedelta(days=1),
        row.status.in_((BOOKED, ARRIVED)),
    )
    found = looker.office.session.scalars(query.order_by(row.starts_at, row.id).limit(MOST)).all()
    return [_appointment(looker, one) for one in found]


def _appointment(looker: Looker, row: AppointmentRow) -> Waiting:
    service = looker.town.services.get(row.service)
    at = of_the_day(row.starts_at)
    what = f"{at} {service.spoken if service else row.service} {row.code}"
    here = row.status == ARRIVED
    step = _("办结") if here else _("登记到场")
    return Waiting(
        "appointments", row.code, what, _person(looker, row.name, row.village), term("appointment", row.status),
        row.starts_at, Span(_("已在窗口等"), "soon") if here else until(row.starts_at, looker.now),
        step if looker.actor.role in WRITERS else _("看"), page_of("appointment", row.code),
    )  # fmt: skip


def callbacks(looker: Looker) -> list[Waiting]:
    """Whom somebody must ring back: those nobody has taken, one's own, for who oversees the late ones."""
    if looker.actor.role not in WRITERS:
        return []
    row, me = CallbackRow, looker.actor.username
    mine: list[ColumnElement[bool]] = [row.state == OPEN, and_(row.state == TAKEN, row.owner == me)]
    if looker.actor.role in STEERING:
        mine.append(and_(row.state == TAKEN, row.due_at < looker.now))
    query = select(row).where(callbacks_within(looker.sight), row.state.in_(UNFINISHED), or_(*mine))
    found = looker.office.session.scalars(query.order_by(row.due_at, row.id).limit(MOST)).all()
    kept = hidden(looker.office, [one.conversation for one in found], looker.actor)
    shown = [one for one in found if one.conversation not in kept]
    names = names_of(looker.office, [one.number for one in shown])
    heard = looker.office.callbacks.transcripts(shown)
    return [_callback(looker, one, names.get(one.number, set()), heard.get(one.recording, "")) for one in shown]


def _callback(looker: Looker, row: CallbackRow, names: set[str], heard: str) -> Waiting:
    mask, due = Mask.over(None, names), as_task(row).clock_at
    name = mask.name(min(names)) if names else ""
    said = mask.words(heard or row.text) or (_("有录音，还没听出字") if row.recording else "")
    mine = row.owner == looker.actor.username
    return Waiting(
        "callbacks", str(row.id), term("callback_reason", row.reason), f"{name} {mask.number(row.number)}".strip(),
        said[:SHORTEST_STORY], due, until(due, looker.now), _("回电") if mine else _("接手"),
        page_of("callback", row.id), urgent=row.reason == DANGER,
    )  # fmt: skip


def unheard(looker: Looker) -> list[Waiting]:
    """Calls of the last days with words nobody has understood or put right, one row a call."""
    if looker.actor.role not in WRITERS:
        return []
    call = CallRow
    recent = (
        select(call.sid, call.number, call.conversation)
        .where(calls_within(looker.sight), call.started_at >= looker.now - UNHEARD_FOR)
        .order_by(call.started_at.desc())
        .limit(UNHEARD_CALLS)
        .subquery()
    )
    corrected = exists().where(CorrectionRow.turn == TurnRow.id)
    turn = TurnRow
    query = select(turn.id, turn.key, turn.understood, *recent.c).join(recent, recent.c.sid == turn.call)
    asked = query.where(turn.audio != "", turn.understood["value"].as_string().is_(None), ~corrected)
    found = looker.office.session.execute(asked.order_by(turn.id))
    turns = [one for one in found if _unclear(one.understood)]
    kept = hidden(looker.office, {one.conversation for one in turns}, looker.actor)
    return _by_call([one for one in turns if one.conversation not in kept])[:MOST]


def _unclear(sense: dict[str, object]) -> bool:
    """As `Understood.unclear` has it."""
    return not any(sense.get(name) for name in ("value", "slots", "command", "danger", "denied"))


def _by_call(turns: Sequence[Any]) -> list[Waiting]:
    first: dict[str, Any] = {}
    counted = Counter(turn.sid for turn in turns)
    for turn in turns:
        first.setdefault(turn.sid, turn)
    return [_unheard(turn, counted[sid]) for sid, turn in first.items()]


def _unheard(turn: Any, sentences: int) -> Waiting:
    number = Mask.over(None).number(turn.number)
    href = f"{page_of('call', turn.sid)}#turn-{turn.id}"
    what = _("有 %(n)s 句没听懂", n=sentences)
    asked = term("question", turn.key)
    return Waiting("unheard", turn.sid, what, number, asked, None, without_end(), _("去听"), href)


def notes(looker: Looker) -> list[Waiting]:
    """What somebody wrote down for themselves about a call."""
    return [
        Waiting(
            "notes", str(note.id), note.text, "", "", None, without_end(), _("看通话"), page_of("call", note.call)
        )
        for note in own_notes(looker.office, looker.actor.username)
    ]


def _person(looker: Looker, name: str, village: str) -> str:
    masked = Mask.over(None).name(name)
    return " · ".join(part for part in (masked, village_name(looker.town, village)) if part)
