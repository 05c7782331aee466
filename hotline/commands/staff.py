"""`hotline staff`: who may log in to the console."""

from __future__ import annotations

import os
import sys

import click
from argon2 import PasswordHasher

from hotline.clock import utc_now
from hotline.config import Settings
from hotline.domain.calendar import Place
from hotline.domain.rights import ROLES, STATION
from hotline.store.tables import StaffRow
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade
from hotline.town import read_town

SHORTEST_PASSWORD = 10


@click.group()
def staff() -> None:
    """People who may log in to the console."""


@staff.command()
@click.argument("username")
@click.option("--role", type=click.Choice(ROLES), default="clerk", show_default=True, help="What they may do.")
@click.option("--name", default="", help="As shown on the pages; the user name if not given.")
@click.option("--place", help="A clerk's desk: window, home or village:V03; as it was if not given.")
@click.option("--village", help="A village's clerk's village, such as V03; as it was if not given.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def add(
    username: str, *, role: str, name: str, place: str | None, village: str | None, password_stdin: bool
) -> None:
    """Add USERNAME, or give them a new role and password."""
    if not username.isascii() or not username.isidentifier() or len(username) > 40:
        raise click.BadParameter("letters, digits and _ only, at most 40, not beginning with a digit")
    _check_part(place, village)
    password = sys.stdin.readline().rstrip("\n") if password_stdin else _asked()
    if len(password) < SHORTEST_PASSWORD:
        raise click.ClickException(
            f"the password needs at least {SHORTEST_PASSWORD} characters: choose a longer one"
        )
    settings = Settings.from_environment(os.environ)
    upgrade(settings.database_url)
    store = Store(settings.database_url)
    with store.open() as office:
        row = office.session.get(StaffRow, username) or StaffRow(username=username, created_at=utc_now(), name="")
        row.role, row.name = role, (name or row.name or username)[:40]
        row.place = row.place or "" if place is None else place
        row.village = row.village or "" if village is None else village
        row.password_hash = PasswordHasher().hash(password)
        office.session.add(row)
        office.commit()
    store.close()
    click.echo(f"{username} ({role}) may log in now")


def _check_part(place: str | None, village: str | None) -> None:
    """A desk and a village the town has: a slip of the pen would show somebody nothing."""
    villages = read_town().villages
    if village and village not in villages:
        raise click.BadParameter(f"one of {', '.join(villages)}", param_hint="--village")
    desks = {str(Place.WINDOW), str(Place.HOME), *(STATION + known for known in villages)}
    if place and place.partition(":")[0] != "window" and place not in desks:
        raise click.BadParameter("window, window:2, home or village:V03", param_hint="--place")


def _asked() -> str:
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
