"""What the staff's pages show, taken from the records: numbers masked, words in Chinese, sums of milliseconds."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from hotline.console.discretion import hears, hidden
from hotline.domain.appointments import Appointment
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.case_life import Actor
from hotline.domain.catalogue import Town
from hotline.domain.grievances import Grievance
from hotline.domain.residents import masked_number
from hotline.domain.rights import Sight
from hotline.domain.transcripts import Piece, differences
from hotline.store.reach import calls_within
from hotline.store.repositories import as_appointment, as_grievance
from hotline.store.tables import AppointmentRow, CallRow, ConversationRow, GrievanceRow, TurnRow
from hotline.store.unit_of_work import Office
from hotline.views import about, village_name
from hotline.words import word

PAGE = 50
AUDIO_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_./-]*\.wav")
"""File names the service itself gives below the recordings folder."""


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


@dataclass(frozen=True)
class TurnLine:
    """One answer of a caller on the page of its call."""

    id: int
    number: int
    question: str
    asked: str
    heard: str
    corrected: str
    """What staff heard; empty if nobody has put it right."""
    careful: list[Piece]
    """The second transcript in pieces, with what it reads otherwise; empty if it is the same or not there."""
    others: list[tuple[str, str]]
    confidence: int
    understood: list[tuple[str, str]]
    """What it was taken for: the question and the answer by name."""
    timings: list[tuple[str, int]]
    audio: bool
    at: str


def call_lines(
    office: Office, town: Town, sight: Sight, viewer: Actor, *, page: int
) -> tuple[list[CallLine], bool]:
    """A page of calls, the latest first, of those the viewer may know of, and whether there are more."""
    query = select(CallRow).where(calls_within(sight)).order_by(CallRow.started_at.desc(), CallRow.sid)
    rows = office.session.scalars(query.offset(page * PAGE).limit(PAGE + 1)).all()
    kept = hidden(office, [row.conversation for row in rows], viewer)
    return _lines(office, town, [row for row in rows[:PAGE] if row.conversation not in kept]), len(rows) > PAGE


def call_page(
    office: Office, town: Town, sight: Sight, viewer: Actor, sid: str
) -> tuple[CallLine, list[TurnLine]] | None:
    """A call with its turns; None if there is no such call, or none the viewer may know of."""
    row = office.session.scalars(select(CallRow).where(CallRow.sid == sid[:64], calls_within(sight))).one_or_none()
    if row is None or hidden(office, [row.conversation], viewer):
        return None
    return _lines(office, town, [row])[0], _turn_lines(office, row.sid, town)


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
    if row is None or not AUDIO_NAME.fullmatch(row.audio):
        return None
    path = (recordings / row.audio).resolve()
    return path if path.is_relative_to(recordings.resolve()) and path.is_file() else None


def _lines(office: Office, town: Town, rows: Sequence[CallRow]) -> list[CallLine]:
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
            at=_local(row.started_at),
            number=_shown_number(row.number),
            direction=word("direction", row.direction),
            surface=word("surface", row.surface),
            about=about(row.conversation, town, matters) if row.conversation else "",
            outcome=word("outcome", states[row.conversation])
            if row.conversation in states
            else word("call", row.status),
            length=f"{row.seconds // 60}:{row.seconds % 60:02d}",
            turns=turns.get(row.sid, 0),
        )
        for row in rows
    ]


def _turn_lines(office: Office, sid: str, town: Town) -> list[TurnLine]:
    corrected = office.transcripts.corrections(sid)
    return [_turn_line(turn, town, corrected.get(turn.id, "")) for turn in office.records.turns_of(sid)]


def _turn_line(turn: TurnRow, town: Town, corrected: str) -> TurnLine:
    return TurnLine(
        id=turn.id,
        number=turn.turn,
        question=word("question", turn.key),
        asked=turn.asked,
        heard=turn.heard,
        corrected=corrected,
        careful=_careful(turn),
        others=[_alternative(other) for other in turn.alternatives[1:]],
        confidence=round(turn.confidence * 100),
        understood=_understood(turn.key, turn.understood, town),
        timings=[(word("timing", name), round(ms)) for name, ms in turn.timings_ms.items() if _is_number(ms)],
        audio=bool(turn.audio),
        at=_local(turn.at),
    )


def _careful(turn: TurnRow) -> list[Piece]:
    pieces = differences(turn.heard, turn.careful or "")
    return pieces if any(differs for _, differs in pieces) else []


def _alternative(other: Any) -> tuple[str, str]:
    """Text and confidence, however the recogniser's list was written."""
    if isinstance(other, Mapping):
        return str(other.get("text", "")), str(other.get("confidence", ""))
    if isinstance(other, Sequence) and not isinstance(other, str) and other:
        return str(other[0]), str(other[1]) if len(other) > 1 else ""
    return str(other), ""


def _understood(key: str, sense: Mapping[str, Any], town: Town) -> list[tuple[str, str]]:
    """The answer, what else was said with it, and the rest of what is not empty."""
    said = {key: sense.get("value"), **(sense.get("slots") or {})}
    rest = {name: value for name, value in sense.items() if name not in {"value", "slots"}}
    told = [(word("question", name), _named(name, value, town)) for name, value in said.items() if value]
    return told + [(word("sense", name), _plain(value)) for name, value in rest.items() if value]


def _named(question: str, value: Any, town: Town) -> str:
    """Services, villages, topics and places by their names, all else as it is."""
    if question == "service" and value in town.services:
        return town.services[value].spoken
    if question == "topic" and value in town.topics:
        return town.topics[value].spoken
    if question == "village":
        return village_name(town, str(value))
    return word(question, _plain(value))


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown_number(number: str) -> str:
    return masked_number(number) if number and not number.startswith("withheld") else word("number", "withheld")


def _local(at: datetime) -> str:
    return at.astimezone(TOWN_TIME).strftime("%Y-%m-%d %H:%M:%S")
