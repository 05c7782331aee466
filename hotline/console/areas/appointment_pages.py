"""Appointments as the pages show them: events of the calendar, one appointment with its history, who waits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext
from sqlalchemy import select

from hotline.console.languages import term
from hotline.console.people import Staff
from hotline.console.times import length, of_any_year, of_the_day, to_minute, with_weekday
from hotline.console.unmasking import mask_for
from hotline.domain.agency import HelperCase
from hotline.domain.appointments import ARRIVED, BOOKED, CANCELLED, LAPSED, NEXT, Appointment
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.catalogue import Town
from hotline.domain.rights import Sight
from hotline.domain.rosters import Desk
from hotline.domain.slots import Plan
from hotline.domain.waiting import ASKED, WAITING
from hotline.store.reach import appointments_within, waiting_within
from hotline.store.repositories import as_appointment
from hotline.store.tables import AppointmentRow, WaitingRow
from hotline.store.unit_of_work import Office
from hotline.views import village_name

LONGEST_SPAN = timedelta(days=45)
MOST_EVENTS = 2000
BY = ("window", "clerk", "village")
"""What the calendar is divided by."""
NOT_SHOWN = (CANCELLED, LAPSED)
"""Places given back: they are in the history, not in the calendar."""
GIVEN_BACK = frozenset(NOT_SHOWN)


@dataclass(frozen=True)
class Hall:
    """Whose appointments, by which lists, for whom."""

    office: Office
    town: Town
    plan: Plan
    sight: Sight
    now: datetime


def desks_within(hall: Hall) -> list[Desk]:
    """The desks somebody sees, in the order of the lists."""
    return [desk for desk in hall.plan.rota.desks() if hall.sight.covers(desk.id, desk.village)]


def resources(hall: Hall, by: str) -> list[dict[str, str]]:
    """The columns of the calendar."""
    if by == "clerk":
        return [{"id": id_, "title": clerk.name} for id_, clerk in hall.town.clerks.items()]
    if by == "village":
        seen = hall.sight.village
        return [{"id": v.id, "title": v.name} for v in hall.town.villages.values() if seen in ("", v.id)]
    return [{"id": desk.id, "title": _heading(hall.town, desk)} for desk in desks_within(hall)]


def _heading(town: Town, desk: Desk) -> str:
    """A desk as the head of a narrow column: 青山村站 is enough."""
    if not desk.village:
        return desk.name
    return term("appointment_column", "village", village=village_name(town, desk.village))


def events(hall: Hall, by: str, since: datetime, until: datetime, *, moves: bool) -> list[dict[str, Any]]:
    """Appointments of a span as the calendar takes them; `moves`: whether they may be dragged."""
    row = AppointmentRow
    query = select(row).where(
        appointments_within(hall.sight),
        row.starts_at >= since,
        row.starts_at < until,
        row.status.not_in(NOT_SHOWN),
    )
    found = hall.office.session.scalars(query.order_by(row.starts_at, row.id).limit(MOST_EVENTS))
    return [_event(hall, as_appointment(one), by, moves=moves) for one in found]


def _event(hall: Hall, one: Appointment, by: str, *, moves: bool) -> dict[str, Any]:
    name = mask_for("appointment", one.code, [one.name]).name(one.name) or gettext("（名字见录音）")
    begins = one.starts_at.astimezone(TOWN_TIME)
    column = {"clerk": one.clerk, "village": one.village}.get(by, one.desk)
    return {
        "id": one.code,
        "resourceIds": [column],
        "start": begins.strftime("%Y-%m-%dT%H:%M:%S"),
        "end": (begins + timedelta(minutes=one.minutes)).strftime("%Y-%m-%dT%H:%M:%S"),
        "title": f"{service_of(hall.town, one.service)} · {name}",
        "startEditable": moves and one.status == BOOKED and one.starts_at > hall.now,
        "classNames": [f"is-{one.status}"],
        "extendedProps": {
            "version": one.version,
            "url": url_for("console.appointments.appointment", code=one.code),
            "says": f"{village_name(hall.town, one.village)} {term('appointment', one.status)}",
        },
    }


def served_hours(hall: Hall, by: str, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """When somebody is on duty, as the calendar's background."""
    return [
        {
            "id": f"duty-{n}",
            "resourceIds": [shift.clerk if by == "clerk" else shift.desk],
            "start": shift.begins.astimezone(TOWN_TIME).strftime("%Y-%m-%dT%H:%M:%S"),
            "end": shift.ends.astimezone(TOWN_TIME).strftime("%Y-%m-%dT%H:%M:%S"),
            "display": "background",
        }
        for n, shift in enumerate(
            shift for desk in desks_within(hall) for shift in hall.plan.rota.shifts(desk.id, since, until)
        )
    ]


def service_of(town: Town, service: str) -> str:
    found = town.services.get(service)
    return found.spoken if found else service


def clerk_of(town: Town, clerk: str) -> str:
    found = town.clerks.get(clerk)
    return found.name if found else clerk


def desk_of(hall: Hall, desk: str) -> str:
    found = hall.plan.desk(desk)
    return found.name if found else desk


@dataclass(frozen=True)
class Happened:
    """Something that happened to an appointment, in words."""

    at: str
    what: str
    by: str
    said: str


@dataclass(frozen=True)
class AppointmentView:
    """One appointment as its page shows it."""

    code: str
    version: int
    service: str
    when: str
    minutes: int
    desk: str
    clerk: str
    name: str
    number: str
    rang_by: str
    for_whom: str
    village: str
    note: str
    papers: tuple[str, ...]
    status: str
    can: tuple[str, ...]
    """change, cancel, arrived, done, no_show and, of an errand, helper, progress, delivery, rating."""
    helper: HelperCase | None
    steps: tuple[Happened, ...]


def appointment_view(hall: Hall, one: Appointment, *, writes: bool) -> AppointmentView:
    """Everything of it; without moves where the viewer only reads."""
    mask = mask_for("appointment", one.code, [one.name, one.rang_by])
    helper = hall.office.helper_cases.of(one.id)
    service = hall.town.services.get(one.service)
    return AppointmentView(
        code=one.code,
        version=one.version,
        service=service_of(hall.town, one.service),
        when=f"{with_weekday(one.starts_at.astimezone(TOWN_TIME).date())} {of_the_day(one.starts_at)}",
        minutes=one.minutes,
        desk=desk_of(hall, one.desk),
        clerk=clerk_of(hall.town, one.clerk),
        name=mask.name(one.name) or gettext("（名字见录音）"),
        number=mask.number(one.number),
        rang_by=mask.name(one.rang_by),
        for_whom=one.for_whom,
        village=village_name(hall.town, one.village),
        note=mask.words(one.note),
        papers=service.papers if service else (),
        status=one.status,
        can=tuple(_can(one, helper, hall.now)) if writes else (),
        helper=helper,
        steps=tuple(steps(hall, one)),
    )


def _can(one: Appointment, helper: HelperCase | None, now: datetime) -> Iterator[str]:
    """What may be done now, what leads on first."""
    following = NEXT.get(one.status, set())
    began = now >= one.starts_at
    if one.status == BOOKED:
        yield from ("arrived", "done")
        yield from ("no_show",) if began else ("change", "cancel")
    elif ARRIVED in following or "done" in following:
        yield from (move for move in ("arrived", "done") if move in following)
    if one.status in GIVEN_BACK:
        return
    if helper is None or helper.state == "in_hand":
        yield "helper"
    if helper is not None and helper.state == "in_hand":
        yield from ("progress", "delivery")
    if helper is not None and helper.state == "delivered":
        yield "rating"


def steps(hall: Hall, one: Appointment, after: int = 0) -> Iterator[Happened]:
    """What happened to an appointment, the first first; `after`: only from that one on."""
    staff, mask = Staff(hall.office), mask_for("appointment", one.code, [one.name, one.rang_by])
    for move in hall.office.appointments.moves(one.id)[after:]:
        said = _said(dict(move.facts))
        yield Happened(to_minute(move.at), term("appointment", move.what), staff.called(move.by), mask.words(said))


def _said(facts: Mapping[str, str]) -> str:
    if "from" in facts:
        was, is_ = (to_minute(datetime.fromisoformat(facts[name])) for name in ("from", "starts_at"))
        return f"{was} → {is_}"
    rated = term("level", facts["rating"]) if "rating" in facts else ""
    return facts.get("text") or facts.get("agent") or rated


@dataclass(frozen=True)
class Waits:
    """Somebody who waits for a place."""

    id: int
    service: str
    place: str
    village: str
    name: str
    number: str
    wish: str
    since: str
    asked: bool
    held_until: str
    lapses: int


def waiting_list(hall: Hall) -> list[Waits]:
    """Who waits, the next one first."""
    row = WaitingRow
    query = select(row).where(waiting_within(hall.sight), row.state.in_((WAITING, ASKED)))
    found = hall.office.session.scalars(query.order_by(row.lapses, row.id).limit(500)).all()
    return [_waits(hall, one) for one in found]


def _waits(hall: Hall, one: WaitingRow) -> Waits:
    mask, village = mask_for("waiting", str(one.id), [one.name]), village_name(hall.town, one.village)
    return Waits(
        id=one.id, service=service_of(hall.town, one.service), place=term("place", one.place, village=village),
        village=village, name=mask.name(one.name), number=mask.number(one.number), wish=wish_words(one.wish),
        since=length(hall.now - one.joined_at), asked=one.state == ASKED,
        held_until=to_minute(one.held_until) if one.held_until else "", lapses=one.lapses,
    )  # fmt: skip


def wish_words(wish: str) -> str:
    """A wish as a clerk reads it: 11月28日 上午."""
    if wish in ("", "any"):
        return str(gettext("什么时候都行"))
    said = wish.replace("T", " ").replace("/", " ").replace("*", "").replace("..", "~")
    said = re.sub(r"\d{4}-\d{2}-\d{2}", lambda day: of_any_year(date.fromisoformat(day[0])), said)
    return " ".join(term("day_part", part) for part in said.split())
