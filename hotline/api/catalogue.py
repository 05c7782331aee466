"""What the town offers: services, villages, topics, places, free times. Nothing personal."""

from __future__ import annotations

from flask import Response
from pydantic import BaseModel, Field

from hotline.api.doors import for_roles
from hotline.api.fields import Absent, Asked, ListId
from hotline.api.parts import parts
from hotline.api.problems import decline
from hotline.api.resource import gives, one, resource
from hotline.domain.appointments import check_place, free_times
from hotline.domain.calendar import PLACE_LENGTH, Place
from hotline.domain.visits import Visit
from hotline.views import town_time

api = resource("catalogue", "What the town offers, and when.")


class ServiceOut(BaseModel):
    """A service with its official name, what residents call it, and the papers to bring."""

    id: str
    name: str
    spoken: str
    aliases: list[str]
    papers: list[str]
    places: list[str]
    finishable: bool = Field(description="False: out of office hours it is accepted but not finished.")


class ServiceList(BaseModel):
    items: list[ServiceOut]


class VillageOut(BaseModel):
    id: str
    name: str
    groups: int


class VillageList(BaseModel):
    items: list[VillageOut]


class TopicOut(BaseModel):
    """What cases are about, and who sees to them."""

    id: str
    name: str
    unit: str


class TopicList(BaseModel):
    items: list[TopicOut]


class PlaceOut(BaseModel):
    """Where residents are served, and how many at once."""

    id: str
    name: str
    seats: int


class PlaceList(BaseModel):
    items: list[PlaceOut]


class FreeTimes(BaseModel):
    """Starts that have a place left, soonest first, in town time."""

    items: list[str]


class FreeTimesFilter(Asked):
    """Where, and for which service if it matters."""

    place: Place
    village_id: ListId | Absent = Field(
        None, description="For a village station.", json_schema_extra={"example": "V01"}
    )
    service_id: ListId | Absent = Field(None, json_schema_extra={"example": "1"})


@api.get("/services", responses=gives(ServiceList))
@for_roles()
def services() -> Response:
    """Every service of the town."""
    items = []
    for service in parts().town.services.values():
        allowed = (("window", True), ("village", service.at_village), ("home", service.at_home))
        items.append(
            ServiceOut(
                id=service.id, name=service.name, spoken=service.spoken, aliases=list(service.aliases),
                papers=list(service.papers), places=[place for place, possible in allowed if possible],
                finishable=service.finishable,
            )
        )  # fmt: skip
    return one(ServiceList(items=items))


@api.get("/villages", responses=gives(VillageList))
@for_roles()
def villages() -> Response:
    """Every village of the town."""
    return one(VillageList(items=[VillageOut(**vars(village)) for village in parts().town.villages.values()]))


@api.get("/topics", responses=gives(TopicList))
@for_roles()
def topics() -> Response:
    """What cases may be about."""
    found = parts().town.topics.values()
    return one(TopicList(items=[TopicOut(id=topic.id, name=topic.name, unit=topic.unit) for topic in found]))


@api.get("/places", responses=gives(PlaceList))
@for_roles()
def places() -> Response:
    """Every place where residents are served: the town window, each village's station, at home."""
    here = parts()
    desks = here.plan.rota.desks()
    return one(PlaceList(items=[PlaceOut(id=d.id, name=d.name, seats=d.seats) for d in desks]))


@api.get("/free-times", responses=gives(FreeTimes, 409))
@for_roles()
def free(query: FreeTimesFilter) -> Response:
    """Times at which somebody can still be received."""
    here = parts()
    if query.village_id is not None and query.village_id not in here.town.villages:
        decline(422, "No such village: GET /api/villages lists them.")
    if query.place is Place.VILLAGE and query.village_id is None:
        decline(422, "Which village's station? Send village_id.")
    minutes = int(PLACE_LENGTH.total_seconds() // 60)
    if query.service_id is not None:
        service = here.town.services.get(query.service_id)
        if service is None:
            decline(422, "No such service: GET /api/services lists them.")
        check_place(service, query.place)
        minutes = service.minutes
    visit = Visit(query.place, query.village_id or "", minutes)
    with here.opened() as office:
        times = free_times(office.appointments, visit, now=here.clock(), plan=here.plan)
    return one(FreeTimes(items=[town_time(at) or "" for at in times]))
