"""`hotline outbound`: the calls the office makes; pausing them; asking the carrier what became of some."""

from __future__ import annotations

import os
from typing import Any

import click

from hotline.commands.lists import show
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


@outbound.command()
def pause() -> None:
    """Make no calls until `resume`; those under way go on."""
    _hold(paused=True)
    click.echo("no calls are made now")


@outbound.command()
def resume() -> None:
    """Make calls again."""
    _hold(paused=False)
    click.echo("calls are made again")


@outbound.command()
def reconcile() -> None:
    """Ask the carrier about every attempt that nobody finished."""
    Settings.from_environment(os.environ)
    count = reconcile_all(workplace())
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
