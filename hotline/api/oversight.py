"""For those who look after the whole: how the queues stand, who works here, who looked at what."""

from __future__ import annotations

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import func, or_, select

from hotline.api.doors import for_roles, look
from hotline.api.fields import Absent, Paging, Words
from hotline.api.pages import Order, Page, page_of, shown
from hotline.api.parts import parts
from hotline.api.resource import gives, one, resource
from hotline.domain.rights import ADMINISTRATION, OVERSEERS
from hotline.store.tables import LookRow, MessageRow, StaffRow
from hotline.views import town_time

api = resource("oversight", "How the queues stand, who works here, who looked at what.")


class QueueOut(BaseModel):
    """One queue."""

    name: str
    waiting: int
    running: int
    failed: int
    workers: int = Field(description="How many work it now; with none, what waits goes on waiting.")


class QueueHealth(BaseModel):
    """Whether what must happen by itself does."""

    reachable: bool = Field(description="False: Redis is away; messages wait in the outbox until it is back.")
    queues: list[QueueOut]
    messages: dict[str, int] = Field(description="How many messages are in each state.")
    overdue: int = Field(description="Messages that should have left by now.")


class LookOut(BaseModel):
    """Somebody looked at something."""

    id: int
    username: str
    what: str
    reason: str = Field(description="Why more was shown; empty where it was not.")
    at: str


class LookPage(Page[LookOut]):
    """Looks, the latest first."""


class LookFilter(Paging):
    """Whose looks."""

    username: Words | Absent = None
    unmasked: bool = Field(default=False, description="Only those that saw names and numbers in full.")


class ColleagueOut(BaseModel):
    """Somebody who works here."""

    username: str
    name: str
    role: str
    place: str
    village: str
    created_at: str


class ColleaguePage(Page[ColleagueOut]):
    """Staff by user name."""


@api.get("/queues", responses=gives(QueueHealth))
@for_roles(OVERSEERS)
def queues() -> Response:
    """How the queues and the outbox stand."""
    here, row = parts(), MessageRow
    waiting = (row.state == "waiting", or_(row.due_at.is_(None), row.due_at <= here.clock()))
    with here.opened() as office:
        counted = office.session.execute(select(row.state, func.count()).group_by(row.state))
        states = {state: count for state, count in counted}  # noqa: C416 -- rows are no pairs to mypy
        overdue = office.session.scalar(select(func.count()).select_from(row).where(*waiting)) or 0
    try:
        stand = [QueueOut(**vars(queue)) for queue in here.queues()]
    except ConnectionError:
        return one(QueueHealth(reachable=False, queues=[], messages=states, overdue=overdue))
    return one(QueueHealth(reachable=True, queues=stand, messages=states, overdue=overdue))


@api.get("/looks", responses=gives(LookPage))
@for_roles(ADMINISTRATION)
def looks(query: LookFilter) -> Response:
    """Who looked at what, the latest first."""
    row = LookRow
    wanted = select(row).where(row.username == query.username) if query.username else select(row)
    wanted = wanted.where(row.reason != "") if query.unmasked else wanted
    with parts().opened() as office:
        rows, after, total = page_of(office, wanted, Order((row.id,), descending=True), query)
        look(office, f"looks {shown(rows, lambda r: r.id)}")
        office.commit()
    items = [
        LookOut(id=r.id, username=r.username, what=r.what, reason=r.reason, at=town_time(r.at) or "") for r in rows
    ]
    return one(LookPage(items=items, next=after, total=total))


@api.get("/staff", responses=gives(ColleaguePage))
@for_roles(ADMINISTRATION)
def staff(query: Paging) -> Response:
    """Who works here, with role, desk and village."""
    row = StaffRow
    with parts().opened() as office:
        rows, after, total = page_of(office, select(row), Order((row.username,)), query)
        look(office, f"staff {shown(rows, lambda r: r.username)}")
        office.commit()
    items = [
        ColleagueOut(
            username=r.username, name=r.name, role=r.role, place=r.place, village=r.village,
            created_at=town_time(r.created_at) or "",
        )
        for r in rows
    ]  # fmt: skip
    return one(ColleaguePage(items=items, next=after, total=total))
