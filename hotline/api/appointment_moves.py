"""What is done with an appointment: another time, cancelled, who came and who did not; and helper cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from hotline.api import appointments, once
from hotline.api.appointments import AppointmentOut, OneAppointment
from hotline.api.doors import colleague, for_roles, look, sight
from hotline.api.fields import Asked, Moment, Name, Rating, Text, Unmasking
from hotline.api.parts import parts
from hotline.api.problems import decline
from hotline.api.refusals import APPOINTMENTS, told_by
from hotline.api.resource import WRITING, gives, one, resource
from hotline.domain.agency import HelperCase
from hotline.domain.appointments import Appointment, Move
from hotline.domain.rights import WRITERS
from hotline.masking import Mask
from hotline.serving import AppointmentMoves
from hotline.store.reach import appointments_within
from hotline.store.repositories import as_appointment
from hotline.store.tables import AppointmentRow
from hotline.store.unit_of_work import Office
from hotline.views import town_time

api = resource("appointment_moves", "What is done with an appointment, and helper cases (帮代办).")
MOMENTS = ("from", "starts_at")
"""Facts of a move that are times."""
MOVED = gives(AppointmentOut, *WRITING, 404, 409, 412, 428, status=201)


class AppointmentMoveOut(BaseModel):
    """Something that happened to an appointment."""

    at: str
    what: str
    by: str = Field(description="staff:NAME, resident or clock.")
    facts: dict[str, Any] = Field(description="What goes with it: times, the agent, a note; masked.")


class HelperOut(BaseModel):
    """An errand in an agent's hands."""

    code: str
    agent: str
    state: str = Field(description="in_hand, delivered or rated.")
    rating: int | None = Field(description="1 (very dissatisfied) to 5 (very satisfied).")


class AppointmentMoveList(BaseModel):
    """All that happened to it, the first first; and its helper case if it has one."""

    items: list[AppointmentMoveOut]
    helper: HelperOut | None


HELPED = gives(HelperOut, *WRITING, 404, 409, status=201)


class NothingMore(Asked):
    """An empty object: the address says it all."""


class OtherTime(Asked):
    starts_at: Moment = Field(description="One of GET /api/free-times.")


class Agent(Asked):
    agent: Name = Field(description="Who does the errand.")


class Progress(Asked):
    text: Text = Field(description="How the errand goes; the resident hears it who asks.")


class Rated(Asked):
    rating: Rating


@api.get("/appointments/<code>/moves", responses=gives(AppointmentMoveList, 404))
@for_roles()
def list_(path: OneAppointment, query: Unmasking) -> Response:
    """All that happened to an appointment, and its helper case."""
    with parts().opened() as office:
        found = held(office, path.code)
        helper = office.helper_cases.of(found.id)
        moves = office.appointments.moves(found.id)
        look(office, f"moves of appointment {found.code}", query.unmask)
        office.commit()
    mask = Mask.over(query.unmask, [found.name, found.rang_by])
    items = [
        AppointmentMoveOut(at=town_time(m.at) or "", what=m.what, by=m.by, facts=_facts(m, mask)) for m in moves
    ]
    return one(AppointmentMoveList(items=items, helper=_helper(found, helper) if helper else None))


@api.post("/appointments/<code>/change", responses=MOVED)
@for_roles(WRITERS)
def change(path: OneAppointment, header: once.MovingHeader, body: OtherTime) -> Response:
    """Another time for the same matter; the old one is held until the new one is. The resident is told."""
    return _moved(path.code, header, body, lambda staff, code: staff.move(code, body.starts_at))


@api.post("/appointments/<code>/cancel", responses=MOVED)
@for_roles(WRITERS)
def cancel(path: OneAppointment, header: once.MovingHeader, body: NothingMore) -> Response:
    """Gives the place back to whoever waits; the resident is told."""
    return _moved(path.code, header, body, lambda staff, code: staff.cancel(code))


@api.post("/appointments/<code>/arrived", responses=MOVED)
@for_roles(WRITERS)
def arrived(path: OneAppointment, header: once.MovingHeader, body: NothingMore) -> Response:
    """They are here."""
    return _moved(path.code, header, body, lambda staff, code: staff.arrive(code))


@api.post("/appointments/<code>/done", responses=MOVED)
@for_roles(WRITERS)
def done(path: OneAppointment, header: once.MovingHeader, body: NothingMore) -> Response:
    """What they came for is done."""
    return _moved(path.code, header, body, lambda staff, code: staff.done(code))


@api.post("/appointments/<code>/no-show", responses=MOVED)
@for_roles(WRITERS)
def no_show(path: OneAppointment, header: once.MovingHeader, body: NothingMore) -> Response:
    """Nobody came; a person asks by telephone on the next working day."""
    return _moved(path.code, header, body, lambda staff, code: staff.no_show(code))


@api.post("/appointments/<code>/helper", responses=HELPED)
@for_roles(WRITERS)
def helper(path: OneAppointment, header: once.OnceHeader, body: Agent) -> Response:
    """Makes it a helper case, or hands the errand to another agent."""
    return _helped(path.code, header, body, lambda staff, code: staff.help(code, body.agent.strip()))


@api.post("/appointments/<code>/progress", responses=HELPED)
@for_roles(WRITERS)
def progress(path: OneAppointment, header: once.OnceHeader, body: Progress) -> Response:
    """Keeps how the errand goes."""
    return _helped(path.code, header, body, lambda staff, code: staff.progress(code, body.text.strip()))


@api.post("/appointments/<code>/delivery", responses=HELPED)
@for_roles(WRITERS)
def delivery(path: OneAppointment, header: once.OnceHeader, body: NothingMore) -> Response:
    """What was wanted has been brought; the resident is told and asked what they think."""
    return _helped(path.code, header, body, lambda staff, code: staff.deliver(code))


@api.post("/appointments/<code>/rating", responses=HELPED)
@for_roles(WRITERS)
def rating(path: OneAppointment, header: once.OnceHeader, body: Rated) -> Response:
    """What the resident thinks of it, once."""
    return _helped(path.code, header, body, lambda staff, code: staff.rate(code, body.rating))


def _facts(move: Move, mask: Mask) -> dict[str, Any]:
    """Times as times, of which the mask would make a number; what somebody wrote without what tells who."""
    times = {name: town_time(datetime.fromisoformat(move.facts[name])) for name in MOMENTS if name in move.facts}
    return {**{name: mask.anything(value) for name, value in move.facts.items()}, **times}


def held(office: Office, code: str) -> Appointment:
    """The appointment, within sight, held until this transaction ends. Declined with 404 otherwise."""
    query = select(AppointmentRow).where(AppointmentRow.code == code, appointments_within(sight()))
    row = office.session.scalars(query.with_for_update()).one_or_none()
    if row is None:
        decline(404)
    return as_appointment(row)


def _moved(
    code: str, header: once.MovingHeader, body: BaseModel, make: Callable[[AppointmentMoves, str], Appointment]
) -> Response:
    """One move of the state that was read; the answer has the ETag of the next."""

    def act(office: Office) -> once.Done:
        found = held(office, code)
        once.check_match(header, appointments.whole(found))
        staff = _staff(office)
        staff.seen = found.version
        with told_by(APPOINTMENTS):
            after = make(staff, code)
        look(office, f"moved appointment {code}: {after.status}")
        etag = once.etag_of(appointments.whole(after))
        return once.Done(appointments.out(after, Mask()), f"/appointments/{code}", tuple(staff.messages), etag)

    return once.once(header.key, body, act)


def _helped(
    code: str,
    header: once.OnceHeader,
    body: BaseModel,
    make: Callable[[AppointmentMoves, str], HelperCase | None],
) -> Response:
    def act(office: Office) -> once.Done:
        found = held(office, code)
        staff = _staff(office)
        with told_by(APPOINTMENTS):
            case = make(staff, code) or office.helper_cases.of(found.id)
        if case is None:
            decline(404)
        look(office, f"helper case of appointment {code}: {case.state}")
        return once.Done(_helper(found, case), f"/appointments/{code}/moves", tuple(staff.messages))

    return once.once(header.key, body, act)


def _staff(office: Office) -> AppointmentMoves:
    here = parts()
    return here.now_serving.appointment_moves(office, f"staff:{colleague().username}", here.clock())


def _helper(found: Appointment, case: HelperCase) -> HelperOut:
    return HelperOut(code=found.code, agent=case.agent, state=case.state, rating=case.rating)
