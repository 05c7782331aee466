"""Booking, changing and calling off, as a script's Do steps ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from hotline.domain import appointments
from hotline.domain.appointments import BOOKED, Appointment, Made, Move
from hotline.domain.calendar import TOWN_TIME, Place
from hotline.domain.errors import Refused
from hotline.domain.visits import Visit
from ivr.clerking.telling import papers_of, tell, written
from ivr.clerking.waiting import offer_freed
from ivr.clerking.wishes import numbers_of
from ivr.dialogue.steps import Json

if TYPE_CHECKING:
    from ivr.clerk import Clerk

Given = Mapping[str, Json]


def service(clerk: Clerk, given: Given) -> Json:
    """The facts a script needs of a service, as they are today."""
    found = clerk.rules.town.services[given["id"]]
    allowed = [
        ("window", True),
        ("village", found.at_village),
        ("home", found.at_home),
        ("car", found.pick_up and bool(clerk.rules.cars)),
    ]
    return {
        "id": found.id,
        "spoken": found.spoken,
        "places": [place for place, possible in allowed if possible],
        "accept_only": not found.finishable,
        "papers": papers_of(found),
    }


def free_times(clerk: Clerk, given: Given) -> Json:
    """Free starts in town time, without zone."""
    wanted = clerk.rules.town.services.get(given.get("service") or "")
    visit = Visit(Place(given["place"]), given["village"], wanted.minutes if wanted else 30)
    times = appointments.free_times(clerk.office.appointments, visit, now=clerk.now, plan=clerk.rules.plan)
    return [at.replace(tzinfo=None).isoformat(timespec="minutes") for at in times]


def book(clerk: Clerk, given: Given) -> Json:
    """Holds the place and writes the confirming text; {"refused": reason} if it is gone."""
    wanted = _wanted(clerk, given)
    try:
        appointments.check_place(clerk.rules.town.services[wanted.service], wanted.place)
        booked = appointments.book(clerk.office.appointments, wanted, made_by(clerk), plan=clerk.rules.plan)
    except Refused as no:
        return {"refused": no.reason}
    know(clerk, given)
    text(clerk, booked, "sms.booked")
    return {"code": booked.code}


def coming(clerk: Clerk, _given: Given) -> Json:
    """What is booked from the calling number, and whether whoever asks has typed it."""
    every = {one.code: one for n in numbers_of(clerk) for one in clerk.office.appointments.coming(n, clerk.now)}
    found = sorted(every.values(), key=lambda one: one.starts_at)
    return {"typed": clerk.contact.surface == "sms", "found": [_facts(clerk, one) for one in found]}


def by_code(clerk: Clerk, given: Given) -> Json:
    """The booked appointment of a code; {} if there is none to come."""
    found = clerk.office.appointments.by_code(given["code"])
    if found is None or found.status != BOOKED or found.starts_at <= clerk.now:
        return {}
    return _facts(clerk, found)


def change(clerk: Clerk, given: Given) -> Json:
    """Another time for the same matter; {"refused": reason}, and the old time is still held."""
    try:
        old = _found(clerk, given["code"])
        starts_at = _moment(given["starts_at"])
        move = Move("moved", "resident", clerk.now)
        moved = appointments.change(clerk.office.appointments, old, starts_at, plan=clerk.rules.plan, move=move)
    except Refused as no:
        return {"refused": no.reason}
    text(clerk, moved, "sms.moved")
    _offer_freed(clerk)
    return {"code": moved.code}


def cancel(clerk: Clerk, given: Given) -> Json:
    """Gives the place back, and offers it to whoever waits; {"refused": reason}."""
    try:
        move = Move("cancelled", "resident", clerk.now)
        gone = appointments.cancel(clerk.office.appointments, _found(clerk, given["code"]), move)
    except Refused as no:
        return {"refused": no.reason}
    if clerk.contact.surface != "sms":  # a text was answered with one already
        text(clerk, gone, "sms.cancelled")
    _offer_freed(clerk)
    return {"code": gone.code}


def made_by(clerk: Clerk) -> Made:
    return Made(clerk.conversation, clerk.draw_code(), clerk.now)


def text(clerk: Clerk, appointment: Appointment, template: str) -> None:
    """Written to the outbox; it leaves after the commit."""
    row = tell(clerk.office, clerk.rules.town, appointment, template)
    if row is not None:
        clerk.messages.append(row)


def know(clerk: Clerk, given: Given) -> None:
    """The name of who rang is kept with the number; that of who comes is not theirs."""
    name = given.get("rang_by", "") if given.get("for_whom") else given["name"]
    if clerk.contact.number:
        clerk.office.records.know_resident(clerk.contact.number, name=name, village=given["village"])


def _wanted(clerk: Clerk, given: Given) -> appointments.Wanted:
    for_whom, number = given.get("for_whom") or "", clerk.contact.number
    rang_by = given.get("rang_by") or ""
    if for_whom and not rang_by and number and (known := clerk.office.records.resident(number)):
        rang_by = known.name
    return appointments.Wanted(
        given["service"],
        Place(given["place"]),
        _moment(given["starts_at"]),
        given["name"],
        given["village"],
        number,
        given["name_recording"],
        minutes=clerk.rules.town.services[given["service"]].minutes,
        for_whom=for_whom,
        rang_by=rang_by,
    )


def _facts(clerk: Clerk, one: Appointment) -> dict[str, Json]:
    found = clerk.rules.town.services.get(one.service)
    return {
        "code": one.code,
        "when": written(one),
        "place": str(one.place),
        "village": one.village,
        "service": one.service,
        "spoken": found.spoken if found else one.service,
        "accept_only": found is not None and not found.finishable,
    }


def _found(clerk: Clerk, code: str) -> Appointment:
    if (found := clerk.office.appointments.by_code(code)) is None:
        raise Refused("unknown")
    return found


def _moment(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=TOWN_TIME)


def _offer_freed(clerk: Clerk) -> None:
    clerk.messages.extend(offer_freed(clerk.office, clerk.rules, clerk.now, clerk.draw_code))
