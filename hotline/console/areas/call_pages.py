"""What the staff's pages show, taken from the records: numbers masked, words in Chinese, sums of milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from hotline.console.discretion import hears, hidden
from hotline.console.languages import term
from hotline.console.languages import translated as _
from hotline.console.sound import sound_file
from hotline.console.times import to_minute
from hotline.domain.appointments import Appointment
from hotline.domain.case_life import Actor
from hotline.domain.catalogue import Town
from hotline.domain.grievances import Grievance
from hotline.domain.residents import masked_number
from hotline.domain.rights import Sight
from hotline.store.reach import calls_within
from hotline.store.repositories import as_appointment, as_grievance
from hotline.store.tables import AppointmentRow, CallRow, ConversationRow, GrievanceRow, TurnRow
from hotline.store.unit_of_work import Office
from hotline.views import about

PAGE = 50


@dataclass(frozen=True)
class CallLine:
    """One call in the list."""

    sid: str
    at: str
    number: str
    direction: str
    surface: str
    about: str
    outcome: str
    length: str
    turns: int


def call_lines(
    office: Office, town: Town, sight: Sight, viewer: Actor, *, page: int
) -> tuple[list[CallLine], bool]:
    """A page of calls, the latest first, of those the viewer may know of, and whether there are more."""
    query = select(CallRow).where(calls_within(sight)).order_by(CallRow.started_at.desc(), CallRow.sid)
    rows = office.session.scalars(query.offset(page * PAGE).limit(PAGE + 1)).all()
    kept = hidden(office, [row.conversation for row in rows], viewer)
    return lines_of(office, town, [row for row in rows[:PAGE] if row.conversation not in kept]), len(rows) > PAGE


def call_within(office: Office, sight: Sight, viewer: Actor, sid: str) -> CallRow | None:
    """The call; None if there is none, or none the viewer may know of."""
    row = office.session.scalars(select(CallRow).where(CallRow.sid == sid[:64], calls_within(sight))).one_or_none()
    return None if row is None or hidden(office, [row.conversation], viewer) else row


def hidden_calls(office: Office, rows: Sequence[CallRow], viewer: Actor) -> set[str]:
    """Of some calls those the viewer may not know of, by sid."""
    kept = hidden(office, [row.conversation for row in rows], viewer)
    return {row.sid for row in rows if row.conversation in kept}


def reaches(office: Office, turn: int, sight: Sight, viewer: Actor) -> bool:
    """Whether there is such a turn, and the viewer may know of its call."""
    row = office.session.get(TurnRow, turn)
    if row is None or not hears(office, turn, viewer):
        return False
    found = office.session.scalar(select(CallRow.sid).where(CallRow.sid == row.call, calls_within(sight)))
    return found is not None


def audio_file(office: Office, turn: int, recordings: Path) -> Path | None:
    """The recording of a turn; None where there is none, or its name leads out of the folder."""
    row = office.session.get(TurnRow, turn)
    return sound_file(row.audio, recordings) if row is not None else None


def lines_of(office: Office, town: Town, rows: Sequence[CallRow]) -> list[CallLine]:
    named = [row.conversation for row in rows if row.conversation]
    ended = select(ConversationRow.id, ConversationRow.state).where(ConversationRow.id.in_(named))
    states = dict(office.session.execute(ended).all())
    counted = select(TurnRow.call, func.count()).where(TurnRow.call.in_([row.sid for row in rows]))
    turns = dict(office.session.execute(counted.group_by(TurnRow.call)).all())
    booked = select(AppointmentRow).where(AppointmentRow.conversation.in_(named))
    told = select(GrievanceRow).where(GrievanceRow.conversation.in_(named))
    matters: list[Appointment | Grievance] = [
        *map(as_appointment, office.session.scalars(booked)),
        *map(as_grievance, office.session.scalars(told)),
    ]
    return [
        CallLine(
            sid=row.sid,
            at=to_minute(row.started_at),
            number=_shown_number(row.number),
            direction=term("direction", row.direction),
            surface=term("surface", row.surface),
            about=about(row.conversation, town, matters, _("、")) if row.conversation else "",
            outcome=term("outcome", states[row.conversation])
            if row.conversation in states
            else term("call", row.status),
            length=f"{row.seconds // 60}:{row.seconds % 60:02d}",
            turns=turns.get(row.sid, 0),
        )
        for row in rows
    ]


def _shown_number(number: str) -> str:
    return masked_number(number) if number and not number.startswith("withheld") else term("number", "withheld")
