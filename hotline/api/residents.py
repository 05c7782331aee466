"""Residents as the hotline knows them, and putting right what it took their name or village for."""

from __future__ import annotations

from typing import Any

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import or_, select

from hotline.api.doors import for_roles, look, sight
from hotline.api.fields import Absent, Asked, Id, ListId, Name, Paging, Unmasking, Words
from hotline.api.once import MatchHeader, check_match
from hotline.api.pages import Order, Page, page_of, shown
from hotline.api.parts import parts
from hotline.api.problems import decline
from hotline.api.resource import gives, one, resource
from hotline.domain.rights import WRITERS
from hotline.masking import Mask
from hotline.store.reach import residents_within
from hotline.store.tables import ResidentRow
from hotline.store.unit_of_work import Office
from hotline.views import resident_view

api = resource("residents", "Residents, known by the number they ring from.")
BY_ID = Order((ResidentRow.id,))


class ResidentOut(BaseModel):
    """A resident as far as the hotline knows them."""

    id: int
    number: str
    name: str
    village: str
    village_id: str
    created_at: str


class ResidentPage(Page[ResidentOut]):
    """Residents in the order they became known."""


class ResidentFilter(Paging):
    """Which residents."""

    q: Words | Absent = Field(None, description="Part of the name, or the whole number.")
    village_id: ListId | Absent = None


class OneResident(BaseModel):
    id: Id = Field(json_schema_extra={"example": 1})


class Known(Asked):
    """What is known better now; what is left out stays."""

    name: Name | Absent = None
    village_id: ListId | Absent = Field(None, json_schema_extra={"example": "V01"})


@api.get("/residents", responses=gives(ResidentPage))
@for_roles()
def list_(query: ResidentFilter) -> Response:
    """Residents you may see, in the order they became known."""
    row = ResidentRow
    wanted = select(row).where(residents_within(sight()))
    if query.village_id is not None:
        wanted = wanted.where(row.village == query.village_id)
    if query.q:
        wanted = wanted.where(or_(row.name.contains(query.q, autoescape=True), row.number == query.q))
    with parts().opened() as office:
        rows, after, total = page_of(office, wanted, BY_ID, query)
        look(office, f"residents {shown(rows, lambda r: r.id)}", query.unmask)
        office.commit()
    mask = Mask.over(query.unmask)
    return one(ResidentPage(items=[_out(r, mask) for r in rows], next=after, total=total))


@api.get("/residents/<id>", responses=gives(ResidentOut, 404))
@for_roles()
def read(path: OneResident, query: Unmasking) -> Response:
    """One resident by id, with the ETag a change must send back."""
    with parts().opened() as office:
        row = held(office, path.id)
        look(office, f"resident {row.id}", query.unmask)
        office.commit()
    return one(_out(row, Mask.over(query.unmask)), _view(row))


@api.patch("/residents/<id>", responses=gives(ResidentOut, 400, 404, 412, 413, 415, 428))
@for_roles(WRITERS)
def correct(path: OneResident, header: MatchHeader, body: Known) -> Response:
    """Puts right the name or village of a resident, unless somebody else did so in the meantime."""
    if body.village_id is not None and body.village_id not in parts().town.villages:
        decline(422, "No such village: GET /api/villages lists them.")
    with parts().opened() as office:
        row = held(office, path.id)
        check_match(header, _view(row))
        if not sight().covers(sight().desk, body.village_id or row.village):
            decline(403, "That is not your village: ask a supervisor.")
        office.records.know_resident(row.number, name=(body.name or "").strip(), village=body.village_id or "")
        look(office, f"corrected resident {row.id}")
        office.commit()
    return one(_out(row, Mask()), _view(row))


def held(office: Office, resident: int) -> ResidentRow:
    """The resident, held until this transaction ends."""
    wanted = select(ResidentRow).where(ResidentRow.id == resident, residents_within(sight())).with_for_update()
    row = office.session.scalars(wanted).one_or_none()
    if row is None:
        decline(404)
    return row


def _view(row: ResidentRow) -> dict[str, Any]:
    return {"id": row.id, **resident_view(row, parts().town)}


def _out(row: ResidentRow, mask: Mask) -> ResidentOut:
    view = _view(row)
    return ResidentOut(**view | {"name": mask.name(row.name), "number": mask.number(row.number)})
