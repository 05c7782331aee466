"""`hotline figures`: what the weekly callback found, never a share without its interval and number."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

import click
from rich.console import Console
from rich.table import Table

from hotline.clock import utc_now
from hotline.commands.lists import as_json, cell, records
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.surveys.summary import KEYS, Summary, summarise
from hotline.reports import periods
from hotline.reports.figures import Names, lines_of, table_of, trend_table, view_of
from hotline.reports.wording import named
from hotline.store.survey_figures import people_between
from hotline.town import current_town

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@as_json
@click.option("--week", default="", help="As 2026-W47.")
@click.option("--month", default="", help="As 2026-11; by default this month.")
@click.option("--quarter", default="", help="As 2026-Q4.")
@click.option("--from", "first", type=DAY, help="With --to: any days.")
@click.option("--to", "last", type=DAY)
@click.option("--by", type=click.Choice(["dimension", *KEYS]), default="dimension", show_default=True)
def figures(*, json_: bool, by: str, first: datetime | None, last: datetime | None, **named_: str) -> None:
    """Satisfaction with intervals, response rates, trend with limits, clerks to look at."""
    period = period_of(named_, first, last)
    with records() as store, store.open() as office:
        names = Names(current_town(office))
        people = people_between(office.session, period.looks_back_to, period.last)
    summary = summarise(people, period.first, period.last)
    if json_:
        click.echo(json.dumps(view_of(summary, names), ensure_ascii=False, indent=1))
        return
    _print(summary, by, names)


def period_of(given: dict[str, str], first: datetime | None, last: datetime | None) -> periods.Period:
    """The one stretch that was named."""
    readers: dict[str, Callable[[str], periods.Period]] = {
        "week": periods.week,
        "month": periods.month,
        "quarter": periods.quarter,
    }
    wanted = [(readers[name], text) for name, text in given.items() if text]
    if len(wanted) + (first is not None or last is not None) > 1:
        raise click.UsageError("name one stretch only: --week, --month, --quarter or --from and --to")
    try:
        if first is not None and last is not None:
            return periods.between(first.date(), last.date())
        if first is not None or last is not None:
            raise click.UsageError("give both --from and --to")
        return wanted[0][0](wanted[0][1]) if wanted else periods.month(f"{_today():%Y-%m}")
    except ValueError as wrong:
        raise click.BadParameter(str(wrong)) from wrong


def _today() -> date:
    return utc_now().astimezone(TOWN_TIME).date()


def _print(summary: Summary, by: str, names: Names) -> None:
    console = Console()
    for line in lines_of(summary, names):
        console.print(line, highlight=False, markup=False)
    console.print(_table((by, "satisfied", "note"), table_of(summary, by, names)))
    if summary.trend:
        console.print(_table(("week", "satisfied", "limits", "signal"), trend_table(summary)))


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """Nothing is cut off: half a figure would be a bare one."""
    table = Table()
    for column in columns:
        table.add_column(named("column", column), overflow="fold")
    for row in rows:
        table.add_row(*map(cell, row))
    return table
