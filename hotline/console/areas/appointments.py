"""Appointments (预约): the calendar, one of them, and what is done with it. Every look is written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from flask import Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from hotline.console.area import Area
from hotline.console.areas import booking, exceptions, rosters
from hotline.console.areas.appointment_pages import (
    BY,
    LONGEST_SPAN,
    Hall,
    appointment_view,
    clerk_of,
    desk_of,
    events,
    resources,
    served_hours,
    steps,
)
from hotline.console.languages import term
from hotline.console.parts import colleague, look, parts, serving, sight
from hotline.console.times import to_minute
from hotline.domain.appointments import Appointment, free_times
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.errors import Refused
from hotline.domain.rights import ROLES, WRITERS
from hotline.serving import AppointmentMoves
from hotline.store.reach import appointments_within
from hotline.store.repositories import as_appointment
from hotline.store.tables import AppointmentRow
from hotline.store.unit_of_work import Office

area = Area("appointments", "预约", icon="calendar", roles=ROLES, key="a", first="calendar")
LONGEST_TEXT, LONGEST_AGENT = 500, 40
Answer = str | AnyResponse | tuple[str, int]


def hall(office: Office) -> Hall:
    """Whose appointments, for whoever asks."""
    served = serving(office)
    return Hall(office, served.town, served.plan, sight(), parts().clock())


@area.page("/appointments")
def calendar() -> str:
    """The calendar by window, clerk or village; its events it asks for itself."""
    by = request.args.get("by", "window")
    by = by if by in BY else "window"
    with parts().opened() as office:
        here = hall(office)
        columns = resources(here, by)
    day = here.now.astimezone(TOWN_TIME).date().isoformat()
    return render_template("appointments/calendar.html", by=by, all_by=BY, columns=columns, day=day)


@area.page("/appointments/events")
def calendar_events() -> Response:
    """Appointments and hours of duty of a span, for the calendar."""
    since, until = _moment(request.args.get("start", "")), _moment(request.args.get("end", ""))
    by = request.args.get("by", "")
    if since is None or until is None or by not in BY or not since <= until <= since + LONGEST_SPAN:
        abort(400)
    with parts().opened() as office:
        here = hall(office)
        found = events(here, by, since, until, moves=colleague().role in WRITERS)
        hours = served_hours(here, by, since, until) if by != "village" else []
        look(office, f"appointments {since.date()}-{until.date()}: {len(found)}")
        office.commit()
    return jsonify([*hours, *found])


@area.page("/appointments/<code>")
def appointment(code: str) -> Answer:
    """One appointment; `move` opens the form of that move."""
    return _page(code, opened=request.args.get("move", ""))


@area.page("/appointments/<code>/moves", methods=("POST",), roles=WRITERS)
def move(code: str) -> Answer:
    """Makes one move of the appointment as it was seen; the resident is told."""
    wanted = request.form.get("move", "")
    if wanted not in MOVES:
        abort(400)
    try:
        _moved(code, MOVES[wanted], request.form)
    except Refused as no:
        return _page(code, opened=wanted, refused=no.reason)
    says = term("appointment_did", wanted)
    flash(f"{code}：{says}", "success")
    return redirect(url_for("console.appointments.appointment", code=code))


@area.page("/appointments/<code>/drag", methods=("POST",), roles=WRITERS)
def drag(code: str) -> tuple[Response, int]:
    """The same for a drag in the calendar: what came of it, in words."""
    sent = request.get_json(silent=True)
    form = {name: str(value) for name, value in sent.items()} if isinstance(sent, dict) else {}
    try:
        after = _moved(code, _change, form)
    except Refused as no:
        return jsonify(says=term("refused", no.reason)), 409
    with parts().opened() as office:
        here = hall(office)
        where = desk_of(here, after.desk)
        who = clerk_of(here.town, after.clerk)
    says = gettext(
        "改到%(time)s，%(where)s%(who)s，已告知本人。", time=to_minute(after.starts_at), where=where, who=who
    )
    return jsonify(says=says, version=after.version), 200


def _moved(code: str, make: Move, form: Mapping[str, str]) -> Appointment:
    """The appointment afterwards; what is told leaves after the commit. Refused; 404 where not within sight."""
    with parts().opened() as office:
        found = held(office, code)
        version = form.get("version", "")
        if version != str(found.version):
            raise Refused("changed")
        staff = serving(office).appointment_moves(office, f"staff:{colleague().username}", parts().clock())
        staff.seen = found.version
        make(staff, code, form)
        after = office.appointments.by_code(code)
        look(office, f"moved appointment {code}")
        office.commit()
        messages = tuple(staff.messages)
    parts().enqueue(messages)
    return after or found


def held(office: Office, code: str) -> Appointment:
    """The appointment, within sight, held until this transaction ends; 404 otherwise."""
    query = select(AppointmentRow).where(AppointmentRow.code == code[:10], appointments_within(sight()))
    row = office.session.scalars(query.with_for_update()).one_or_none()
    if row is None:
        abort(404)
    return as_appointment(row)


def _page(code: str, *, opened: str = "", refused: str = "") -> Answer:
    """The page of one; with why a move was refused, who did what meanwhile, and what was typed."""
    with parts().opened() as office:
        found, here = held(office, code), hall(office)
        view = appointment_view(here, found, writes=colleague().role in WRITERS)
        free = (
            free_times(office.appointments, found.visit, now=here.now, plan=here.plan)
            if "change" in view.can
            else []
        )
        seen = request.form.get("version", "")
        news = []
        if refused == "changed" and seen.isascii() and seen.isdecimal() and len(seen) < 9:
            news = list(steps(here, found))[-max(0, found.version - int(seen)) or None :]
        look(office, f"appointment {code}")
        office.commit()
    page = render_template(
        "appointments/appointment.html", one=view, days=booking.by_day(free), opened=opened, news=news,
        refused=term("refused", refused) if refused else "", written=request.form if refused else {},
    )  # fmt: skip
    return (page, 409) if refused else page


def _moment(text: str) -> datetime | None:
    """An ISO time, of the town where it says no zone; None where it is none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=TOWN_TIME)


def _change(staff: AppointmentMoves, code: str, form: Mapping[str, str]) -> None:
    at = _moment(form.get("starts_at", ""))
    if at is None:
        raise Refused("no_time")
    staff.move(code, at)


def _help(staff: AppointmentMoves, code: str, form: Mapping[str, str]) -> None:
    agent = " ".join(form.get("agent", "").split())
    if not 1 <= len(agent) <= LONGEST_AGENT or "\0" in agent:
        raise Refused("no_agent")
    staff.help(code, agent)


def _progress(staff: AppointmentMoves, code: str, form: Mapping[str, str]) -> None:
    text = form.get("text", "").strip()
    if not 1 <= len(text) <= LONGEST_TEXT or "\0" in text:
        raise Refused("no_text")
    staff.progress(code, text)


def _rate(staff: AppointmentMoves, code: str, form: Mapping[str, str]) -> None:
    rating = form.get("rating", "")
    staff.rate(code, int(rating) if rating in ("1", "2", "3", "4", "5") else 0)


Move = Callable[[AppointmentMoves, str, Mapping[str, str]], object]
MOVES: Mapping[str, Move] = {
    "change": _change,
    "cancel": lambda staff, code, _form: staff.cancel(code),
    "arrived": lambda staff, code, _form: staff.arrive(code),
    "done": lambda staff, code, _form: staff.done(code),
    "no_show": lambda staff, code, _form: staff.no_show(code),
    "helper": _help,
    "progress": _progress,
    "delivery": lambda staff, code, _form: staff.deliver(code),
    "rating": _rate,
}

booking.declare(area)
rosters.declare(area)
exceptions.declare(area)
