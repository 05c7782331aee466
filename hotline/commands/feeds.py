"""`hotline feeds`: secret addresses at which a calendar program reads one clerk's appointments."""

from __future__ import annotations

import os

import click

from hotline.clock import utc_now
from hotline.commands.lists import as_json, records, show
from hotline.config import Settings
from hotline.store.feed_tokens import FeedTokens
from hotline.store.tables import FeedTokenRow
from hotline.store.unit_of_work import Office
from hotline.town import current_town
from hotline.views import View, town_time

COLUMNS = ("id", "username", "clerk", "in_full", "state", "created_at", "last_used_at")


@click.group(invoke_without_command=True)
@as_json
@click.pass_context
def feeds(context: click.Context, *, json_: bool) -> None:
    """Feeds of appointments for calendar programs: without a command, which there are."""
    if context.invoked_subcommand is not None:
        return
    with records() as store, store.open() as office:
        views = [_view(row) for row in FeedTokens(office.session).all()]
    show(views, COLUMNS, json_=json_)


@feeds.command()
@click.argument("username")
@click.option("--clerk", help="Whose appointments, as the rosters name them; those of USERNAME if not given.")
@click.option("--in-full", is_flag=True, help="With whole names, numbers and notes; else masked.")
def add(username: str, *, clerk: str | None, in_full: bool) -> None:
    """Print a new address for USERNAME. Whoever has it reads the feed; it is shown this once."""
    with records() as store, store.open() as office:
        _check_clerk(office, clerk or username)
        token = FeedTokens(office.session).issue(username, clerk or username, utc_now(), in_full=in_full)
        if token is None:
            raise click.ClickException(f"nobody is called {username}: hotline staff add {username} adds them")
        office.commit()
    click.echo(f"{Settings.from_environment(os.environ).public_url}/feeds/{token}.ics")
    click.echo("Keep it now: only a digest of it is kept here.", err=True)


@feeds.command()
@click.argument("feed", metavar="ID", type=click.IntRange(1, 2**31 - 1))
@as_json
def revoke(feed: int, *, json_: bool) -> None:
    """End the address with this ID at once."""
    with records() as store, store.open() as office:
        row = FeedTokens(office.session).revoke(feed, utc_now())
        if row is None:
            raise click.ClickException(f"there is no feed {feed}: hotline feeds lists them")
        office.commit()
        view = _view(row)
    show([view], COLUMNS, json_=True) if json_ else click.echo(f"feed {feed} of {view['clerk']} is revoked")


def _check_clerk(office: Office, clerk: str) -> None:
    """A slip of the pen would serve an empty feed for good."""
    known = current_town(office).clerks
    if known and clerk not in known:
        raise click.ClickException(f"no clerk {clerk} in the rosters: --clerk one of {', '.join(known)}")


def _view(row: FeedTokenRow) -> View:
    return {
        "id": row.id,
        "username": row.username,
        "clerk": row.clerk,
        "in_full": row.in_full,
        "state": "revoked" if row.revoked_at else "good",
        "created_at": town_time(row.created_at),
        "revoked_at": town_time(row.revoked_at),
        "last_used_at": town_time(row.last_used_at),
    }
