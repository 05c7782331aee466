"""`hotline catalogue`: the town's lists, taken in, looked at, given out, and put back."""

from __future__ import annotations

import getpass
import json
import os
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from hotline.clock import utc_now
from hotline.commands.catalogue_hours import hours
from hotline.commands.lists import as_json, records
from hotline.domain.errors import Refused
from hotline.domain.lists import SHAPES, Document
from hotline.intake.opening import read_lists
from hotline.intake.proposal import Proposal, Version, propose, put_back
from hotline.intake.writing import FORMS, write_lists
from hotline.store.repositories.catalogue import Accepted
from hotline.store.unit_of_work import Office, Store
from hotline.town import document_of
from hotline.views import town_time

dry = click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
said = click.option("--note", default="", help="Why, for whoever reads the history.")
who = click.option("--by", "by", default="", help="Who does it; the user of this machine if not given.")


@click.group()
def catalogue() -> None:
    """Services, villages, topics, market days, desks, clerks, rosters, exceptions and holidays of the town."""


catalogue.add_command(hours)


@catalogue.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@dry
@as_json
@said
@who
def take_in(path: Path, *, dry_run: bool, json_: bool, note: str, by: str) -> None:
    """Take in PATH: a folder of lists, a workbook with a sheet for each, a YAML file with a section for each, or
    one list alone. Lists that are not in it stay as they are. With any error nothing is changed."""
    reading = read_lists(path)
    with records() as store:
        with store.open() as office:
            current = _current(office)
            booked = office.catalogue.booked_after(utc_now())
        proposal = propose(reading, current, booked)
        settle(store, proposal, None if dry_run else (by, note, None), json_=json_)


@catalogue.command()
@click.argument("number", type=click.IntRange(0))
@dry
@as_json
@said
@who
def restore(number: int, *, dry_run: bool, json_: bool, note: str, by: str) -> None:
    """Put version NUMBER back, as a new version; 0 is the demonstration town."""
    with records() as store:
        with store.open() as office:
            current = _current(office)
            older = _document(office, number)
            booked = office.catalogue.booked_after(utc_now())
        proposal = put_back(older, current, booked)
        settle(store, proposal, None if dry_run else (by, note, number), json_=json_)


@catalogue.command()
@click.argument("name", metavar="[LIST]", type=click.Choice(tuple(SHAPES)), required=False)
@click.option("--version", "number", type=click.IntRange(0), help="An older version instead of the newest.")
@as_json
def show(name: str | None, *, number: int | None, json_: bool) -> None:
    """Show one LIST, or how many rows each has."""
    with records() as store, store.open() as office:
        number = office.catalogue.newest() if number is None else number
        document = _document(office, number)
    if json_:
        _print(document[name] if name else {"version": number, **document})
        return
    if name is None:
        _table(["list", "rows"], [[one, str(len(document[one]))] for one in SHAPES], f"version {number}")
        return
    columns = [column.name for column in SHAPES[name].columns]
    _table(columns, [[_cell(row.get(column)) for column in columns] for row in document[name]])


@catalogue.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--as", "form", type=click.Choice(FORMS), default="csv", show_default=True, help="Kind of file.")
@click.option("--version", "number", type=click.IntRange(0), help="An older version instead of the newest.")
def export(folder: Path, *, form: str, number: int | None) -> None:
    """Write the lists into FOLDER, to be edited and imported again. Nothing there is written over."""
    with records() as store, store.open() as office:
        document = _document(office, office.catalogue.newest() if number is None else number)
    try:
        for path in write_lists(document, folder, form):
            click.echo(str(path))
    except FileExistsError as there:
        raise click.ClickException(f"{there.filename} is there already: name another folder") from there
    except OSError as bad:
        raise click.ClickException(f"{folder}: {bad.strerror}: name a folder that can be written") from bad


@catalogue.command()
@as_json
def history(*, json_: bool) -> None:
    """Every version that was accepted, the newest first."""
    with records() as store, store.open() as office:
        found = office.catalogue.history()
    if json_:
        _print([vars(one) | {"at": town_time(one.at)} for one in found])
        return
    rows = [[str(v.number), town_time(v.at) or "", v.username, _cell(v.restored), v.note] for v in found]
    _table(["version", "at", "by", "put back", "note"], rows)


def _current(office: Office) -> Version:
    number = office.catalogue.newest()
    return Version(number, document_of(office, number))


def _document(office: Office, number: int) -> Document:
    try:
        return document_of(office, number)
    except KeyError as unknown:
        raise click.ClickException(f"no version {number}: `hotline catalogue history` lists them") from unknown


def settle(store: Store, proposal: Proposal, said_by: tuple[str, str, int | None] | None, *, json_: bool) -> None:
    """Accepts a proposal where somebody stands for it (who, why, what is put back), and tells what came of it."""
    try:
        number = _accept(store, proposal, said_by) if said_by else None
    except Refused as lost:
        newest = lost.facts["newest"]
        if json_:
            _print({"accepted": False, "refused": lost.reason, "newest": newest})
            raise SystemExit(1) from lost
        raise click.ClickException(
            f"somebody else has just made version {newest}, and this was made from {proposal.based_on}: "
            f"look at `hotline catalogue history`, and import again"
        ) from lost
    if json_:
        _print(_as_json(proposal, number))
    else:
        _say(proposal, number)
    if proposal.errors:
        raise SystemExit(1)


def _accept(store: Store, proposal: Proposal, said_by: tuple[str, str, int | None]) -> int | None:
    """The number of the new version; None where there is nothing to change. Refused("overtaken")."""
    if proposal.errors or not proposal.changes:
        return None
    by, note, restored = said_by
    made = Accepted(proposal.based_on + 1, by or _user(), note, restored, utc_now())
    with store.open() as office:
        number = office.catalogue.add(proposal.document, based_on=proposal.based_on, by=made)
        office.commit()
    return number


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user of a container has no name
        return f"user {os.getuid()}"


def _as_json(proposal: Proposal, number: int | None) -> dict[str, Any]:
    return {
        "accepted": number is not None,
        "version": number,
        "based_on": proposal.based_on,
        "errors": [_problem(p) for p in proposal.errors],
        "warnings": [_problem(p) for p in proposal.warnings],
        "changes": {
            name: {"added": one.added, "changed": one.changed, "removed": one.removed}
            for name, one in proposal.changes.items()
        },
    }


def _problem(problem: Any) -> dict[str, Any]:
    return {
        **vars(problem.origin),
        "column": problem.column,
        "wrong": problem.wrong,
        "mend": problem.mend,
    }


def _say(proposal: Proposal, number: int | None) -> None:
    for problem in proposal.errors:
        click.echo(str(problem), err=True)
    for problem in proposal.warnings:
        click.echo(f"warning: {problem}", err=True)
    for name, one in proposal.changes.items():
        click.echo(f"{name}: {len(one.added)} added, {len(one.changed)} changed, {len(one.removed)} removed")
        for key in one.added:
            click.echo(f"  + {key}")
        for key, columns in one.changed.items():
            told = ", ".join(f"{c} {_cell(old)} → {_cell(new)}" for c, (old, new) in columns.items())
            click.echo(f"  ~ {key}: {told}")
        for key in one.removed:
            click.echo(f"  - {key}")
    if proposal.errors:
        click.echo(f"{len(proposal.errors)} errors: nothing was changed", err=True)
    elif not proposal.changes:
        click.echo(f"nothing differs from version {proposal.based_on}")
    else:
        click.echo(f"version {number} counts now" if number else "nothing was changed: a dry run")


def _print(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


def _cell(value: object) -> str:
    if isinstance(value, list | tuple):
        return "|".join(map(str, value))
    return "" if value is None else str(value)


def _table(columns: list[str], rows: list[list[str]], title: str = "") -> None:
    table = Table(*columns, title=title or None)
    for row in rows:
        table.add_row(*(cell.replace("[", "\\[") for cell in row))
    Console().print(table if rows else "nothing on record")
