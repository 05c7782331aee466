"""`hotline duty`: who is on duty when, and in which order they are rung."""

from __future__ import annotations

import json
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from hotline.clock import utc_now
from hotline.commands.lists import as_json, records, show
from hotline.config import Settings
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.duty import DutyRoster, Line, Swap, kind_of
from hotline.domain.errors import Refused
from hotline.duty_desk import change_places
from hotline.duty_file import read_roster
from hotline.holidays import is_working_day
from hotline.views import View, town_time
from hotline.words import word


@click.group()
def duty() -> None:
    """Who is on duty, and in which order they are rung."""


@duty.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what is wrong and what would be; change nothing.")
@as_json
def import_(file: Path, *, dry_run: bool, json_: bool) -> None:
    """Put the roster of FILE (CSV or YAML) in place of the one that is kept."""
    duties = read_roster(file)
    for line in (Line.ORDINARY, Line.DANGER):
        for kind, hour in DutyRoster(tuple(duties)).gaps(line):
            if line is Line.DANGER or hour.hour in range(9, 17):
                click.echo(f"note: nobody of {line} on a {kind} day from {hour:%H:%M}", err=True)
    if not dry_run:
        with records() as store, store.open() as office:
            office.duty.replace(duties)
            office.commit()
    if json_:
        click.echo(json.dumps({"duties": len(duties), "in_place": not dry_run}))
        return
    click.echo(f"{len(duties)} duties {'would be' if dry_run else 'are'} in place")


@duty.command("show")
@as_json
@click.option("--at", "at", metavar="TIME", help="As of then (2026-11-28T20:00, town time); now if not given.")
def show_(*, json_: bool, at: str | None) -> None:
    """Who is rung at a moment, and the roster behind it."""
    moment = _moment(at) if at else utc_now()
    with records() as store, store.open() as office:
        roster = office.duty.roster()
    fallback = Settings.from_environment(os.environ).duty_number
    lines: dict[str, list[View]] = {str(line): _line_up(roster, line, moment, fallback) for line in Line}
    if json_:
        facts: dict[str, Any] = {"at": town_time(moment), "day": str(kind_of(_day(moment), is_working_day))}
        click.echo(json.dumps({**facts, **lines, "roster": _roster(roster)}, ensure_ascii=False, indent=1))
        return
    rung = [{"line": word("duty", line), **person} for line, people in lines.items() for person in people]
    show(rung, ("line", "order", "name", "number"), json_=False)
    show(_roster(roster), ("line", "days", "from", "to", "order", "name", "number"), json_=False)


@duty.command()
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("one")
@click.argument("other")
@as_json
def swap(day: datetime, one: str, other: str, *, json_: bool) -> None:
    """Let ONE and OTHER change places for the duties that begin on DAY."""
    with records() as store, store.open() as office:
        try:
            change_places(office, Swap(day.date(), one, other), is_working_day)
        except Refused as no:
            raise click.ClickException(word("not_rung_back", no.reason).format(**no.facts)) from no
        office.commit()
    if json_:
        click.echo(json.dumps({"day": f"{day:%Y-%m-%d}", "one": one, "other": other}, ensure_ascii=False))
        return
    click.echo(f"{one} and {other} change places on {day:%Y-%m-%d}")


def _moment(at: str) -> datetime:
    try:
        return datetime.fromisoformat(at).replace(tzinfo=TOWN_TIME)
    except ValueError as error:
        raise click.BadParameter("write it like 2026-11-28T20:00", param_hint="--at") from error


def _day(moment: datetime) -> date:
    return moment.astimezone(TOWN_TIME).date()


def _line_up(roster: DutyRoster, line: Line, at: datetime, fallback: str) -> list[View]:
    people = roster.line_up(line, at, is_working_day, fallback=fallback)
    return [{"order": n, "name": p.name, "number": p.number} for n, p in enumerate(people, start=1)]


def _roster(roster: DutyRoster) -> list[View]:
    return [
        {
            "line": str(duty.line),
            "days": str(duty.days),
            "from": f"{duty.begins:%H:%M}",
            "to": f"{duty.ends:%H:%M}",
            "order": duty.order,
            "name": duty.person.name,
            "number": duty.person.number,
            "username": duty.person.username,
        }
        for duty in roster.duties
    ]
