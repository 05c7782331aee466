"""Call-backs: whom a person has promised to ring."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from hotline.api.doors import for_roles, look, sight
from hotline.api.fields import Absent, Id, ListId, Paging, Unmasking
from hotline.api.masking import Mask
from hotline.api.names import names_of
from hotline.api.pages import Order, Page, page_of, shown
from hotline.api.parts import parts
from hotline.api.problems import decline
from hotline.api.reach import callbacks_within
from hotline.api.resource import gives, one, resource
from hotline.store.tables import CallbackRow
from hotline.views import town_time

api = resource("callbacks", "Call-backs: whom a person has promised to ring.")
DUE_FIRST = Order((CallbackRow.due_at, CallbackRow.id))


class CallbackOut(BaseModel):
    """Somebody to be rung back."""

    id: int
    number: str
    reason: str
    text: str = Field(description="What they said; their name and long numbers are masked.")
    state: str
    due_at: str
    created_at: str


class CallbackPage(Page[CallbackOut]):
    """Call-backs, the one due first first."""


class CallbackFilter(Paging):
    """Which call-backs."""

    state: ListId | Absent = None
    reason: ListId | Absent = None


class OneCallback(BaseModel):
    id: Id = Field(json_schema_extra={"example": 1})


@api.get("/callbacks", responses=gives(CallbackPage))
@for_roles()
def list_(query: CallbackFilter) -> Response:
    """Call-backs you may see, the one due first first."""
    row = CallbackRow
    wanted = select(row).where(callbacks_within(sight()))
    wanted = wanted.where(row.state == query.state) if query.state is not None else wanted
    wanted = wanted.where(row.reason == query.reason) if query.reason is not None else wanted
    with parts().store.open() as office:
        rows, after, total = page_of(office, wanted, DUE_FIRST, query)
        names = names_of(office, [r.number for r in rows])
        look(office, f"callbacks {shown(rows, lambda r: r.id)}", query.unmask)
        office.commit()
    items = [_out(r, query.unmask, names) for r in rows]
    return one(CallbackPage(items=items, next=after, total=total))


@api.get("/callbacks/<id>", responses=gives(CallbackOut, 404))
@for_roles()
def read(path: OneCallback, query: Unmasking) -> Response:
    """One call-back by id."""
    with parts().store.open() as office:
        found = select(CallbackRow).where(CallbackRow.id == path.id, callbacks_within(sight()))
        row = office.session.scalars(found).one_or_none()
        if row is None:
            decline(404)
        names = names_of(office, [row.number])
        look(office, f"callback {row.id}", query.unmask)
        office.commit()
    return one(_out(row, query.unmask, names))


def _out(row: CallbackRow, reason: str | None, names: Mapping[str, set[str]]) -> CallbackOut:
    mask = Mask.over(reason, names.get(row.number, ()))
    return CallbackOut(
        id=row.id, number=mask.number(row.number), reason=row.reason, text=mask.words(row.text), state=row.state,
        due_at=town_time(row.due_at) or "", created_at=town_time(row.created_at) or "",
    )  # fmt: skip
