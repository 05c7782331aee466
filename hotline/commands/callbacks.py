"""`hotline callbacks`: whom a person has promised to ring back, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

import click

from hotline.callback_desk import Acting, callback_views, next_try
from hotline.clock import utc_now
from hotline.command_line import with_list
from hotline.commands.lists import as_json, records, show
from hotline.domain.calendar import TOWN_TIME, Timetable
from hotline.domain.callbacks import CallBack
from hotline.domain.errors import Refused
from hotline.holidays import is_working_day
from hotline.views import town_time
from hotline.words import word

Command = Callable[..., None]
COLUMNS = ("id", "due_at", "late", "state", "owner", "number", "reason", "said", "tries", "note")
_AS = click.option("--as", "username", required=True, metavar="USER", help="Who does it: a user of the console.")
_JSON = click.option("--json", is_flag=True, expose_value=False, help="What is printed is JSON anyhow.")


def _who(command: Command) -> Command:
    return _AS(_JSON(command))


@click.group(invoke_without_command=True)
@as_json
@click.option("--due", is_flag=True, help="Only what is late.")
@click.option("--all", "all_", is_flag=True, help="What is done, too.")
@click.pass_context
def callbacks(context: click.Context, *, json_: bool, due: bool, all_: bool) -> None:
    """Whom a person is to ring back, the most pressing first."""
    if context.invoked_subcommand is not None:
        return
    with records() as store, store.open() as office:
        views = callback_views(office, utc_now(), due=due, all_=all_)
    show(views, COLUMNS, json_=json_)


@callbacks.command("show")
@click.argument("task", metavar="ID", type=int)
@as_json
def show_one(task: int, *, json_: bool) -> None:
    """One of them with all that was done about it."""
    with records() as store, store.open() as office:
        found = [view for view in callback_views(office, utc_now(), all_=True) if view["id"] == task]
        if not found:
            raise click.ClickException(word("not_rung_back", "unknown").format(id=task))
        steps = [
            {"at": town_time(step.at), "what": step.what, "by": step.username, "note": step.note}
            for step in office.callbacks.steps(task)
        ]
    if json_:
        click.echo(json.dumps({**found[0], "steps": steps}, ensure_ascii=False, indent=1))
        return
    for name, value in found[0].items():
        click.echo(f"{name:>13}  {'' if value is None else value}")
    for step in steps:
        click.echo(f"  {step['at']}  {step['what']}  {step['by']}  {step['note']}")


@callbacks.command()
@click.argument("task", metavar="ID", type=int)
@_who
def take(task: int, *, username: str) -> None:
    """Take it: who takes it first owns it."""
    _do(username, lambda acting: acting.take(task))


@callbacks.command()
@click.argument("task", metavar="ID", type=int)
@_who
@click.option("--note", required=True, help="What came of it.")
def done(task: int, *, username: str, note: str) -> None:
    """Rung back and settled."""
    _do(username, lambda acting: acting.done(task, note))


@callbacks.command()
@click.argument("task", metavar="ID", type=int)
@_who
@click.option("--again", metavar="TIME", help="When again (2026-11-28T10:00); an office hour on if not given.")
@click.option("--note", default="", help="Why not now.")
def tried(task: int, *, username: str, again: str | None, note: str) -> None:
    """Rung, and nobody answered."""
    at = _moment(again) if again else next_try(utc_now(), Timetable(), is_working_day)
    _do(username, lambda acting: acting.tried(task, at, note))


@callbacks.command("give-back")
@click.argument("task", metavar="ID", type=int)
@_who
@click.option("--note", default="", help="Why.")
def give_back(task: int, *, username: str, note: str) -> None:
    """Let somebody else take it."""
    _do(username, lambda acting: acting.give_back(task, note))


def _do(username: str, what: Callable[[Acting], CallBack]) -> None:
    with records() as store, store.open() as office:
        try:
            after = what(Acting(office, username, utc_now()))
        except Refused as no:
            raise click.ClickException(word("not_rung_back", no.reason).format(**no.facts)) from no
        office.commit()
    facts = {"id": after.id, "state": after.state, "owner": after.owner, "tries": after.tries}
    click.echo(json.dumps({**facts, "next_try_at": town_time(after.next_try_at)}, ensure_ascii=False))


def _moment(at: str) -> datetime:
    try:
        return datetime.fromisoformat(at).replace(tzinfo=TOWN_TIME)
    except ValueError as error:
        raise click.BadParameter("write it like 2026-11-28T10:00", param_hint="--again") from error


with_list(callbacks)
