"""Messages: what was or will be texted to residents, how far it has come; sending one again, taking one back."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from hotline.api import once
from hotline.api.doors import for_roles, look, sight
from hotline.api.fields import Absent, Asked, Id, ListId, Span, Unmasking, Words
from hotline.api.pages import Order, Page, page_of, shown, within
from hotline.api.parts import parts
from hotline.api.problems import decline
from hotline.api.refusals import MESSAGES, told_by
from hotline.api.resource import WRITING, gives, one, resource
from hotline.domain.rights import WRITERS
from hotline.masking import Mask
from hotline.outbox_desk import send_again, take_back
from hotline.store.names import names_of
from hotline.store.reach import messages_within
from hotline.store.tables import MessageRow
from hotline.store.unit_of_work import Office
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


class NothingMore(Asked):
    """An empty object: the address says it all."""


MOVED = gives(MessageOut, *WRITING, 404, 409, status=201)


@api.get("/messages", responses=gives(MessagePage))
@for_roles()
def list_(query: MessageFilter) -> Response:
    """Messages you may see, the newest first."""
    row = MessageRow
    wanted = select(row).where(messages_within(sight()), *within(row.created_at, query))
    wanted = wanted.where(row.state == query.state) if query.state is not None else wanted
    wanted = wanted.where(row.to == query.to) if query.to is not None else wanted
    with parts().opened() as office:
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
    with parts().opened() as office:
        row = _within_sight(office, path.id)
        names = names_of(office, [row.to])
        look(office, f"message {row.id}", query.unmask)
        office.commit()
    return one(_out(row, query.unmask, names))


@api.post("/messages/<id>/retry", responses=MOVED)
@for_roles(WRITERS)
def retry(path: OneMessage, header: once.OnceHeader, body: NothingMore) -> Response:
    """Sends it again: at once if it waits, else as a new one. You answer for its not having arrived."""

    def act(office: Office) -> once.Done:
        _within_sight(office, path.id)
        with told_by(MESSAGES):
            again = send_again(office, path.id)
        return _done(office, again, f"sent message {path.id} again", (again,))

    return once.once(header.key, body, act)


@api.post("/messages/<id>/withdraw", responses=MOVED)
@for_roles(WRITERS)
def withdraw(path: OneMessage, header: once.OnceHeader, body: NothingMore) -> Response:
    """Takes it back before it leaves."""

    def act(office: Office) -> once.Done:
        _within_sight(office, path.id)
        with told_by(MESSAGES):
            take_back(office, path.id)
        return _done(office, path.id, f"took message {path.id} back")

    return once.once(header.key, body, act)


def _done(office: Office, message: int, what: str, leaving: tuple[int, ...] = ()) -> once.Done:
    row = _within_sight(office, message)
    look(office, what)
    return once.Done(_out(row, None, names_of(office, [row.to])), f"/messages/{message}", leaving)


def _within_sight(office: Office, message: int) -> MessageRow:
    found = select(MessageRow).where(MessageRow.id == message, messages_within(sight()))
    row = office.session.scalars(found).one_or_none()
    if row is None:
        decline(404)
    return row


def _out(row: MessageRow, reason: str | None, names: Mapping[str, set[str]]) -> MessageOut:
    mask = Mask.over(reason, names.get(row.to, ()))
    return MessageOut(
        id=row.id, reason=mask.words(row.reason), to=mask.number(row.to), body=mask.words(row.body),
        state=row.state, attempts=row.attempts, error=mask.words(row.error),
        created_at=town_time(row.created_at) or "", due_at=town_time(row.due_at), sent_at=town_time(row.sent_at),
    )  # fmt: skip
