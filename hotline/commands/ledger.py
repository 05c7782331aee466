"""`hotline ledger`: the callback ledger (回访问题台账); the moves of a row are in `ledger_moves`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from hotline.commands.case_desk import as_user
from hotline.commands.ledger_desk import AtLedger, at_ledger, refusals_told
from hotline.commands.ledger_moves import MOVE_COMMANDS
from hotline.commands.lists import cell
from hotline.commands.lists import show as show_views
from hotline.domain.ledger.chain import first_broken
from hotline.domain.ledger.entries import MOVES, running
from hotline.domain.ledger.proposals import Kind
from hotline.domain.ledger.sight import may_see
from hotline.ledger_views import entry_view, line_view, proof_views
from hotline.store.proofs import path_of
from hotline.store.repositories.ledger import Sought
from hotline.views import View, town_time
from hotline.words import word

as_json = click.option("--json", "json_", is_flag=True, help="Print JSON instead of a table.")
ROW = click.argument("row", type=int)
STATES = sorted({rule.to for rule in MOVES.values() if rule.to})
COLUMNS = ("id", "kind", "state", "owner", "words", "service", "clerk", "confidence", "call_by", "due")


@click.group()
def ledger() -> None:
    """The callback ledger: praise, problems, suggestions; who has them, by when, what became of them."""


for command in MOVE_COMMANDS:
    ledger.add_command(command)


@ledger.command("list")
@as_user
@as_json
@click.option("--kind", "kinds", multiple=True, type=click.Choice([str(kind) for kind in Kind]))
@click.option("--state", "states", multiple=True, type=click.Choice(STATES))
@click.option("--owner", default="")
@click.option("--clerk", default="", help="User name of who served.")
@click.option("--place", default="", help="The desk, as window:1.")
@click.option("--open", "open_only", is_flag=True, help="Only what is not over.")
@click.option("--before", default=0, help="Only older ones than this id: the last of the page before.")
@click.option("--limit", "page", default=50, show_default=True, type=click.IntRange(1, 500))
def list_(*, as_: str, json_: bool, **sought: Any) -> None:
    """The newest rows that fit, a page at a time."""
    with at_ledger(as_) as desk:
        found = [e for e in desk.office.ledger.search(Sought(**sought)) if may_see(e, desk.actor)]
        views = [entry_view(entry, desk.work.town, desk.actor) for entry in found]
    _show(views, json_=json_)


@ledger.command()
@ROW
@as_user
@as_json
def show(row: int, *, as_: str, json_: bool) -> None:
    """One row with its history, its proof and the moves that USER could make now."""
    with at_ledger(as_) as desk, refusals_told():
        view = whole_view(desk, row)
    if json_:
        click.echo(json.dumps(view, ensure_ascii=False, indent=1))
        return
    console = Console()
    for name, value in view.items():
        if name != "history" and value not in ("", None, [], {}, False):
            console.print(f"[bold]{name}[/] {cell(value)}", highlight=False)
    columns = ("at", "move", "from", "to", "by", "reason")
    table = Table(*columns)
    for line in view["history"]:
        table.add_row(*(cell(line[column]) for column in columns))
    console.print(table)


@ledger.command()
@as_user
@as_json
def overdue(*, as_: str, json_: bool) -> None:
    """Rows that have missed a clock: the person's call, or the day they are due."""
    with at_ledger(as_) as desk:
        late = [entry for entry in desk.office.ledger.late(desk.work.now) if may_see(entry, desk.actor)]
        views = [
            {
                "id": e.id,
                "kind": str(e.kind),
                "state": e.state,
                "owner": e.owner,
                "late": what,
                "since": town_time(by),
            }
            for e in late
            for what, by in running(e)
            if by < desk.work.now
        ]
    views.sort(key=lambda view: str(view["since"]))
    if not json_:
        for view in views:
            view["late"] = word("ledger_late", str(view["late"]))
    _show(views, ("id", "kind", "state", "owner", "late", "since"), json_=json_)


@ledger.command()
@as_json
def verify(*, json_: bool) -> None:
    """Look whether the history of every row is as it was written; exit code 1 if not."""
    broken = []
    with at_ledger("") as desk:
        before = 0
        while rows := desk.office.ledger.search(Sought(before=before, page=500)):
            for entry in rows:
                place = first_broken(entry.id, desk.office.ledger.history(entry.id))
                broken += [{"id": entry.id, "place": place}] if place is not None else []
            before = rows[-1].id
    _show(broken, ("id", "place"), json_=json_)
    if broken:
        raise click.exceptions.Exit(1)


def whole_view(desk: AtLedger, row: int) -> View:
    """A row with everything about it. Refused("no_row")."""
    entry = desk.work.see(row, desk.actor)
    history = [line_view(line) for line, _ in desk.office.ledger.history(row)]
    folder = desk.work.proofs or Path()
    proofs = [
        {**proof, "file": str(path_of(folder, proof["digest"], proof["form"]))}
        for proof in proof_views(desk.office.ledger.proofs(row))
    ]
    return {**entry_view(entry, desk.work.town, desk.actor), "proofs": proofs, "history": history}


def _show(views: list[View], columns: tuple[str, ...] = COLUMNS, *, json_: bool) -> None:
    for view in views if not json_ else ():
        for name in ("kind", "state"):
            view[name] = word(f"ledger_{name}", str(view.get(name, "")))
    show_views(views, columns, json_=json_)
