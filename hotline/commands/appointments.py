"""`hotline appointments`: what is on record, and what staff do with it."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import click

from hotline.clock import utc_now
from hotline.command_line import with_list
from hotline.commands.counter import AT_THE_COUNTER
from hotline.commands.lists import appointments_json, as_json, place_name, records, records_town, show, time_name
from hotline.day_sheet import Day, day_sheet
from hotline.domain.appointments import Appointment
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.catalogue import Town
from hotline.domain.errors import Refused
from hotline.domain.rosters import Desk
from hotline.feeds import clerk_feed
from hotline.rules import office_rules
from hotline.store.tables import HelperCaseRow
from hotline.store.unit_of_work import Office
from hotline.town import current_town
from hotline.views import appointment_view, town_time, village_name
from hotline.words import word
from ivr.clerking.staff_moves import StaffMoves

COLUMNS = ("code", "service_spoken", "when", "place_name", "name", "village", "status")


@click.group(invoke_without_command=True)
@as_json
@click.pass_context
def appointments(context: click.Context, *, json_: bool) -> None:
    """Appointments on record, soonest first; or one of the commands below."""
    if context.invoked_subcommand is not None:
        return
    with records() as store:
        views = appointments_json(store, records_town(store))
    show(views, COLUMNS, json_=json_)


@appointments.command("show")
@click.argument("code")
@as_json
def show_one(code: str, *, json_: bool) -> None:
    """One appointment with all that happened to it."""
    with records() as store, store.open() as office:
        found = office.appointments.by_code(code)
        if found is None:
            raise click.ClickException(word("refused", "unknown"))
        view = full_view(office, found)
    if json_:
        click.echo(json.dumps(view, ensure_ascii=False, indent=1))
        return
    for name, value in view.items():
        if name != "moves":
            click.echo(f"{name:16} {value}")
    for move in view["moves"]:
        click.echo(f"  {move['at']}  {word('appointment', move['what'])}  {move['by']}  {move['facts'] or ''}")


def full_view(office: Office, found: Appointment) -> dict[str, Any]:
    """An appointment as JSON shows it, with who serves, for whom, its helper case and its moves."""
    view = appointment_view(found, current_town(office), when=time_name, where=place_name)
    case = office.helper_cases.of(found.id)
    more = {name: getattr(found, name) for name in ("desk", "clerk", "car", "minutes", "for_whom", "rang_by")}
    moves = office.appointments.moves(found.id)
    return {
        **view,
        **more,
        "text_to": found.texts_go_to,
        "note": found.note,
        "version": found.version,
        "helper": None if case is None else {"agent": case.agent, "state": case.state, "rating": case.rating},
        "moves": [{"at": town_time(m.at), "what": m.what, "by": m.by, "facts": dict(m.facts)} for m in moves],
    }


def _moving(name: str, line: str, move: Callable[[StaffMoves, str], object]) -> None:
    """A subcommand that makes one move with one appointment."""

    @appointments.command(name, help=line)
    @click.argument("code")
    @as_json
    def command(code: str, *, json_: bool) -> None:
        with staff_moves() as staff:
            move(staff, code)
        _say(code, json_=json_)


_moving("cancel", "Give the place back; the resident is told.", StaffMoves.cancel)
_moving("arrived", "Mark that they are here.", StaffMoves.arrive)
_moving("done", "Mark that it is done.", StaffMoves.done)
_moving("no-show", "Mark that nobody came; a person asks on the next working day.", StaffMoves.no_show)
_moving("deliver", "Helper case: what was wanted has been brought.", StaffMoves.deliver)


@appointments.command()
@click.argument("code")
@click.option("--to", "to", required=True, type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]))
@as_json
def move(code: str, to: datetime, *, json_: bool) -> None:
    """Another time, in town time; the resident is told. The old one stays if the new one is not free."""
    with staff_moves() as staff:
        staff.move(code, to.replace(tzinfo=TOWN_TIME))
    _say(code, json_=json_)


@appointments.command("help")
@click.argument("code")
@click.option("--agent", required=True, help="Who does the errand.")
@as_json
def help_(code: str, agent: str, *, json_: bool) -> None:
    """Make it a helper case, or hand the helper case to another agent."""
    with staff_moves() as staff:
        staff.help(code, agent)
    _say(code, json_=json_)


@appointments.command()
@click.argument("code")
@click.argument("text")
@as_json
def progress(code: str, text: str, *, json_: bool) -> None:
    """Helper case: note how the errand goes."""
    with staff_moves() as staff:
        staff.progress(code, text)
    _say(code, json_=json_)


@appointments.command()
@click.argument("code")
@click.argument("rating", type=click.IntRange(1, 5))
@as_json
def rate(code: str, rating: int, *, json_: bool) -> None:
    """Helper case: what the resident thinks of it, 1 to 5."""
    with staff_moves() as staff:
        staff.rate(code, rating)
    _say(code, json_=json_)


@appointments.command()
@as_json
def waiting(*, json_: bool) -> None:
    """Who waits for a place, in order, and what is held for whom."""
    with records() as store, store.open() as office:
        town = current_town(office)
        views = [
            {
                "id": e.id,
                "service": town.services[e.service].spoken if e.service in town.services else e.service,
                "place": place_name(e.place, village_name(town, e.village)),
                "name": e.name,
                "number": e.number,
                "wish": e.wish,
                "state": e.state,
                "held_until": town_time(e.held_until),
                "joined_at": town_time(e.joined_at),
            }
            for e in office.waiting.all()
        ]
    show(views, ("id", "service", "place", "name", "number", "wish", "state", "held_until"), json_=json_)


@appointments.command("day-sheet")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Today if left out.")
@click.option("--desk", default="window:1", show_default=True, help="window:2, village:V03, home, …")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
def sheet(day: datetime | None, desk: str, out: Path) -> None:
    """A page to print (A4, HTML), nothing masked."""
    now = utc_now()
    on = day.date() if day else now.astimezone(TOWN_TIME).date()
    begins = datetime.combine(on, time(), TOWN_TIME)
    with records() as store, store.open() as office:
        town = current_town(office)
        found_desk = _desk(town, desk)
        found = office.appointments.between(begins, begins + timedelta(days=1), desk=found_desk.id)
        cases = {one.id: office.session.get(HelperCaseRow, one.id) for one in found}
    agents = {id_: row.agent for id_, row in cases.items() if row is not None}
    out.write_text(day_sheet(Day(on, found_desk, now), found, town, agents), "utf8")
    click.echo(f"{len(found)} → {out}")


def _desk(town: Town, name: str) -> Desk:
    """The desk of that name. ClickException naming those there are."""
    plan = office_rules(town).plan
    found = plan.desk(name)
    if found is None:
        known = "、".join(f"{desk.id} {desk.name}" for desk in plan.rota.desks())
        raise click.ClickException(f"no desk {name}: choose one of {known}")
    return found


@appointments.command()
@click.option("--clerk", required=True, help="As the roster names them.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False))
def calendar(clerk: str, out: Path) -> None:
    """A clerk's appointments from yesterday on as an iCalendar file."""
    now = utc_now()
    with records() as store, store.open() as office:
        out.write_bytes(clerk_feed(office, current_town(office), clerk, now, in_full=True))


@contextmanager
def staff_moves() -> Iterator[StaffMoves]:
    """One transaction of whoever is logged in to this machine; a refusal is one line."""
    with records() as store, store.open() as office:
        staff = StaffMoves(office, office_rules(current_town(office)), f"staff:{getpass.getuser()}", utc_now())
        try:
            yield staff
        except Refused as no:
            raise click.ClickException(word("refused", no.reason)) from no
        office.commit()


def _say(code: str, *, json_: bool) -> None:
    """How the appointment is now."""
    with records() as store, store.open() as office:
        found = office.appointments.by_code(code)
        if found is not None and json_:
            click.echo(json.dumps(full_view(office, found), ensure_ascii=False, indent=1))
        elif found is not None:
            at: date | datetime = found.starts_at.astimezone(TOWN_TIME)
            click.echo(f"{code} {word('appointment', found.status)} {at:%Y-%m-%d %H:%M}")


for taken_in in AT_THE_COUNTER:
    appointments.add_command(taken_in)

with_list(appointments)
