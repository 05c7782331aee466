"""Who works when, who waits for a place, the day's sheet, and one's own calendar address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from hotline.console.area import Area
from hotline.console.areas.appointment_pages import Hall, clerk_of, desk_of, desks_within, waiting_list
from hotline.console.languages import fresh_nonce, term
from hotline.console.parts import colleague, look, parts, serving, sight
from hotline.console.times import from_to, of_any_year, to_minute, with_weekday
from hotline.day_sheet import Day, day_sheet
from hotline.domain.appointments import CANCELLED, LAPSED
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.duty import DutyRoster, IsWorkingDay, Line, Swap
from hotline.domain.errors import Refused
from hotline.domain.rights import STEERING, WRITERS
from hotline.domain.staffing import Change, ChangeKind
from hotline.domain.town_document import change_of
from hotline.duty_desk import change_places
from hotline.roster_exceptions import key_of
from hotline.store.feed_tokens import FeedTokens
from hotline.store.reach import appointments_within
from hotline.store.repositories import as_appointment
from hotline.store.tables import AppointmentRow, FeedTokenRow, HelperCaseRow
from hotline.store.unit_of_work import Office

LARGEST_ID = 2**31 - 1
WEEK = timedelta(days=7)


def declare(area: Area) -> None:
    """These pages, within the area of appointments."""
    area.page("/appointments/rosters")(rosters)
    area.page("/appointments/swaps", roles=STEERING, methods=("POST",))(swap)
    area.page("/appointments/waiting")(waiting)
    area.page("/appointments/sheet", roles=WRITERS)(sheet)
    area.page("/appointments/feed")(feed)
    area.page("/appointments/feed", methods=("POST",))(new_feed)
    area.page("/appointments/feed/<int:id>/end", methods=("POST",))(end_feed)


@dataclass(frozen=True)
class DeskWeek:
    """One desk's week: for each day who is there, with their hours."""

    desk: str
    days: tuple[tuple[str, ...], ...]


def _hall(office: Office) -> Hall:
    served = serving(office)
    return Hall(office, served.town, served.plan, sight(), parts().clock())


def _day(text: str) -> date:
    """The day asked for; today where none is."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return parts().clock().astimezone(TOWN_TIME).date()


def rosters() -> str:
    """A week of who serves where, the exceptions to it, and who is on duty for the telephone."""
    return rosters_page()


def rosters_page(refused: str = "") -> str:
    """The same, with why something was refused, and what was written in its forms."""
    asked = _day(request.values.get("day", ""))
    monday = asked - timedelta(days=asked.weekday())
    days = [monday + timedelta(days=n) for n in range(7)]
    with parts().opened() as office:
        here = _hall(office)
        weeks = [_desk_week(here, desk.id, desk.name, days) for desk in desks_within(here)]
        roster, works = office.duty.roster(), serving(office).is_working_day
        lists = parts().administration.document(office, office.catalogue.newest())
        exceptions = [_exception(here, row) for row in lists["exceptions"]]
    named = [with_weekday(day) for day in days]
    return render_template(
        "appointments/rosters.html", weeks=weeks, days=named, working=[works(day) for day in days],
        exceptions=exceptions, duty=_on_duty(roster, days, works), people=tuple(roster.people()),
        swaps=[(with_weekday(swap.day), swap) for swap in roster.swaps if swap.day >= monday],
        refused=refused, written=request.form,
        steers=colleague().role in STEERING, today=asked.isoformat(), kinds=tuple(ChangeKind),
        clerks=[(id_, one.name) for id_, one in here.town.clerks.items()],
        desks=[(desk.id, desk.name) for desk in desks_within(here)],
        before=(monday - WEEK).isoformat(), after=(monday + WEEK).isoformat(),
    )  # fmt: skip


def _desk_week(here: Hall, desk: str, name: str, days: list[date]) -> DeskWeek:
    found = []
    for day in days:
        begins = datetime.combine(day, time(), TOWN_TIME)
        shifts = here.plan.rota.shifts(desk, begins, begins + timedelta(days=1))
        hours: dict[str, list[str]] = {}
        for shift in shifts:
            span = f"{shift.begins.astimezone(TOWN_TIME):%H:%M}-{shift.ends.astimezone(TOWN_TIME):%H:%M}"
            hours.setdefault(clerk_of(here.town, shift.clerk), []).append(span)
        found.append(tuple(f"{who} {' '.join(spans)}" for who, spans in hours.items()))
    return DeskWeek(name, tuple(found))


@dataclass(frozen=True)
class ExceptionLine:
    """What is different: what kind, who or where, from when to when, why; and its key."""

    kind: str
    who: str
    span: str
    note: str
    key: str
    over: bool


def span_of(one: Change) -> str:
    """From when to when, as staff read it; whole days without hours."""
    if one.begins.time() == one.ends.time() == time():
        first, last = one.begins.date(), (one.ends - timedelta(days=1)).date()
        days = of_any_year(first) if first == last else from_to(of_any_year(first), of_any_year(last))
        return str(gettext("%(days)s 整天", days=days))
    begins = f"{of_any_year(one.begins.date())} {one.begins:%H:%M}"
    same_day = one.begins.date() == one.ends.date()
    return from_to(begins, f"{'' if same_day else of_any_year(one.ends.date()) + ' '}{one.ends:%H:%M}")


def _exception(here: Hall, row: Mapping[str, Any]) -> ExceptionLine:
    change = change_of(row)
    who = clerk_of(here.town, change.clerk) if change.clerk else ""
    where = desk_of(here, change.desk) if change.desk else ""
    span = span_of(change)
    return ExceptionLine(
        term("roster_change", str(change.kind)), " ".join(part for part in (who, where) if part), span,
        change.note, key_of(row), change.ends.replace(tzinfo=TOWN_TIME) <= here.now,
    )  # fmt: skip


def _on_duty(
    roster: DutyRoster, days: Sequence[date], works: IsWorkingDay
) -> list[tuple[str, tuple[tuple[str, ...], ...]]]:
    """For each line-up and day, who is rung at noon and who at night."""
    found = []
    for line in Line:
        cells = []
        for day in days:
            hours = (datetime.combine(day, time(hour), TOWN_TIME) for hour in (10, 20))
            ups = (roster.on_duty(line, at, works) for at in hours)
            cells.append(tuple(gettext("、").join(person.name for person in up) for up in ups))
        found.append((term("duty", str(line)), tuple(cells)))
    return found


def swap() -> str | AnyResponse | tuple[str, int]:
    """Two people change places for the duties that begin on one day."""
    form = request.form
    try:
        wanted = Swap(date.fromisoformat(form.get("day", "")), form.get("one", ""), form.get("other", ""))
    except ValueError:
        abort(400)
    try:
        with parts().opened() as office:
            change_places(office, wanted, serving(office).is_working_day)
            look(office, f"swapped duty of {wanted.day}")
            office.commit()
    except Refused as no:
        return rosters_page(term("not_rung_back", no.reason, **no.facts)), 409
    flash(gettext("换好了。"), "success")
    return redirect(url_for("console.appointments.rosters", day=wanted.day.isoformat()))


def waiting() -> str:
    """Who waits for a place, the next one first, and for whom one is held."""
    with parts().opened() as office:
        found = waiting_list(_hall(office))
        look(office, f"waiting list: {len(found)}")
        office.commit()
    return render_template("appointments/waiting.html", waits=found)


def sheet() -> Response | str:
    """The choice of a desk and a day, or the day's sheet to print: whole names, for the window needs them."""
    chosen, day = request.args.get("desk", ""), _day(request.args.get("day", ""))
    with parts().opened() as office:
        here = _hall(office)
        desks = desks_within(here)
        desk = next((one for one in desks if one.id == chosen), None)
        if desk is None:
            return render_template("appointments/sheet.html", desks=desks, day=day.isoformat())
        begins = datetime.combine(day, time(), TOWN_TIME)
        row = AppointmentRow
        query = select(row).where(
            appointments_within(here.sight), row.desk == desk.id, row.status.not_in((CANCELLED, LAPSED)),
            row.starts_at >= begins, row.starts_at < begins + timedelta(days=1),
        )  # fmt: skip
        found = [as_appointment(one) for one in office.session.scalars(query.order_by(row.starts_at, row.id))]
        agents = _agents(office, [one.id for one in found])
        look(office, f"day sheet of {desk.id} {day}", gettext("日程单"))
        office.commit()
    page = day_sheet(Day(day, desk, here.now), found, here.town, agents)
    return Response(
        page.replace("<style>", f'<style nonce="{fresh_nonce()}">', 1), content_type="text/html; charset=utf-8"
    )


def _agents(office: Office, appointments: Sequence[int]) -> dict[int, str]:
    row = HelperCaseRow
    found = office.session.scalars(select(row).where(row.appointment.in_(appointments)))
    return {one.appointment: one.agent for one in found}


def feed() -> str:
    """One's own calendar addresses; never again what they are."""
    return _feeds()


def new_feed() -> str:
    """A new address, shown this once: it is the key, so it stands in no address and no log."""
    with parts().opened() as office:
        clerks, who = serving(office).town.clerks, colleague().username
        if clerks and who not in clerks:
            raise Refused("not_on_rosters")
        token = FeedTokens(office.session).issue(who, who, parts().clock())
        look(office, "new calendar feed")
        office.commit()
    return _feeds(f"{parts().settings.public_url}/feeds/{token}.ics")


def end_feed(id: int) -> AnyResponse:
    """Ends one of one's own addresses."""
    with parts().opened() as office:
        row = office.session.get(FeedTokenRow, id) if id <= LARGEST_ID else None
        if row is None or row.username != colleague().username:
            abort(404)
        FeedTokens(office.session).revoke(id, parts().clock())
        look(office, f"ended calendar feed {id}")
        office.commit()
    flash(gettext("这个地址不能再用了。"), "success")
    return redirect(url_for("console.appointments.feed"))


def _feeds(fresh: str = "") -> str:
    with parts().opened() as office:
        own = select(FeedTokenRow).where(FeedTokenRow.username == colleague().username).order_by(FeedTokenRow.id)
        rows = [
            (
                row.id,
                to_minute(row.created_at),
                to_minute(row.last_used_at) if row.last_used_at else "",
                row.revoked_at is None,
            )
            for row in office.session.scalars(own)
        ]
        clerks = serving(office).town.clerks
    known = not clerks or colleague().username in clerks
    return render_template("appointments/feed.html", rows=rows, fresh=fresh, known=known)
