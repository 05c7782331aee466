"""`hotline outbound`: the calls the office makes; pausing them; asking the carrier what became of some."""

from __future__ import annotations

import json
import os
from typing import Any

import click

from hotline.command_line import with_list
from hotline.commands.lists import as_json, show
from hotline.commands.messages import records
from hotline.config import Settings
from hotline.domain.residents import masked_number
from hotline.store.tables import CallOutRow
from tasks.outbound import reconcile_all
from tasks.workplace import workplace

_COLUMNS = ("id", "kind", "number", "attempt", "state", "disposition", "due_at", "asked_at", "seconds", "error")


@click.group(invoke_without_command=True)
@click.option("--json", "json_", is_flag=True, help="Print a JSON array instead of a table.")
@click.option("--limit", default=200, show_default=True, type=click.IntRange(1), help="At most so many.")
@click.pass_context
def outbound(ctx: click.Context, *, json_: bool, limit: int) -> None:
    """Every attempt at every call the office makes, the newest first."""
    if ctx.invoked_subcommand is not None:
        return
    with records() as store, store.open() as office:
        views = [call_out_view(row) for row in office.calls_out.latest(limit)]
        gate = office.calls_out.gate()
        held = "paused: hotline outbound resume" if gate.paused else ""
        office.commit()
    show(views, _COLUMNS, json_=json_)
    if held and not json_:
        click.echo(held)


@outbound.command("show")
@click.argument("call", type=int)
@as_json
def show_one(call: int, *, json_: bool) -> None:
    """Everything of one attempt."""
    with records() as store, store.open() as office:
        row = office.session.get(CallOutRow, call)
        if row is None:
            raise click.ClickException(f"there is no attempt {call}: hotline outbound lists them")
        view = call_out_view(row)
    if json_:
        click.echo(json.dumps(view, ensure_ascii=False, indent=1))
        return
    for name, value in view.items():
        click.echo(f"{name:>11}  {'' if value is None else value}")


@outbound.command()
@as_json
def pause(*, json_: bool) -> None:
    """Make no calls until `resume`; those under way go on."""
    _hold(paused=True)
    click.echo(json.dumps({"paused": True}) if json_ else "no calls are made now")


@outbound.command()
@as_json
def resume(*, json_: bool) -> None:
    """Make calls again."""
    _hold(paused=False)
    click.echo(json.dumps({"paused": False}) if json_ else "calls are made again")


@outbound.command()
@as_json
def reconcile(*, json_: bool) -> None:
    """Ask the carrier about every attempt that nobody finished."""
    Settings.from_environment(os.environ)
    count = reconcile_all(workplace())
    if json_:
        click.echo(json.dumps({"unfinished": count}))
        return
    click.echo(f"{count} attempts were not finished; the carrier was asked about those old enough")


def _hold(*, paused: bool) -> None:
    with records() as store, store.open() as office:
        gate = office.calls_out.gate()
        gate.paused = paused
        if not paused:
            gate.broken_until = None
        office.commit()


def call_out_view(row: CallOutRow) -> dict[str, Any]:
    """An attempt as lists show it."""
    names = ("id", "attempt", "kind", "script", "state", "disposition", "answered_by", "seconds", "error", "sid")
    view: dict[str, Any] = {name: getattr(row, name) for name in names}
    for name in ("created_at", "due_at", "expires_at", "asked_at", "answered_at", "ended_at"):
        at = getattr(row, name)
        view[name] = at.isoformat() if at else None
    return view | {"number": masked_number(row.number)}


with_list(outbound)
