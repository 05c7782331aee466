"""The weekly callback: which weeks were drawn, how far they have got, and drawing, pausing, resuming, stopping."""

from __future__ import annotations

import secrets
from typing import Literal

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from hotline.api import once
from hotline.api.doors import colleague, for_roles, look
from hotline.api.fields import Absent, Asked, Id, ListId, Paging
from hotline.api.pages import Order, Page, page_of, shown
from hotline.api.parts import parts
from hotline.api.problems import decline
from hotline.api.resource import gives, one, resource
from hotline.domain.errors import Refused
from hotline.domain.rights import OVERSEERS
from hotline.domain.surveys.campaign import PAUSED, RUNNING, STOPPED, SurveyRules
from hotline.domain.surveys.frame import week_days
from hotline.masking import Mask
from hotline.store.survey_draw import Wish, keep_draw
from hotline.store.survey_steps import hold
from hotline.store.tables import SurveyPersonRow, SurveyRow
from hotline.store.unit_of_work import Office
from hotline.survey_views import person_view, survey_view

api = resource("surveys", "The weekly callback (每周回访): draws, people asked, and how far it has got.")
NEWEST_WEEK_FIRST = Order((SurveyRow.week,), descending=True)
AS_DRAWN = Order((SurveyPersonRow.place_in_draw, SurveyPersonRow.id))
LEADERS = frozenset({"supervisor", "administrator"})
"""Who decides about a campaign."""
_AFTER = {"pause": PAUSED, "resume": RUNNING, "stop": STOPPED}


class SurveyOut(BaseModel):
    """A week's campaign; no figures of satisfaction."""

    id: int
    week: str
    state: str
    seed: str
    size: int
    drawn: int
    served: int
    candidates: int
    made_by: str
    made_at: str
    people: dict[str, int] = Field(description="How many stand in each state.")
    dispositions: dict[str, int] = Field(description="How those that are over ended, by AAPOR's code.")
    digest: str
    version: int


class SurveyPage(Page[SurveyOut]):
    """Campaigns, the newest week first."""


class PersonOut(BaseModel):
    """Somebody drawn, masked."""

    id: int
    place_in_draw: int
    number: str
    matter: str
    service: str
    place: str
    clerk: str
    day: str
    chance: float
    weight: float
    state: str
    attempts: int
    disposition: str
    disposition_name: str
    medium: str
    due_at: str | None
    ended_at: str | None


class PersonPage(Page[PersonOut]):
    """People, in the order of the draw."""


class PersonFilter(Paging):
    """Which people."""

    state: ListId | Absent = None


class OneSurvey(BaseModel):
    id: Id = Field(json_schema_extra={"example": 1})


class DrawWish(Asked):
    """Which week, how many."""

    week: str = Field(pattern=r"^\d{4}-W\d{2}$", json_schema_extra={"example": "2026-W47"})
    seed: str = Field("", max_length=80, description="What decides the draw; one is drawn if left out.")
    size: int | None = Field(None, ge=1, le=1_000_000, description="Telephones; by the rules if left out.")
    half_width: float = Field(0.1, gt=0, lt=1, description="Half the width of the wanted 95 % interval.")


class Move(Asked):
    """What to do with it."""

    move: Literal["pause", "resume", "stop"]


@api.get("/surveys", responses=gives(SurveyPage))
@for_roles(OVERSEERS)
def list_(query: Paging) -> Response:
    """Every week's campaign, the newest first."""
    with parts().opened() as office:
        rows, after, total = page_of(office, select(SurveyRow), NEWEST_WEEK_FIRST, query)
        items = [_out(office, row) for row in rows]
        look(office, f"surveys {shown(rows, lambda r: r.week)}")
        office.commit()
    return one(SurveyPage(items=items, next=after, total=total))


@api.get("/surveys/<id>", responses=gives(SurveyOut, 404))
@for_roles(OVERSEERS)
def read(path: OneSurvey) -> Response:
    """One campaign by id."""
    with parts().opened() as office:
        row = office.session.get(SurveyRow, path.id)
        if row is None:
            decline(404)
        return one(_out(office, row))


@api.get("/surveys/<id>/people", responses=gives(PersonPage, 404))
@for_roles(OVERSEERS)
def people(path: OneSurvey, query: PersonFilter) -> Response:
    """Who was drawn, in the order of the draw."""
    wanted = select(SurveyPersonRow).where(SurveyPersonRow.survey == path.id)
    wanted = wanted.where(SurveyPersonRow.state == query.state) if query.state is not None else wanted
    with parts().opened() as office:
        if office.session.get(SurveyRow, path.id) is None:
            decline(404)
        rows, after, total = page_of(office, wanted, AS_DRAWN, query)
        look(office, f"survey {path.id} people {shown(rows, lambda r: r.id)}", query.unmask)
        office.commit()
    mask = Mask.over(query.unmask)
    items = [_person(row, mask) for row in rows]
    return one(PersonPage(items=items, next=after, total=total))


@api.post("/surveys", responses=gives(SurveyOut, 400, 409, 413, 415, status=201))
@for_roles(LEADERS)
def draw(header: once.OnceHeader, body: DrawWish) -> Response:
    """Draws a week, once: a second draw of the same week is declined."""
    try:
        week_days(body.week)
    except ValueError as wrong:
        decline(422, str(wrong))
    return once.once(header.key, body, lambda office: _draw(office, body))


@api.post("/surveys/<id>/moves", responses=gives(SurveyOut, 400, 404, 409, 413, 415, status=201))
@for_roles(LEADERS)
def move(path: OneSurvey, body: Move) -> Response:
    """Pauses, resumes or stops it; what has not left yet is taken back."""
    with parts().opened() as office:
        row = office.surveys.locked(path.id)
        if row is None:
            decline(404)
        _hold(office, row, body.move)
        look(office, f"survey {row.id}: {body.move}")
        office.session.flush()
        answer = one(_out(office, row))
        office.commit()
    answer.status_code = 201
    return answer


def _hold(office: Office, row: SurveyRow, move: str) -> None:
    """Makes a move; one that has been made already changes nothing."""
    if row.state == _AFTER[move]:
        return
    try:
        hold(office, row, move, parts().clock())
    except Refused:
        decline(409, f"It is {row.state}: it cannot {move} now.")


def _draw(office: Office, body: DrawWish) -> once.Done:
    rules = SurveyRules(half_width=body.half_width)
    wish = Wish(body.week, body.seed or secrets.token_hex(8), colleague().username, body.size, rules)
    made = keep_draw(office, wish, parts().clock(), office.catalogue.newest())
    row = office.surveys.of_week(body.week)
    if row is None or made.survey is None:
        raise Refused("drawn")
    look(office, f"drew survey {row.id}")
    return once.Done(_out(office, row), f"/surveys/{row.id}", ())


def _out(office: Office, row: SurveyRow) -> SurveyOut:
    return SurveyOut(**survey_view(office, row))


def _person(row: SurveyPersonRow, mask: Mask) -> PersonOut:
    view = person_view(row, lifted=True)
    return PersonOut(**view | {"number": mask.number(row.number)})
