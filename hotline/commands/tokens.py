"""`hotline tokens`: who and what may use the API."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hotline.clock import utc_now
from hotline.config import Settings
from hotline.store.tables import ApiTokenRow
from hotline.store.tokens import Tokens, good
from hotline.store.unit_of_work import Office, Store
from hotline.store.upgrade import upgrade
from hotline.views import View, town_time

COLUMNS = ("id", "username", "name", "state", "created_at", "expires_at", "last_used_at")


@click.group(invoke_without_command=True)
@click.option("--json", "json_", is_flag=True, help="Print a JSON array instead of a table.")
@click.pass_context
def tokens(ctx: click.Context, *, json_: bool) -> None:
    """Tokens of the API: without a command, which there are. The tokens themselves are not kept."""
    if ctx.invoked_subcommand is not None:
        return
    with _office() as office:
        views = [_view(row, utc_now()) for row in Tokens(office.session).all()]
    if json_:
        click.echo(json.dumps(views, ensure_ascii=False, indent=1))
        return
    table = Table(*COLUMNS)
    for view in views:
        table.add_row(*(Text("" if view[column] is None else str(view[column])) for column in COLUMNS))
    Console().print(table if views else "no tokens yet: hotline tokens add USERNAME --name WHAT-FOR")


@tokens.command()
@click.argument("username")
@click.option("--name", required=True, help="What it is for, such as “the village's list on the wall”.")
@click.option(
    "--expires", type=click.IntRange(1, 3650), metavar="DAYS", help="Good for so many days; else until revoked."
)
@click.option("--json", "json_", is_flag=True, help="Print JSON.")
def add(username: str, *, name: str, expires: int | None, json_: bool) -> None:
    """Print a new token with the rights of USERNAME. It is shown this once and cannot be read again."""
    if not name.strip() or len(name) > 80 or not name.isprintable():
        raise click.BadParameter("one line of 1 to 80 characters", param_hint="--name")
    with _office() as office:
        good_for = timedelta(days=expires) if expires else None
        token = Tokens(office.session).issue(username, name.strip(), utc_now(), good_for)
        if token is None:
            raise click.ClickException(f"nobody is called {username}: hotline staff add {username} adds them")
        office.commit()
    click.echo(json.dumps({"token": token, "username": username}) if json_ else token)
    click.echo("Keep it now: only a digest of it is kept here.", err=True)


@tokens.command()
@click.argument("token", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@click.option("--json", "json_", is_flag=True, help="Print JSON.")
def revoke(token: int, *, json_: bool) -> None:
    """End the token with this ID at once."""
    with _office() as office:
        row = Tokens(office.session).revoke(token, utc_now())
        if row is None:
            raise click.ClickException(f"there is no token {token}: hotline tokens lists them")
        office.commit()
        line = f"token {row.id} of {row.username} ({row.name}) is revoked"
        click.echo(json.dumps(_view(row, utc_now()), ensure_ascii=False, indent=1) if json_ else line)


@contextmanager
def _office() -> Iterator[Office]:
    """A transaction on the configured database, brought up to date first."""
    settings = Settings.from_environment(os.environ)
    upgrade(settings.database_url)
    store = Store(settings.database_url)
    try:
        with store.open() as office:
            yield office
    finally:
        store.close()


def _view(row: ApiTokenRow, now: datetime) -> View:
    ended = "revoked" if row.revoked_at else "expired"
    return {
        "id": row.id,
        "username": row.username,
        "name": row.name,
        "state": "good" if good(row, now) else ended,
        "created_at": town_time(row.created_at),
        "expires_at": town_time(row.expires_at),
        "revoked_at": town_time(row.revoked_at),
        "last_used_at": town_time(row.last_used_at),
    }
