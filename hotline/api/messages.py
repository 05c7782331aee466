"""Messages: what was or will be texted to residents, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from hotline.api.doors import for_roles, look, sight
from hotline.api.fields import Absent, Id, ListId, Span, Unmasking, Words
from hotline.api.masking import Mask
from hotline.api.names import names_of
from hotline.api.pages import Order, Page, page_of, shown, within
from hotline.api.parts import parts
from hotline.api.problems import decline
from hotline.api.reach import messages_within
from hotline.api.resource import gives, one, resource
from hotline.store.tables import MessageRow
from hotline.views import town_time

api = resource("messages", "Messages to residents: the outbox.")
NEWEST_FIRST = Order((MessageRow.id,), descending=True)


class MessageOut(BaseModel):
    """A message and its state, which only moves forward."""

    id: int
    reason: str = Field(description="Why it was sent; one message a reason.")
    to: str
    body: str
    state: str
    attempts: int
    error: str
    created_at: str
    due_at: str | None
    sent_at: str | None


class MessagePage(Page[MessageOut]):
    """Messages, the newest first."""


class MessageFilter(Span):
    """Which messages."""

    state: ListId | Absent = None
    to: Words | Absent = Field(None, description="The whole number.")


class OneMessage(BaseModel):
    id: Id = Field(json_schema_extra={"example": 1})


@api.get("/messages", responses=gives(MessagePage))
@for_roles()
def list_(query: MessageFilter) -> Response:
    """Messages you may see, the newest first."""
    row = MessageRow
    wanted = select(row).where(messages_within(sight()), *within(row.created_at, query))
    wanted = wanted.where(row.state == query.state) if query.state is not None else wanted
    wanted = wanted.where(row.to == query.to) if query.to is not None else wanted
    with parts().store.open() as office:
        rows, after, total = page_of(office, wanted, NEWEST_FIRST, query)
        names = names_of(office, [r.to for r in rows])
        look(office, f"messages {shown(rows, lambda r: r.id)}", query.unmask)
        office.commit()
    items = [_out(r, query.unmask, names) for r in rows]
    return one(MessagePage(items=items, next=after, total=total))


@api.get("/messages/<id>", responses=gives(MessageOut, 404))
@for_roles()
def read(path: OneMessage, query: Unmasking) -> Response:
    """One message by id."""
    with parts().store.open() as office:
        found = select(MessageRow).where(MessageRow.id == path.id, messages_within(sight()))
        row = office.session.scalars(found).one_or_none()
        if row is None:
            decline(404)
        names = names_of(office, [row.to])
        look(office, f"message {row.id}", query.unmask)
        office.commit()
    return one(_out(row, query.unmask, names))


def _out(row: MessageRow, reason: str | None, names: Mapping[str, set[str]]) -> MessageOut:
    mask = Mask.over(reason, names.get(row.to, ()))
    return MessageOut(
        id=row.id, reason=mask.words(row.reason), to=mask.number(row.to), body=mask.words(row.body),
        state=row.state, attempts=row.attempts, error=mask.words(row.error),
        created_at=town_time(row.created_at) or "", due_at=town_time(row.due_at), sent_at=town_time(row.sent_at),
    )  # fmt: skip
