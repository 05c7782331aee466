"""Call-backs: whom a person has promised to ring, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from hotline.api import once
from hotline.api.doors import colleague, for_roles, look, sight
from hotline.api.fields import Absent, Asked, Id, ListId, Moment, Paging, Text, Unmasking, Words
from hotline.api.pages import Order, Page, page_of, shown
from hotline.api.parts import parts
from hotline.api.problems import decline
from hotline.api.refusals import CALLBACKS, told_by
from hotline.api.resource import WRITING, gives, one, resource
from hotline.callback_desk import Acting, next_try
from hotline.domain.callbacks import CallBack
from hotline.domain.rights import WRITERS
from hotline.masking import Mask
from hotline.store.names import names_of
from hotline.store.reach import callbacks_within
from hotline.store.tables import CallbackRow
from hotline.store.unit_of_work import Office
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
    owner: str = Field(description="The user who took it.")
    tries: int = Field(description="How often they were rung and did not answer.")
    next_try_at: str | None
    note: str = Field(description="What came of it.")
    done_at: str | None


class CallbackPage(Page[CallbackOut]):
    """Call-backs, the one due first first."""


class CallbackFilter(Paging):
    """Which call-backs."""

    state: ListId | Absent = None
    reason: ListId | Absent = None
    owner: Words | Absent = Field(None, description="The user who took it.")


class OneCallback(BaseModel):
    id: Id = Field(json_schema_extra={"example": 1})


MOVED = gives(CallbackOut, *WRITING, 404, 409, status=201)


class Taking(Asked):
    """An empty object: the address says it all."""


class Outcome(Asked):
    note: Text = Field(description="What came of it.")


class Tried(Asked):
    next_try_at: Moment | Absent = Field(None, description="An office hour on if left out.")
    note: Words = ""


class GivenBack(Asked):
    note: Words = Field("", description="Why.")


@api.get("/callbacks", responses=gives(CallbackPage))
@for_roles()
def list_(query: CallbackFilter) -> Response:
    """Call-backs you may see, the one due first first."""
    row = CallbackRow
    wanted = select(row).where(callbacks_within(sight()))
    wanted = wanted.where(row.state == query.state) if query.state is not None else wanted
    wanted = wanted.where(row.reason == query.reason) if query.reason is not None else wanted
    wanted = wanted.where(row.owner == query.owner) if query.owner is not None else wanted
    with parts().opened() as office:
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
    with parts().opened() as office:
        row = _within_sight(office, path.id)
        names = names_of(office, [row.number])
        look(office, f"callback {row.id}", query.unmask)
        office.commit()
    return one(_out(row, query.unmask, names))


@api.post("/callbacks/<id>/take", responses=MOVED)
@for_roles(WRITERS)
def take(path: OneCallback, header: once.OnceHeader, body: Taking) -> Response:
    """Takes it: who takes it first owns it."""
    return _moved(path.id, header, body, lambda acting: acting.take(path.id))


@api.post("/callbacks/<id>/done", responses=MOVED)
@for_roles(WRITERS)
def done(path: OneCallback, header: once.OnceHeader, body: Outcome) -> Response:
    """Rung back and settled."""
    return _moved(path.id, header, body, lambda acting: acting.done(path.id, body.note))


@api.post("/callbacks/<id>/tried", responses=MOVED)
@for_roles(WRITERS)
def tried(path: OneCallback, header: once.OnceHeader, body: Tried) -> Response:
    """Rung, and nobody answered: again at a time of its own."""
    here = parts()
    town = here.now_serving
    again = body.next_try_at or next_try(here.clock(), town.timetable, town.is_working_day)
    return _moved(path.id, header, body, lambda acting: acting.tried(path.id, again, body.note))


@api.post("/callbacks/<id>/give-back", responses=MOVED)
@for_roles(WRITERS)
def give_back(path: OneCallback, header: once.OnceHeader, body: GivenBack) -> Response:
    """Lets somebody else take it."""
    return _moved(path.id, header, body, lambda acting: acting.give_back(path.id, body.note))


def _moved(task: int, header: once.OnceHeader, body: BaseModel, make: Callable[[Acting], CallBack]) -> Response:
    def act(office: Office) -> once.Done:
        _within_sight(office, task)
        with told_by(CALLBACKS):
            after = make(Acting(office, colleague().username, parts().clock()))
        row = _within_sight(office, task)
        look(office, f"moved callback {task}: {after.state}")
        return once.Done(_out(row, None, names_of(office, [row.number])), f"/callbacks/{task}")

    return once.once(header.key, body, act)


def _within_sight(office: Office, task: int) -> CallbackRow:
    found = select(CallbackRow).where(CallbackRow.id == task, callbacks_within(sight()))
    row = office.session.scalars(found).one_or_none()
    if row is None:
        decline(404)
    return row


def _out(row: CallbackRow, reason: str | None, names: Mapping[str, set[str]]) -> CallbackOut:
    mask = Mask.over(reason, names.get(row.number, ()))
    return CallbackOut(
        id=row.id, number=mask.number(row.number), reason=row.reason, text=mask.words(row.text), state=row.state,
        due_at=town_time(row.due_at) or "", created_at=town_time(row.created_at) or "", owner=row.owner,
        tries=row.tries, next_try_at=town_time(row.next_try_at), note=mask.words(row.note),
        done_at=town_time(row.done_at),
    )  # fmt: skip
