"""Booking for somebody who stands at the counter or is on the telephone: what, where, when, who."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from hotline.console.area import Area
from hotline.console.languages import term
from hotline.console.parts import look, parts, serving, sight, town, viewer
from hotline.console.times import with_weekday
from hotline.domain import appointments as domain
from hotline.domain.appointments import Appointment, Wanted, desk_of, free_times
from hotline.domain.calendar import TOWN_TIME, Place
from hotline.domain.errors import Refused
from hotline.domain.residents import plain_number
from hotline.domain.rights import WRITERS
from hotline.domain.visits import Visit
from hotline.store.unit_of_work import Office

PLACES = (Place.WINDOW, Place.VILLAGE, Place.HOME, Place.CAR)
NUMBER = re.compile(r"\+?[0-9]{5,20}")
LONGEST_NAME, LONGEST_NOTE = 40, 200
Answer = str | AnyResponse | tuple[str, int]


def declare(area: Area) -> None:
    """The pages of booking, within the area of appointments."""
    area.page("/appointments/new", roles=WRITERS)(new)
    area.page("/appointments/new", roles=WRITERS, methods=("POST",))(book)


def by_day(free: Sequence[datetime]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Free times by day, each with its hour and the moment itself."""
    days: dict[date, list[tuple[str, str]]] = {}
    for at in free:
        there = at.astimezone(TOWN_TIME)
        days.setdefault(there.date(), []).append((f"{there:%H:%M}", there.isoformat()))
    return [(with_weekday(day), times) for day, times in days.items()]


def new() -> Answer:
    """The form; with a service, place and village it shows the free times."""
    return _page(request.args.get("service", ""), request.args.get("place", ""), request.args.get("village", ""))


def book() -> Answer:
    """Holds the place, knows the resident, writes the confirming text: all of it or nothing."""
    form = request.form
    try:
        with parts().opened() as office:
            booked, messages = _book(office)
            office.commit()
    except Refused as no:
        page = _page(form.get("service", ""), form.get("place", ""), form.get("village", ""), no.reason)
        return page, 409
    parts().enqueue(tuple(messages))
    flash(gettext("约好了，预约号%(code)s。", code=booked.code), "success")
    return redirect(url_for("console.appointments.appointment", code=booked.code))


def _page(service: str, place: str, village: str, refused: str = "") -> str:
    with parts().opened() as office:
        served = serving(office)
        lists, days, says = served.town, [], term("refused", refused) if refused else ""
        village = village if village in lists.villages else sight().village
        chosen = service in lists.services and place in PLACES and bool(village)
        if chosen:
            try:
                days = by_day(_free(office, service, Place(place), village))
            except Refused as no:
                says = says or term("refused", no.reason)
            look(office, "free times")
            office.commit()
    return render_template(
        "appointments/new.html", lists=lists, places=PLACES, service=service, place=place, village=village,
        chosen=chosen, days=days, refused=says, written=request.form, own=sight().village,
    )  # fmt: skip


def _check_desk(office: Office, service: str, place: Place, village: str) -> None:
    """Refused where the service cannot be had there, or the desk is another's."""
    domain.check_place(town(office).services[service], place)
    if not sight().covers(desk_of(place, village), village):
        raise Refused("not_your_desk")


def _free(office: Office, service: str, place: Place, village: str) -> list[datetime]:
    """The free times there. Refused as the desk is checked."""
    here = serving(office)
    _check_desk(office, service, place, village)
    visit = Visit(place, village, here.town.services[service].minutes)
    return free_times(office.appointments, visit, now=parts().clock(), plan=here.plan)


def _book(office: Office) -> tuple[Appointment, list[int]]:
    form, lists = request.form, town(office)
    service, place, village = form.get("service", ""), form.get("place", ""), form.get("village", "")
    if service not in lists.services or place not in PLACES or village not in lists.villages:
        abort(400)
    name, number, note = _person()
    starts_at = _moment(form.get("starts_at", ""))
    _check_desk(office, service, Place(place), village)
    wanted = Wanted(
        service, Place(place), starts_at, name, village, number, note=note, minutes=lists.services[service].minutes
    )
    counter = serving(office).counter(office, viewer(office), parts().clock(), "")
    booked = counter.book(wanted)
    look(office, f"booked appointment {booked.code}")
    return booked, counter.messages


def _person() -> tuple[str, str, str]:
    """Name, number (may be empty) and note. Refused("no_name", "bad_number", "too_long")."""
    form = request.form
    name, note = " ".join(form.get("name", "").split()), form.get("note", "").strip()
    number = plain_number(form.get("number", ""))
    if not 1 <= len(name) <= LONGEST_NAME or "\0" in name:
        raise Refused("no_name")
    if number and not NUMBER.fullmatch(number):
        raise Refused("bad_number")
    if len(note) > LONGEST_NOTE or "\0" in note:
        raise Refused("too_long")
    return name, number, note


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as no:
        raise Refused("no_time") from no
    return at if at.tzinfo else at.replace(tzinfo=TOWN_TIME)
