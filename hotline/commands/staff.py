"""`hotline staff`: who may log in to the console."""

from __future__ import annotations

import os
import sys

import click
from argon2 import PasswordHasher

from hotline.clock import utc_now
from hotline.config import Settings
from hotline.store.tables import StaffRow
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade

ROLES = ("clerk", "village", "supervisor", "administrator", "auditor")
SHORTEST_PASSWORD = 10


@click.group()
def staff() -> None:
    """People who may log in to the console."""


@staff.command()
@click.argument("username")
@click.option("--role", type=click.Choice(ROLES), default="clerk", show_default=True, help="What they may do.")
@click.option("--name", default="", help="As shown on the pages; the user name if not given.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def add(username: str, *, role: str, name: str, password_stdin: bool) -> None:
    """Add USERNAME, or give them a new role and password."""
    if not username.isascii() or not username.isidentifier() or len(username) > 40:
        raise click.BadParameter("letters, digits and _ only, at most 40, not beginning with a digit")
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
        row.password_hash = PasswordHasher().hash(password)
        office.session.add(row)
        office.commit()
    store.close()
    click.echo(f"{username} ({role}) may log in now")


def _asked() -> str:
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
