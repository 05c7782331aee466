"""`hotline staff`: who may log in to the console and have tokens of the API."""

from __future__ import annotations

import sys

import click
from argon2 import PasswordHasher
from sqlalchemy import select

from hotline.clock import utc_now
from hotline.commands.lists import as_json, records, show
from hotline.domain.audit import STAFF
from hotline.domain.calendar import Place
from hotline.domain.errors import Refused
from hotline.domain.passwords import SHORTEST, check_password
from hotline.domain.rights import ROLES, STATION
from hotline.staff_desk import missing
from hotline.store.tables import LookRow, StaffRow
from hotline.store.unit_of_work import Office
from hotline.town import current_town
from hotline.views import View, town_time

PASSWORDS = {
    "password_short": f"the password needs at least {SHORTEST} characters: choose a longer one",
    "password_long": "the password is longer than anybody types: choose a shorter one",
    "password_common": "the password is one of the first anybody would try: join a few unconnected words",
}
COLUMNS = ("username", "name", "role", "place", "village", "missing")


@click.group()
def staff() -> None:
    """People who may log in to the console and have tokens of the API."""


@staff.command("list")
@as_json
def list_(*, json_: bool) -> None:
    """Who works here, and what somebody still needs before they see anything."""
    with records() as store, store.open() as office:
        views = [_view(row) for row in office.session.scalars(select(StaffRow).order_by(StaffRow.username))]
    show(views, COLUMNS, json_=json_)


@staff.command("show")
@click.argument("username")
@as_json
def show_(username: str, *, json_: bool) -> None:
    """One of them."""
    with records() as store, store.open() as office:
        row = office.session.get(StaffRow, username)
        if row is None:
            raise click.ClickException(f"nobody is called {username}: hotline staff list says who is")
        show([_view(row)], COLUMNS, json_=json_)


@staff.command()
@click.argument("username")
@click.option("--role", type=click.Choice(ROLES), help="What they may do; as it was if not given, clerk at first.")
@click.option("--name", help="As shown on the pages; as it was if not given, the user name at first.")
@click.option("--place", help="A clerk's desk: window, window:2, home or village:V03; as it was if not given.")
@click.option("--village", help="A village's clerk's village, such as V03; as it was if not given.")
@click.option("--password-stdin", is_flag=True, help="Read a password from standard input instead of asking.")
@as_json
def add(username: str, *, password_stdin: bool, json_: bool, **given: str | None) -> None:
    """Add USERNAME, or change what is given of them.

    Somebody new is asked for a password; so is somebody who is known already if nothing else is given.
    """
    if not username.isascii() or not username.isidentifier() or len(username) > 40:
        raise click.BadParameter("letters, digits and _ only, at most 40, not beginning with a digit")
    changed = {name: value for name, value in given.items() if value is not None}
    with records() as store:
        with store.open() as office:
            _check_part(office, changed)
            known = office.session.get(StaffRow, username) is not None
        if password_stdin or not known or not changed:  # asked for while nobody waits for the database
            chosen = _password(username, given["name"] or "", password_stdin=password_stdin)
            changed["password_hash"] = PasswordHasher().hash(chosen)
        with store.open() as office:
            view = _view(_kept(office, username, changed))
            _written_down(office, username, changed)
            office.commit()
    if json_:
        show([view], COLUMNS, json_=True)
        return
    click.echo(f"{username} ({view['role']}) may log in now")
    if view["missing"]:
        click.echo(f"but the API shows them nothing yet for want of {view['missing']}", err=True)


def _written_down(office: Office, username: str, changed: dict[str, str]) -> None:
    """What was changed of whom stands in the audit trail; of a password only that it was."""
    shown = ", ".join("password" if name == "password_hash" else f"{name} {changed[name]}" for name in changed)
    row = LookRow(username="cli", kind=STAFF, what=f"staff {username}: {shown}"[:120], reason="", at=utc_now())
    office.session.add(row)


def _kept(office: Office, username: str, changed: dict[str, str]) -> StaffRow:
    """Somebody with what is changed; what is not stays."""
    row = office.session.get(StaffRow, username)
    if row is None:
        row = StaffRow(username=username, name="", role="clerk", place="", village="", created_at=utc_now())
        office.session.add(row)
    for name, value in changed.items():
        setattr(row, name, value[:40] if name == "name" else value)
    row.name = row.name or username
    return row


def _password(*own: str, password_stdin: bool) -> str:
    password = sys.stdin.readline().rstrip("\n") if password_stdin else _asked()
    try:
        check_password(password, *own)
    except Refused as no:
        raise click.ClickException(PASSWORDS[no.reason]) from no
    return password


def _check_part(office: Office, given: dict[str, str]) -> None:
    """A desk and a village the town has: a slip of the pen would show somebody nothing."""
    villages = current_town(office).villages
    place, village = given.get("place", ""), given.get("village", "")
    if village and village not in villages:
        raise click.BadParameter(f"one of {', '.join(villages)}", param_hint="--village")
    desks = {str(Place.WINDOW), str(Place.HOME), *(STATION + known for known in villages)}
    if place and place.partition(":")[0] != "window" and place not in desks:
        raise click.BadParameter("window, window:2, home or village:V03", param_hint="--place")


def _asked() -> str:
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _view(row: StaffRow) -> View:
    names = ("username", "name", "role", "place", "village")
    return {
        **{name: getattr(row, name) for name in names},
        "missing": missing(row),
        "created_at": town_time(row.created_at),
    }
