"""Calls the office makes: every attempt, and how it went."""

from __future__ import annotations

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from hotline.api.doors import for_roles, look, sight
from hotline.api.fields import Absent, Id, ListId, Span, Unmasking, Words
from hotline.api.pages import Order, Page, page_of, shown, within
from hotline.api.parts import parts
from hotline.api.problems import decline
from hotline.api.resource import gives, one, resource
from hotline.masking import Mask
from hotline.store.reach import calls_out_within
from hotline.store.tables import CallOutRow
from hotline.views import town_time

api = resource("calls_out", "Calls the office makes: reminders, offers, news of a case.")
NEWEST_FIRST = Order((CallOutRow.id,), descending=True)


class CallOutOut(BaseModel):
    """One attempt at one call; written down before the carrier is asked."""

    id: int
    kind: str
    number: str
    attempt: int
    state: str
    disposition: str = Field(description="answered, busy, no_answer, machine, failed or canceled; else empty.")
    answered_by: str
    seconds: int
    error: str
    created_at: str
    due_at: str
    expires_at: str | None
    asked_at: str | None
    answered_at: str | None
    ended_at: str | None


class CallOutPage(Page[CallOutOut]):
    """Attempts, the newest first."""


class CallOutFilter(Span):
    """Which attempts."""

    state: ListId | Absent = None
    kind: ListId | Absent = None
    disposition: ListId | Absent = None
    number: Words | Absent = Field(None, description="The whole number.")


class OneCallOut(BaseModel):
    id: Id = Field(json_schema_extra={"example": 1})


@api.get("/calls-out", responses=gives(CallOutPage))
@for_roles()
def list_(query: CallOutFilter) -> Response:
    """Attempts at calls to residents you may see, the newest first."""
    row = CallOutRow
    wanted = select(row).where(calls_out_within(sight()), *within(row.created_at, query))
    for column, value in (
        (row.state, query.state), (row.kind, query.kind),
        (row.disposition, query.disposition), (row.number, query.number),
    ):  # fmt: skip
        wanted = wanted.where(column == value) if value is not None else wanted
    with parts().opened() as office:
        rows, after, total = page_of(office, wanted, NEWEST_FIRST, query)
        look(office, f"calls out {shown(rows, lambda r: r.id)}", query.unmask)
        office.commit()
    mask = Mask.over(query.unmask)
    return one(CallOutPage(items=[_out(r, mask) for r in rows], next=after, total=total))


@api.get("/calls-out/<id>", responses=gives(CallOutOut, 404))
@for_roles()
def read(path: OneCallOut, query: Unmasking) -> Response:
    """One attempt by id."""
    with parts().opened() as office:
        found = select(CallOutRow).where(CallOutRow.id == path.id, calls_out_within(sight()))
        row = office.session.scalars(found).one_or_none()
        if row is None:
            decline(404)
        look(office, f"call out {row.id}", query.unmask)
        office.commit()
    return one(_out(row, Mask.over(query.unmask)))


def _out(row: CallOutRow, mask: Mask) -> CallOutOut:
    return CallOutOut(
        id=row.id, kind=row.kind, number=mask.number(row.number), attempt=row.attempt, state=row.state,
        disposition=row.disposition, answered_by=row.answered_by, seconds=row.seconds, error=mask.words(row.error),
        created_at=town_time(row.created_at) or "", due_at=town_time(row.due_at) or "",
        expires_at=town_time(row.expires_at), asked_at=town_time(row.asked_at),
        answered_at=town_time(row.answered_at), ended_at=town_time(row.ended_at),
    )  # fmt: skip
