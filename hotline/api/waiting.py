"""The waiting list: who waits for a place, in order, and what is held for whom."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from hotline.api.doors import for_roles, look, sight
from hotline.api.fields import Absent, ListId, Paging
from hotline.api.pages import Order, Page, page_of, shown
from hotline.api.parts import parts
from hotline.api.resource import gives, one, resource
from hotline.domain.calendar import Place
from hotline.domain.waiting import ASKED, WAITING
from hotline.masking import Mask
from hotline.store.reach import waiting_within
from hotline.store.tables import WaitingRow
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


@api.get("/waiting", responses=gives(WaitingPage))
@for_roles()
def list_(query: WaitingFilter) -> Response:
    """Who waits for a place you may see, the next one first."""
    row = WaitingRow
    wanted = select(row).where(waiting_within(sight()))
    wanted = wanted.where(row.state == query.state if query.state is not None else row.state.in_(STILL))
    for column, value in ((row.service, query.service_id), (row.place, query.place)):
        wanted = wanted.where(column == value) if value is not None else wanted
    with parts().store.open() as office:
        rows, after, total = page_of(office, wanted, IN_LINE, query)
        look(office, f"waiting {shown(rows, lambda r: r.id)}", query.unmask)
        office.commit()
    mask = Mask.over(query.unmask)
    return one(WaitingPage(items=[_out(r, mask) for r in rows], next=after, total=total))


def _out(row: WaitingRow, mask: Mask) -> WaitingOut:
    here = parts()
    service, village = here.town.services.get(row.service), village_name(here.town, row.village)
    return WaitingOut(
        id=row.id, service=service.name if service else row.service, service_id=row.service, place=row.place,
        place_name=here.place_name(Place(row.place), village), village=village, village_id=row.village,
        name=mask.name(row.name), number=mask.number(row.number), wish=row.wish, state=row.state,
        lapses=row.lapses, held_until=town_time(row.held_until), joined_at=town_time(row.joined_at) or "",
    )  # fmt: skip
