"""The waiting list: who waits for a place, in order, and what is held for whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Literal

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from hotline.api import once
from hotline.api.doors import for_roles, look, sight, viewer
from hotline.api.fields import Absent, Asked, Id, ListId, Name, Number, Paging
from hotline.api.pages import Order, Page, page_of, shown
from hotline.api.parts import parts
from hotline.api.problems import decline
from hotline.api.resource import WRITING, gives, one, resource
from hotline.domain.appointments import desk_of
from hotline.domain.calendar import Place
from hotline.domain.residents import plain_number
from hotline.domain.rights import WRITERS
from hotline.domain.waiting import ASKED, WAITING, Entry
from hotline.masking import Mask
from hotline.serving import Counter
from hotline.store.reach import waiting_within
from hotline.store.tables import WaitingRow
from hotline.store.unit_of_work import Office
from hotline.views import town_time, village_name

api = resource("waiting", "Who waits for a place.")
IN_LINE = Order((WaitingRow.lapses, WaitingRow.id))
STILL: Sequence[str] = (WAITING, ASKED)


class WaitingOut(BaseModel):
    """Somebody who waits, or has been offered a place."""

    id: int
    service: str
    service_id: str
    place: str
    place_name: str
    village: str
    village_id: str
    name: str
    number: str
    wish: str = Field(description="The time wanted, as far as it was said, such as 2026-11-28/morning or any.")
    state: str = Field(description="waiting; asked: a place is held until held_until; placed and left are over.")
    lapses: int = Field(description="Offers that were not answered.")
    held_until: str | None
    joined_at: str


class WaitingPage(Page[WaitingOut]):
    """Who waits, the next one first."""


class WaitingFilter(Paging):
    """Who; without a state, all who still wait."""

    state: ListId | Absent = None
    service_id: ListId | Absent = None
    place: Place | Absent = None


class OneWaiting(BaseModel):
    id: Id = Field(json_schema_extra={"example": 1})


class NothingMore(Asked):
    """An empty object: the address says it all."""


class Joining(Asked):
    """Who waits for what."""

    service_id: ListId = Field(json_schema_extra={"example": "1"})
    place: Literal["window", "village", "home", "car"]
    village_id: ListId = Field(json_schema_extra={"example": "V01"})
    name: Name
    number: Number = Field(description="Where a free place is offered.")
    wish: Annotated[str, Field(pattern=r"^[0-9A-Za-z*/:.-]{1,40}$")] = Field(
        "any", description="When it suits: 2026-11-28, 2026-11-28/morning, */evening, *T15:00..17:00 or any."
    )


@api.get("/waiting", responses=gives(WaitingPage))
@for_roles()
def list_(query: WaitingFilter) -> Response:
    """Who waits for a place you may see, the next one first."""
    row = WaitingRow
    wanted = select(row).where(waiting_within(sight()))
    wanted = wanted.where(row.state == query.state if query.state is not None else row.state.in_(STILL))
    for column, value in ((row.service, query.service_id), (row.place, query.place)):
        wanted = wanted.where(column == value) if value is not None else wanted
    with parts().opened() as office:
        rows, after, total = page_of(office, wanted, IN_LINE, query)
        look(office, f"waiting {shown(rows, lambda r: r.id)}", query.unmask)
        office.commit()
    mask = Mask.over(query.unmask)
    return one(WaitingPage(items=[_out(r, mask) for r in rows], next=after, total=total))


@api.post("/waiting", responses=gives(WaitingOut, *WRITING, 409, status=201))
@for_roles(WRITERS)
def join(header: once.OnceHeader, body: Joining) -> Response:
    """Puts a resident on the list, once for a matter; a place that is free is offered to who is next."""
    town = parts().town
    if body.service_id not in town.services or body.village_id not in town.villages:
        decline(422, "No such service or village: GET /api/services and /api/villages list them.")
    if not sight().serves(desk_of(Place(body.place), body.village_id), body.village_id):
        decline(403, "That is not your desk: put them on the list of your own, or ask a supervisor.")
    return once.once(header.key, body, lambda office: _join(office, header.key, body))


@api.post("/waiting/<id>/leave", responses=gives(WaitingOut, *WRITING, 404, 409, status=201))
@for_roles(WRITERS)
def leave(path: OneWaiting, header: once.OnceHeader, body: NothingMore) -> Response:
    """They wait no longer; a place held for them goes to the next."""

    def act(office: Office) -> once.Done:
        seen = select(WaitingRow.id).where(WaitingRow.id == path.id, waiting_within(sight()))
        if office.session.scalars(seen).one_or_none() is None:
            decline(404)
        return _changed(office, header.key, lambda counter: counter.leave(path.id))

    return once.once(header.key, body, act)


def _join(office: Office, key: str, asked: Joining) -> once.Done:
    entry = Entry(
        0, asked.service_id, Place(asked.place), asked.village_id, asked.name.strip(), plain_number(asked.number),
        asked.wish,
    )  # fmt: skip
    return _changed(office, key, lambda counter: counter.wait(entry))


def _changed(office: Office, key: str, change: Callable[[Counter], Entry]) -> once.Done:
    here = parts()
    counter = here.now_serving.counter(office, viewer(), here.clock(), once.request_id(key))
    entry = change(counter)
    look(office, f"waiting {entry.id}: {entry.state}")
    row = office.session.get_one(WaitingRow, entry.id, populate_existing=True)
    return once.Done(_out(row, Mask()), "/waiting", tuple(counter.messages))


def _out(row: WaitingRow, mask: Mask) -> WaitingOut:
    here = parts()
    service, village = here.town.services.get(row.service), village_name(here.town, row.village)
    return WaitingOut(
        id=row.id, service=service.name if service else row.service, service_id=row.service, place=row.place,
        place_name=here.place_name(Place(row.place), village), village=village, village_id=row.village,
        name=mask.name(row.name), number=mask.number(row.number), wish=row.wish, state=row.state,
        lapses=row.lapses, held_until=town_time(row.held_until), joined_at=town_time(row.joined_at) or "",
    )  # fmt: skip
