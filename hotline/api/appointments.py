"""Appointments: which there are, one of them, and booking one for a resident."""

from __future__ import annotations

from typing import Literal

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import or_, select

from hotline.api import once
from hotline.api.doors import for_roles, look, sight, viewer
from hotline.api.fields import Absent, Asked, Code, ListId, Moment, Name, Number, Span, Unmasking, Words
from hotline.api.pages import Order, Page, page_of, shown, within
from hotline.api.parts import parts
from hotline.api.problems import decline
from hotline.api.resource import gives, one, resource
from hotline.domain import appointments as domain
from hotline.domain.appointments import Appointment, desk_of
from hotline.domain.calendar import Place
from hotline.domain.residents import plain_number
from hotline.domain.rights import WRITERS
from hotline.masking import Mask
from hotline.store.reach import appointments_within
from hotline.store.repositories import as_appointment
from hotline.store.tables import AppointmentRow
from hotline.store.unit_of_work import Office
from hotline.views import View, appointment_view

api = resource("appointments", "Appointments (预约): a service, a place, a time, for a person.")
SOONEST_FIRST = Order((AppointmentRow.starts_at, AppointmentRow.id))


class AppointmentOut(BaseModel):
    """An appointment with its official and spoken service, its time and place in words."""

    code: str
    service: str
    service_spoken: str
    service_id: str
    starts_at: str = Field(description="ISO 8601 in town time.")
    when: str
    place: str
    place_name: str
    name: str
    village: str
    village_id: str
    number: str
    status: str
    created_at: str


class AppointmentPage(Page[AppointmentOut]):
    """Appointments, soonest first."""


class AppointmentFilter(Span):
    """Which appointments."""

    q: Words | Absent = Field(None, description="Part of the name, or the whole number or code.")
    status: ListId | Absent = None
    service_id: ListId | Absent = None
    village_id: ListId | Absent = None
    place: Place | Absent = None


class OneAppointment(BaseModel):
    code: Code = Field(json_schema_extra={"example": "307294"})


class Booking(Asked):
    """What is wanted, for whom."""

    service_id: ListId = Field(json_schema_extra={"example": "1"})
    place: Literal["window", "village", "home", "car"]
    starts_at: Moment = Field(description="One of GET /api/free-times.")
    name: Name
    village_id: ListId = Field(json_schema_extra={"example": "V01"})
    number: Number = Field(description="Where the confirmation is texted to.")
    note: Words = ""


@api.get("/appointments", responses=gives(AppointmentPage))
@for_roles()
def list_(query: AppointmentFilter) -> Response:
    """Appointments you may see, soonest first."""
    row = AppointmentRow
    wanted = select(row).where(appointments_within(sight()), *within(row.starts_at, query))
    for column, value in (
        (row.status, query.status), (row.service, query.service_id),
        (row.village, query.village_id), (row.place, query.place),
    ):  # fmt: skip
        wanted = wanted.where(column == value) if value is not None else wanted
    if query.q:
        known = or_(row.name.contains(query.q, autoescape=True), row.number == query.q, row.code == query.q)
        wanted = wanted.where(known)
    with parts().opened() as office:
        rows, after, total = page_of(office, wanted, SOONEST_FIRST, query)
        look(office, f"appointments {shown(rows, lambda r: r.code)}", query.unmask)
        office.commit()
    mask = Mask.over(query.unmask)
    return one(AppointmentPage(items=[out(as_appointment(r), mask) for r in rows], next=after, total=total))


@api.get("/appointments/<code>", responses=gives(AppointmentOut, 404))
@for_roles()
def read(path: OneAppointment, query: Unmasking) -> Response:
    """One appointment by its code."""
    with parts().opened() as office:
        found = select(AppointmentRow).where(AppointmentRow.code == path.code, appointments_within(sight()))
        row = office.session.scalars(found).one_or_none()
        if row is None:
            decline(404)
        look(office, f"appointment {row.code}", query.unmask)
        office.commit()
    return one(out(as_appointment(row), Mask.over(query.unmask)), whole(as_appointment(row)))


@api.post("/appointments", responses=gives(AppointmentOut, 400, 409, 413, 415, status=201))
@for_roles(WRITERS)
def book(header: once.OnceHeader, body: Booking) -> Response:
    """Books for a resident and texts them the code; with the same Idempotency-Key only once."""
    town = parts().town
    if body.service_id not in town.services or body.village_id not in town.villages:
        decline(422, "No such service or village: GET /api/services and /api/villages list them.")
    if not sight().serves(desk_of(Place(body.place), body.village_id), body.village_id):
        decline(403, "That is not your desk: book at your own, or ask a supervisor.")
    return once.once(header.key, body, lambda office: _book(office, header.key, body))


def _book(office: Office, key: str, asked: Booking) -> once.Done:
    """Holds the place, knows the resident, writes the confirming text: all of it or nothing."""
    here = parts()
    wanted = domain.Wanted(
        asked.service_id, Place(asked.place), asked.starts_at, asked.name.strip(), asked.village_id,
        plain_number(asked.number), note=asked.note,
    )  # fmt: skip
    counter = here.now_serving.counter(office, viewer(), here.clock(), once.request_id(key))
    booked = counter.book(wanted)
    look(office, f"booked appointment {booked.code}")
    etag = once.etag_of(whole(booked))
    return once.Done(out(booked, Mask()), f"/appointments/{booked.code}", tuple(counter.messages), etag)


def _view(appointment: Appointment) -> View:
    here = parts()
    return appointment_view(appointment, here.town, when=here.time_name, where=here.place_name)


def whole(appointment: Appointment) -> View:
    """What its ETag is made of."""
    return {**_view(appointment), "version": appointment.version}


def out(appointment: Appointment, mask: Mask) -> AppointmentOut:
    """As it is answered."""
    view = _view(appointment)
    return AppointmentOut(**view | {"name": mask.name(view["name"]), "number": mask.number(view["number"])})
