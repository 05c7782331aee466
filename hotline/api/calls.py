"""Calls, each with its turns, and putting right what was heard in one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import func, select

from hotline.api.doors import colleague, for_roles, look, sight
from hotline.api.fields import Absent, Asked, Id, ListId, Span, Unmasking, Words
from hotline.api.pages import Order, Page, page_of, shown, within
from hotline.api.parts import parts
from hotline.api.problems import decline
from hotline.api.resource import gives, one, resource
from hotline.domain.rights import WRITERS
from hotline.masking import Mask
from hotline.store.names import names_of
from hotline.store.reach import calls_within
from hotline.store.tables import CallRow, ConversationRow, TurnRow
from hotline.store.unit_of_work import Office
from hotline.views import View, call_view, turn_view

api = resource("calls", "Calls with their turns: what was asked, heard and understood.")
LATEST_FIRST = Order((CallRow.started_at, CallRow.sid), descending=True)
WHOLLY_PERSONAL = frozenset({"name", "callback_number"})
"""Questions whose answers are a name or a number, however they were heard."""
SPOKEN = ("heard", "careful", "corrected", "alternatives", "understood")


class CallOut(BaseModel):
    """A call and what became of its conversation."""

    sid: str
    number: str
    direction: str
    status: str
    surface: str
    outcome: str | None = Field(description="The state of its conversation; open while it can be gone on with.")
    open_key: str | None
    started_at: str
    ended_at: str | None
    seconds: int
    turns: int


class TurnOut(BaseModel):
    """One answer of a caller."""

    id: int
    turn: int
    key: str
    surface: str
    asked: str
    heard: str
    careful: str | None
    corrected: str
    alternatives: list[Any]
    confidence: float
    understood: dict[str, Any]
    timings_ms: dict[str, Any]
    at: str


class CallPage(Page[CallOut]):
    """Calls, the latest first."""


class CallWithTurns(CallOut):
    """A call and every answer in it."""

    answers: list[TurnOut]


class CallFilter(Span):
    """Which calls."""

    number: Words | Absent = Field(None, description="The whole number.")
    direction: ListId | Absent = None
    status: ListId | Absent = None


class OneCall(BaseModel):
    sid: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", json_schema_extra={"example": "CA1"})


class OneTurn(BaseModel):
    id: Id = Field(json_schema_extra={"example": 1})


class Correction(Asked):
    """What a person hears in the recording."""

    text: str = Field(pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$", max_length=500)


@api.get("/calls", responses=gives(CallPage))
@for_roles()
def list_(query: CallFilter) -> Response:
    """Calls you may see, the latest first."""
    row = CallRow
    wanted = select(row).where(calls_within(sight()), *within(row.started_at, query))
    chosen = ((row.number, query.number), (row.direction, query.direction), (row.status, query.status))
    for column, value in chosen:
        wanted = wanted.where(column == value) if value is not None else wanted
    with parts().opened() as office:
        rows, after, total = page_of(office, wanted, LATEST_FIRST, query)
        views = _views(office, rows)
        look(office, f"calls {shown(rows, lambda r: r.sid)}", query.unmask)
        office.commit()
    mask = Mask.over(query.unmask)
    items = [CallOut(**view | {"number": mask.number(view["number"])}) for view in views]
    return one(CallPage(items=items, next=after, total=total))


@api.get("/calls/<sid>", responses=gives(CallWithTurns, 404))
@for_roles()
def read(path: OneCall, query: Unmasking) -> Response:
    """One call with every answer; names and numbers the caller is known by are masked in the words too."""
    with parts().opened() as office:
        row = _call(office, path.sid)
        mask = Mask.over(query.unmask, names_of(office, [row.number]).get(row.number, ()))
        (view,) = _views(office, [row])
        corrected = office.transcripts.corrections(row.sid)
        answers = [_turn(turn, corrected.get(turn.id, ""), mask) for turn in office.records.turns_of(row.sid)]
        look(office, f"call {row.sid}", query.unmask)
        office.commit()
    return one(CallWithTurns(**view | {"number": mask.number(row.number), "answers": answers}))


@api.post("/turns/<id>/corrections", responses=gives(TurnOut, 400, 404, 413, 415, status=201))
@for_roles(WRITERS)
def correct(path: OneTurn, body: Correction) -> tuple[Response, int]:
    """Keeps what a person heard; what the machine heard stays beside it, and the latest correction counts."""
    with parts().opened() as office:
        turn = office.session.get(TurnRow, path.id)
        if turn is None:
            decline(404)
        row = _call(office, turn.call)
        text = " ".join(body.text.split())
        office.transcripts.correct(turn.id, text, colleague().username)
        mask = Mask.over(None, names_of(office, [row.number]).get(row.number, ()))
        look(office, f"corrected turn {turn.id}")
        office.commit()
    return one(_turn(turn, text, mask)), 201


def _call(office: Office, sid: str) -> CallRow:
    row = office.session.scalars(select(CallRow).where(CallRow.sid == sid, calls_within(sight()))).one_or_none()
    if row is None:
        decline(404)
    return row


def _views(office: Office, rows: Sequence[CallRow]) -> list[View]:
    named = {row.conversation for row in rows}
    found = office.session.scalars(select(ConversationRow).where(ConversationRow.id.in_(named)))
    conversations = {row.id: row for row in found}
    counted = select(TurnRow.call, func.count()).where(TurnRow.call.in_([row.sid for row in rows]))
    turns = {call: count for call, count in office.session.execute(counted.group_by(TurnRow.call))}  # noqa: C416
    return [call_view(row, conversations.get(row.conversation), turns.get(row.sid, 0)) for row in rows]


def _turn(turn: TurnRow, corrected: str, mask: Mask) -> TurnOut:
    view = turn_view(turn, corrected)
    hide = mask.wholly if turn.key in WHOLLY_PERSONAL else mask.anything
    hidden = {name: hide(view[name]) for name in SPOKEN}
    return TurnOut(**{"id": turn.id, **view, "asked": mask.words(turn.asked), **hidden})
