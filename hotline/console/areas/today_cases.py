"""Cases and rows of the ledger that wait for somebody's move, with the clock each runs against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, true

from hotline.console.areas.today_rows import MOST, SHORTEST_STORY, Looker, Waiting
from hotline.console.languages import term
from hotline.console.languages import translated as _
from hotline.console.links import page_of
from hotline.console.times import until
from hotline.domain.case_life import (
    ACCEPTED,
    ANSWERED,
    CLERK,
    DISPATCHED,
    HANDLING,
    RETURNED,
    REVIEWED,
    SIGNED,
    SUPERVISOR,
    UNDER_WAY,
    VILLAGE,
    is_among,
)
from hotline.domain.discretion import visible
from hotline.domain.grievances import Grievance
from hotline.domain.ledger import sight as ledger_sight
from hotline.domain.ledger.entries import OVER, Entry
from hotline.masking import Mask
from hotline.store.repositories import as_grievance
from hotline.store.repositories.ledger import as_entry
from hotline.store.tables import GrievanceRow, LedgerRow
from hotline.views import village_name

CALL_FIRST = ("proposed", "confirmed", "reopened")
"""States of the ledger in which somebody must be called before anything is mended."""
AT_REST = (*OVER, "rectified")
"""States of the ledger in which nobody of the office has to do anything now."""


@dataclass(frozen=True)
class Step:
    """What somebody is to do with a case next, and by when."""

    action: str
    due: datetime | None


def cases(looker: Looker) -> list[Waiting]:
    """Cases that wait for this person's move, the most pressing first."""
    row = GrievanceRow
    if (mine := _cases_of(looker)) is None:
        return []
    known = true() if looker.sight.confidential else ~row.confidential
    query = select(row).where(known, mine)
    found = looker.office.session.scalars(query.order_by(row.sign_by, row.id).limit(2 * MOST))
    shown = (visible(as_grievance(one), looker.actor) for one in found)
    return [_case(looker, case) for case in shown if case is not None][:MOST]


def _cases_of(looker: Looker) -> ColumnElement[bool] | None:
    """Which cases may wait for this person; None for who does not work on any."""
    row, role = GrievanceRow, looker.actor.role
    if role not in (CLERK, VILLAGE, SUPERVISOR):
        return None
    mine = [name for name in (looker.actor.name, looker.actor.username) if name]
    to_sign = and_(row.status == DISPATCHED, or_(row.officer.in_(mine), row.deputy.in_(mine)))
    wanted = [to_sign, and_(row.status.in_((SIGNED, HANDLING)), row.taken_by.in_(mine), row.paused_at.is_(None))]
    if role in (CLERK, SUPERVISOR):
        wanted.append(row.status.in_((ACCEPTED, RETURNED, REVIEWED)))
    if role == SUPERVISOR:
        wanted += [row.status == ANSWERED, and_(row.supervised, row.status.in_(UNDER_WAY))]
    return or_(*wanted)


def _case(looker: Looker, case: Grievance) -> Waiting:
    step, mask = _step(looker, case), Mask.over(None, {case.name})
    topic = looker.town.topics.get(case.topic)
    village = village_name(looker.town, case.village)
    who = " · ".join(part for part in (mask.name(case.name), village) if part)
    what = topic.spoken if topic else case.topic
    return Waiting(
        "cases", case.code, f"{_('督办 ') if case.supervised else ''}{what} {case.code}", who,
        mask.words(case.story)[:SHORTEST_STORY], step.due, until(step.due, looker.now), step.action,
        page_of("case", case.code), urgent=case.urgency == "danger",
    )  # fmt: skip


def _step(looker: Looker, case: Grievance) -> Step:
    held = is_among(looker.actor, (case.taken_by, case.officer, case.deputy))
    steps = {
        ACCEPTED: Step(_("派单"), case.sign_by),
        RETURNED: Step(_("重新派单"), case.sign_by),
        DISPATCHED: Step(_("签收") if held else _("催签收"), case.sign_by),
        ANSWERED: Step(_("审核"), case.answer_by),
        REVIEWED: Step(_("回访"), case.answer_by),
    }
    return steps.get(case.status) or Step(_("答复") if held else _("催办"), case.answer_by)


def ledger(looker: Looker) -> list[Waiting]:
    """Rows of the ledger that wait for this person: their own, and for the supervisor what is nobody's or late."""
    row, actor = LedgerRow, looker.actor
    mine: ColumnElement[bool] = row.owner.in_([name for name in (actor.name, actor.username) if name])
    if actor.role == SUPERVISOR:
        theirs = and_(row.state == "studied") | and_(row.kind == "praise", row.state == "confirmed")
        mine = or_(mine, row.owner == "", row.due < looker.now, row.call_by < looker.now, theirs)
    query = select(row).where(row.state.not_in(AT_REST), mine).order_by(row.due, row.id).limit(2 * MOST)
    entries = (as_entry(found) for found in looker.office.session.scalars(query))
    waiting = [e for e in entries if ledger_sight.may_see(e, actor) and ledger_sight.moves_open(e, actor)]
    return [_entry(looker, entry) for entry in waiting][:MOST]


def _entry(looker: Looker, entry: Entry) -> Waiting:
    due = entry.call_by or entry.due if entry.state in CALL_FIRST else entry.due
    state = term("ledger_state", entry.state)
    words = Mask.over(None).words(entry.words)[:SHORTEST_STORY]
    moves = ledger_sight.moves_open(entry, looker.actor)
    service = looker.town.services.get(entry.service) or looker.town.topics.get(entry.service)
    about = service.spoken if service else village_name(looker.town, entry.village)
    return Waiting(
        "ledger", str(entry.id), f"{term('ledger_kind', str(entry.kind))} · {state}", about, words, due,
        until(due, looker.now), term("ledger_move", moves[0]), page_of("ledger", entry.id),
    )  # fmt: skip
