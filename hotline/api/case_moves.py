"""Moves of a case: what happened to it, what whoever asks could do now, and doing it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from flask import Response
from pydantic import BaseModel, Field, model_validator

from hotline.api import grievances, once
from hotline.api.doors import for_roles, look, sight, viewer
from hotline.api.fields import ONE_LINE, Absent, Asked, Code, ListId, Name, Text, Unmasking, Words
from hotline.api.grievances import OneGrievance
from hotline.api.parts import parts
from hotline.api.problems import decline
from hotline.api.refusals import CASES, told_by
from hotline.api.resource import WRITING, gives, one, resource
from hotline.domain.case_life import moves_open
from hotline.domain.case_moves import MOST_EXTENSION_DAYS
from hotline.domain.discretion import visible
from hotline.domain.grievances import Grievance
from hotline.domain.rights import WRITERS
from hotline.store.unit_of_work import Office
from hotline.views import grievance_view, town_time

api = resource("case_moves", "Moves of cases: the life cycle from acceptance to the archive.")
Move = Literal[
    "answer_at_once", "refuse", "hand_over", "dispatch", "reassign", "sign", "return", "start", "pause", "resume",
    "extend", "answer", "review", "send_back", "call_back", "close", "reopen", "accept_anew", "archive", "urge",
    "classify", "merge", "part",
]  # fmt: skip
BY_ITSELF = frozenset({"accept", "join", "leave"})
"""Rows of a history that nobody asks for: they come with another move."""
Days = Annotated[int, Field(ge=1, le=MOST_EXTENSION_DAYS, strict=True)]
BELONGS = {"unit": ("dispatch", "reassign"), "days": ("extend",), "into": ("merge",), "changes": ("classify",)}
"""What goes with which moves."""


class CaseEventOut(BaseModel):
    """One row of a case's history."""

    at: str
    move: str
    from_status: str
    to_status: str
    by: str
    role: str
    reason: str = Field(description="The teller's name and long numbers are masked.")


class CaseEventList(BaseModel):
    """What happened to it, the first first; and the moves you could make now."""

    items: list[CaseEventOut]
    open: list[str]
    version: int


class CaseMoved(BaseModel):
    """How the case stands after a move."""

    code: str
    move: str
    status: str
    version: int
    unit: str
    officer: str
    sign_by: str
    answer_by: str | None


class Changes(Asked):
    """What was proposed wrongly; what is left out stays."""

    kind: ListId | Absent = None
    topic_id: ListId | Absent = Field(None, json_schema_extra={"example": "G1"})
    village_id: ListId | Absent = Field(None, json_schema_extra={"example": "V01"})
    group: Annotated[str, Field(pattern=ONE_LINE, max_length=20)] | Absent = None
    where: Words | Absent = None
    urgency: ListId | Absent = None
    case_class: ListId | Absent = None
    tell_by: Literal["sms", "call"] | Absent = None
    accused: list[Name] | Absent = Field(
        None, max_length=10, description="Names or user names of staff it is about."
    )


class CaseMove(Asked):
    """A move and what goes with it."""

    move: Move
    reason: Text | Absent = Field(None, description="Why; for answers what was done. The resident reads it.")
    unit: Words | Absent = Field(None, description="For dispatch and reassign; else the one responsible.")
    days: Days | Absent = Field(None, description="For extend.")
    into: Code | Absent = Field(None, description="For merge: the case that goes on.")
    changes: Changes | Absent = Field(None, description="For classify.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """What belongs to another move would be passed over."""
        for name, moves in BELONGS.items():
            given = getattr(self, name) is not None
            if given and self.move not in moves:
                raise ValueError(f"{name} does not go with {self.move}")
            if not given and name != "unit" and self.move in moves:
                raise ValueError(f"{self.move} needs {name}")
        return self

    def given(self) -> dict[str, Any]:
        """As cases take it."""
        sent = self.model_dump(exclude_none=True, exclude={"move", "changes"})
        if self.changes is None:
            return sent
        named = {"topic_id": "topic", "village_id": "village"}
        changes = self.changes.model_dump(exclude_none=True)
        return {**sent, "changes": {named.get(name, name): value for name, value in changes.items()}}


@api.get("/grievances/<code>/moves", responses=gives(CaseEventList, 404))
@for_roles()
def list_(path: OneGrievance, query: Unmasking) -> Response:
    """What happened to a case, and the moves you could make now."""
    with parts().opened() as office:
        case, teller = grievances.held(office, path.code)
        history = office.grievances.history(case.id)
        look(office, f"history of grievance {case.code}", query.unmask)
        office.commit()
    mask = grievances.mask_of(query.unmask, teller)
    items = [
        CaseEventOut(
            at=town_time(event.at) or "", move=event.move, from_status=event.came_from, to_status=event.went_to,
            by=event.actor, role=event.role, reason=mask.words(event.reason),
        )
        for event in history
    ]  # fmt: skip
    can = [move for move in moves_open(case.standing, viewer()) if move not in BY_ITSELF]
    return one(CaseEventList(items=items, open=can, version=case.version))


@api.post("/grievances/<code>/moves", responses=gives(CaseMoved, *WRITING, 404, 409, 412, 428, status=201))
@for_roles(WRITERS)
def make(path: OneGrievance, header: once.MovingHeader, body: CaseMove) -> Response:
    """Makes one move; the resident is told of it in the way they chose."""
    _check_lists(body.changes)

    def act(office: Office) -> once.Done:
        case, _ = grievances.held(office, path.code)
        once.check_match(header, grievance_view(case, parts().town))
        _check_reach(office, body, case)
        here = parts()
        work = here.now_serving.case_moves(office, here.clock())
        with told_by(CASES):
            after = work.make(path.code, body.move, viewer(), body.given())
        look(office, f"moved grievance {path.code}: {body.move}")
        return once.Done(_moved(body.move, after), f"/grievances/{path.code}", tuple(work.messages), _etag(after))

    return once.once(header.key, body, act)


def _check_lists(changes: Changes | None) -> None:
    town = parts().town
    if changes is not None and changes.topic_id is not None and changes.topic_id not in town.topics:
        decline(422, "No such topic: GET /api/topics lists them.")
    if changes is not None and changes.village_id is not None and changes.village_id not in town.villages:
        decline(422, "No such village: GET /api/villages lists them.")


def _check_reach(office: Office, asked: CaseMove, case: Grievance) -> None:
    """Nothing is moved out of one's own part, or into what lies outside it."""
    village = asked.changes.village_id if asked.changes else None
    if village is not None and not sight().covers(sight().desk, village):
        decline(403, "That is not your village: ask a supervisor.")
    if asked.into is not None and asked.into != case.code:
        grievances.held(office, asked.into)


def _etag(after: Grievance) -> str:
    """Of the case as whoever moved it sees it; empty where they no longer do."""
    seen = visible(after, viewer())
    return once.etag_of(grievance_view(seen, parts().town)) if seen is not None else ""


def _moved(move: str, after: Grievance) -> CaseMoved:
    return CaseMoved(
        code=after.code, move=move, status=after.status, version=after.version, unit=after.unit,
        officer=after.officer, sign_by=town_time(after.sign_by) or "", answer_by=town_time(after.answer_by),
    )  # fmt: skip
