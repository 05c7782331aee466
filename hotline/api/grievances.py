"""Cases (诉求): which there are, and one of them."""

from __future__ import annotations

from dataclasses import replace

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import or_, select

from hotline.api.doors import colleague, for_roles, look, sight
from hotline.api.fields import Absent, Code, ListId, Span, Unmasking, Words
from hotline.api.masking import Mask
from hotline.api.pages import Order, Page, page_of, shown, within
from hotline.api.parts import parts
from hotline.api.problems import decline
from hotline.api.reach import grievances_within
from hotline.api.resource import gives, one, resource
from hotline.domain.case_life import Actor
from hotline.domain.discretion import visible
from hotline.domain.dispatch import actor
from hotline.domain.grievances import Grievance
from hotline.store.repositories import as_grievance
from hotline.store.tables import GrievanceRow
from hotline.views import grievance_view

api = resource("grievances", "Cases (诉求): what residents reported and what became of it.")
NEWEST_FIRST = Order((GrievanceRow.id,), descending=True)


class GrievanceOut(BaseModel):
    """A case with its topic and village by name."""

    code: str
    topic: str
    topic_id: str
    story: str = Field(description="In the resident's words; the resident's name and long numbers are masked.")
    village: str
    village_id: str
    group: str
    where: str
    name: str
    number: str
    callback_number: str
    urgency: str
    status: str
    sign_by: str
    kind: str = Field(description="consult, help, complaint, report, suggestion or praise.")
    case_class: str
    unit: str
    officer: str
    taken_by: str
    answer_by: str | None
    paused_at: str | None
    extended_days: int
    dispatches: int
    supervised: bool
    confidential: bool
    tellers: int = Field(description="How many have reported the same.")
    merged_into: str
    answer: str
    tell_by: str
    version: int
    created_at: str


class GrievancePage(Page[GrievanceOut]):
    """Cases, the newest first."""


class GrievanceFilter(Span):
    """Which cases."""

    q: Words | Absent = Field(None, description="Part of the story, place or name, or the whole number or code.")
    status: ListId | Absent = None
    urgency: ListId | Absent = None
    topic_id: ListId | Absent = None
    village_id: ListId | Absent = None


class OneGrievance(BaseModel):
    code: Code = Field(json_schema_extra={"example": "118822"})


@api.get("/grievances", responses=gives(GrievancePage))
@for_roles()
def list_(query: GrievanceFilter) -> Response:
    """Cases you may see, the newest first."""
    row = GrievanceRow
    wanted = select(row).where(grievances_within(sight()), *within(row.created_at, query))
    for column, value in (
        (row.status, query.status), (row.urgency, query.urgency),
        (row.topic, query.topic_id), (row.village, query.village_id),
    ):  # fmt: skip
        wanted = wanted.where(column == value) if value is not None else wanted
    if query.q:
        told = (column.contains(query.q, autoescape=True) for column in (row.story, row.where, row.name))
        wanted = wanted.where(or_(*told, row.number == query.q, row.code == query.q))
    with parts().store.open() as office:
        rows, after, total = page_of(office, wanted, NEWEST_FIRST, query)
        look(office, f"grievances {shown(rows, lambda r: r.code)}", query.unmask)
        office.commit()
    seen = (visible(as_grievance(r), viewer()) for r in rows)
    items = [_out(case, query.unmask) for case in seen if case is not None]
    return one(GrievancePage(items=items, next=after, total=total))


@api.get("/grievances/<code>", responses=gives(GrievanceOut, 404))
@for_roles()
def read(path: OneGrievance, query: Unmasking) -> Response:
    """One case by its code."""
    with parts().store.open() as office:
        found = select(GrievanceRow).where(GrievanceRow.code == path.code, grievances_within(sight()))
        row = office.session.scalars(found).one_or_none()
        case = visible(as_grievance(row), viewer()) if row is not None else None
        if case is None:
            decline(404)
        look(office, f"grievance {case.code}", query.unmask)
        office.commit()
    return one(_out(case, query.unmask), grievance_view(case, parts().town))


def viewer() -> Actor:
    """Who asks, as cases know people: whoever is complained about never sees the case."""
    who = colleague()
    known = actor(parts().town.officers, who.username, who.role, who.name)
    return replace(known, villages=known.villages | {who.village}) if who.village else known


def _out(case: Grievance, reason: str | None) -> GrievanceOut:
    view, mask = grievance_view(case, parts().town), Mask.over(reason, [case.name])
    hidden = {
        "story": mask.words(view["story"]),
        "where": mask.words(view["where"]),
        "name": mask.name(view["name"]),
        "number": mask.number(view["number"]),
        "callback_number": mask.number(view["callback_number"]),
    }
    return GrievanceOut(**view | hidden)
