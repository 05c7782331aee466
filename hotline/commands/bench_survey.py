"""`hotline bench survey`: how fast a large week is drawn, and its calls are worked while the records grow."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert

from hotline.commands.bench_database import database_of, database_option
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.calling import CallingRules, ContactRules
from hotline.domain.surveys.campaign import SurveyRules
from hotline.store import ringing
from hotline.store.ringing import Leave, Told
from hotline.store.survey_draw import Wish, keep_draw
from hotline.store.survey_steps import Work
from hotline.store.tables import AppointmentRow
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade
from tasks.surveys import go_on

WEEK, DAY = "2026-W47", date(2026, 11, 18)
BEGINS = datetime(2026, 11, 23, 9, 0, tzinfo=TOWN_TIME)
CLERKS = 40
WANTED = {"draw_s": 10.0, "calls_a_second": 50.0}
"""Asked for by the issue this was built from, on two cores."""
AT_ONCE = 500
RULES = ContactRules(replace(CallingRules(), apart=timedelta(0)))


@dataclass
class _Clock:
    """Stands in the middle of the calling hours and goes on a little with every call."""

    now: datetime = BEGINS

    def __call__(self) -> datetime:
        return self.now


@click.command("survey")
@click.option("--residents", default=100_000, show_default=True, type=click.IntRange(100, 1_000_000))
@click.option("--calls", default=3000, show_default=True, type=click.IntRange(0, 1_000_000), help="To be worked.")
@database_option
@click.option("--plot", type=click.Path(path_type=Path), help="Draw calls a second against rows into this file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def bench_survey(residents: int, calls: int, database: str, plot: Path | None, *, as_json: bool) -> None:
    """Draw a week in which so many were served, everybody of them, and work calls of that campaign."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="hotline-bench-"))
        url = stack.enter_context(database_of(database, Path(folder)))
        upgrade(url)
        store = Store(url)
        _serve(store, residents)
        drawn = _timed(lambda: _draw(store, residents))
        speeds = list(_dialled(store, calls))
        store.close()
    if plot is not None and speeds:
        _plot(plot, speeds)
    _tell(residents, drawn, speeds, as_json=as_json)


def _serve(store: Store, residents: int) -> None:
    at = datetime(DAY.year, DAY.month, DAY.day, 9, tzinfo=TOWN_TIME)
    usual: dict[str, Any] = {"name": "", "village": "V01", "conversation": "", "status": "done", "held_seat": None}
    usual |= {"service": "12", "place": "window", "desk": "window", "starts_at": at, "created_at": at}
    usual |= {"first_cell": 0, "end_cell": 2}

    def kept(n: int) -> dict[str, Any]:
        return {**usual, "code": f"{n:06}", "number": f"138{n:08}", "clerk": f"C{n % CLERKS:02}"}

    with store.open() as office:
        for start in range(0, residents, 10_000):
            rows = [kept(n) for n in range(start, min(residents, start + 10_000))]
            office.session.execute(insert(AppointmentRow), rows)
        office.commit()


def _draw(store: Store, residents: int) -> None:
    with store.open() as office:
        keep_draw(office, Wish(WEEK, "7", "bench", residents), BEGINS)
        office.commit()


def _timed(act: Callable[[], None]) -> tuple[float, float]:
    """Seconds by the clock, and of this process: on a busy machine they differ."""
    begun, worked = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - begun, time.process_time() - worked


def _dialled(store: Store, calls: int) -> Iterator[tuple[int, float, float]]:
    """After each batch: attempts on record, and calls a second by the clock and of one core."""
    clock = _Clock()
    work = Work(SurveyRules(calls_at_once=AT_ONCE), RULES.calling, lambda _: "")
    done = waiting = 0
    begun, worked = time.perf_counter(), time.process_time()
    while done < calls:
        batch: list[int] = []
        go_on(store, work, lambda step, into=batch: into.extend(step.calls), clock, breath=0)  # type: ignore[misc]
        for call in batch:
            _ring(store, call, clock.now)
        done, waiting = done + len(batch), waiting + len(batch)
        if not batch:
            clock.now += timedelta(minutes=30)
        if waiting >= AT_ONCE or done >= calls:
            spent, of_core = time.perf_counter() - begun, time.process_time() - worked
            yield done, waiting / spent, waiting / of_core
            waiting, begun, worked = 0, time.perf_counter(), time.process_time()


def _ring(store: Store, call: int, now: datetime) -> None:
    """One call through the gate, as a worker and the carrier's reports make it: nobody answers."""
    with store.open() as office:
        leave = ringing.take_leave(office, call, RULES.calling, now)
        office.commit()
    if not isinstance(leave, Leave):
        return
    for status in ("queued", "no-answer"):
        with store.open() as office:
            ringing.report(office, call, Told(f"CA{call}", status), (RULES.calling, now))
            office.commit()


def _plot(path: Path, speeds: list[tuple[int, float, float]]) -> None:
    figure = import_module("matplotlib.figure").Figure(figsize=(7, 4), layout="constrained")  # slow to import
    axes = figure.subplots()
    rows = [one[0] for one in speeds]
    axes.plot(rows, [one[1] for one in speeds], marker="o", label="by the clock")
    axes.plot(rows, [one[2] for one in speeds], marker=".", label="of one core")
    axes.axhline(WANTED["calls_a_second"], linestyle="--", color="grey", label="wanted")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("attempts on record")
    axes.set_ylabel("calls a second")
    axes.legend()
    figure.savefig(path, dpi=120)


def _tell(
    residents: int, drawn: tuple[float, float], speeds: list[tuple[int, float, float]], *, as_json: bool
) -> None:
    found: dict[str, Any] = {
        "residents": residents,
        "cores": os.cpu_count(),
        "draw_s": round(drawn[0], 2),
        "draw_cpu_s": round(drawn[1], 2),
        "by_rows": [[rows, round(clock, 1), round(core, 1)] for rows, clock, core in speeds],
        "wanted": WANTED,
    }
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    table = Table("attempts on record", "calls a second", "calls a second of one core")
    for rows, clock, core in speeds:
        table.add_row(str(rows), f"{clock:.0f}", f"{core:.0f}")
    console = Console()
    console.print(f"{residents} residents drawn in {drawn[0]:.2f} s ({drawn[1]:.2f} s of one core)")
    console.print(table)
