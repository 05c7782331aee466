"""`hotline catalogue hours`: who serves when, day by day."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from hotline.clock import utc_now
from hotline.commands.lists import as_json
from hotline.config import Settings
from hotline.domain.calendar import TOWN_TIME, Hours, Timetable
from hotline.domain.catalogue import Town
from hotline.domain.rosters import Shift
from hotline.domain.town_document import rota_of
from hotline.domain.weekly_rota import OpenHours, WeeklyRota, open_hours
from hotline.holidays import official
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade
from hotline.town import current_town
from hotline.words import word


@click.command()
@click.option(
    "--desk", default="", help="window, home, village:V03, window:2, or village for all; all desks if not given."
)
@click.option("--from", "since", default="", help="The first day, like 2026-12-01; today if not given.")
@click.option("--days", default=14, show_default=True, type=click.IntRange(1, 366), help="So many days.")
@as_json
def hours(*, desk: str, since: str, days: int, json_: bool) -> None:
    """Who serves when: office hours, and extended hours by appointment."""
    first = _first(since)
    settings = Settings.from_environment(os.environ)
    upgrade(settings.database_url)
    store = Store(settings.database_url)
    with store.open() as office:
        town = current_town(office)
    store.close()
    rota = rota_of(town, official)
    desks = frozenset(d.id for d in rota.desks() if not desk or desk in (d.id, str(d.kind)))
    if not desks:
        known = ", ".join(d.id for d in rota.desks())
        raise click.BadParameter(f"{desk!r} is no desk: one of {known}", param_hint="--desk")
    views = [_view(town, rota, first + timedelta(days=n), desks) for n in range(days)]
    if json_:
        click.echo(json.dumps(views, ensure_ascii=False, indent=1))
    else:
        _show(views)


def _first(since: str) -> date:
    try:
        return date.fromisoformat(since) if since else utc_now().astimezone(TOWN_TIME).date()
    except ValueError as bad:
        raise click.BadParameter(f"{since!r} is no day: write it like 2026-12-01", param_hint="--from") from bad


def _view(town: Town, rota: WeeklyRota, day: date, desks: frozenset[str]) -> dict[str, Any]:
    open_ = open_hours(rota, day, Timetable(), desks)
    on = rota.on(day)
    shifts = [shift for desk in (d.id for d in town.desks) if desk in desks for shift in on.get(desk, ())]
    return {
        "date": day.isoformat(),
        "weekday": word("weekday", str(day.isoweekday())),
        "kind": str(open_.day.kind),
        "holiday": open_.day.name,
        "market": rota.calendar.is_market(day),
        "works": open_.day.works,
        "ordinary": _spans(open_.ordinary),
        "extended": _spans(open_.extended),
        "shifts": [_shift(town, shift, open_) for shift in shifts],
    }


def _spans(found: Sequence[Hours]) -> list[str]:
    return [f"{span.first:%H:%M}-{span.last:%H:%M}" for span in found]


def _shift(town: Town, shift: Shift, open_: OpenHours) -> dict[str, Any]:
    clerk = town.clerks.get(shift.clerk)
    begins = shift.begins.time()
    return {
        "desk": shift.desk,
        "clerk": shift.clerk,
        "name": clerk.name if clerk else shift.clerk,
        "begins": _iso(shift.begins),
        "ends": _iso(shift.ends),
        "extended": not any(span.first <= begins < span.last for span in open_.ordinary),
    }


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="minutes")


def _who(shifts: list[dict[str, Any]]) -> list[str]:
    """A line for each person at each desk, with their hours."""
    lines: dict[tuple[str, str], list[str]] = {}
    for shift in shifts:
        span = f"{shift['begins'][11:16]}-{shift['ends'][11:16]}"
        lines.setdefault((shift["desk"], shift["name"]), []).append(span)
    return [f"{desk} {name} {' '.join(spans)}" for (desk, name), spans in lines.items()]


def _show(views: list[dict[str, Any]]) -> None:
    table = Table("day", "kind", "office hours", "extended", "who")
    for view in views:
        marks = [view["kind"], view["holiday"], "market" if view["market"] else ""]
        table.add_row(
            f"{view['date']} {view['weekday']}",
            " ".join(mark for mark in marks if mark),
            "\n".join(view["ordinary"]),
            "\n".join(view["extended"]),
            "\n".join(_who(view["shifts"])).replace("[", "\\["),
        )
    Console().print(table)
