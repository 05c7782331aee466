"""`hotline bench bookings`: bookings a second, and how long the search for free times takes."""

from __future__ import annotations

import json
import os
import random
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select, text

from hotline.commands.bench_database import database_of, database_option
from hotline.domain.calendar import TOWN_TIME, Hours, Place, Timetable
from hotline.domain.catalogue import Town
from hotline.domain.visits import time_of
from hotline.holidays import is_working_day
from hotline.store.tables import AppointmentRow
from hotline.store.unit_of_work import Office, Store
from hotline.store.upgrade import upgrade
from hotline.town import read_town
from ivr.clerk import Clerk, OfficeRules
from ivr.clerking import appointments as booking
from ivr.contact import Contact
from ivr.evaluation.figures import percentile

BEGINS = datetime(2026, 11, 30, 6, tzinfo=TOWN_TIME)
CLERKS = 20
ON_RECORD = 10_000
SEARCHES = 100
WANTED = {"bookings_a_second": {"postgresql": 500, "sqlite": 200}, "search_ms": 20}
"""Asked for by the issue this was built from, on two cores."""
HOURS = Timetable(
    daytime=(Hours(*map(datetime.time, (BEGINS.replace(hour=8), BEGINS.replace(hour=18)))),),
    evening=(Hours(*map(datetime.time, (BEGINS.replace(hour=18), BEGINS.replace(hour=20)))),),
    horizon_days=28,
    capacity=((Place.WINDOW, CLERKS), (Place.VILLAGE, 1), (Place.HOME, 1)),
)
TOLD = {"service": "2", "place": "window", "village": "V01", "name": "王桂花", "name_recording": ""}
"""What a resident has said by then, but for the time; it takes half an hour."""


@dataclass(frozen=True)
class Work:
    """What one process books."""

    url: str
    worker: int
    numbers: Sequence[int] = field(repr=False)


def rules_of(town: Town) -> OfficeRules:
    """A window with twenty people, twelve hours a day for four weeks."""
    return OfficeRules(town, HOURS, is_working_day)


def places() -> list[datetime]:
    """Every place of the four weeks, each as often as there are people, in an order that spreads the load."""
    first = int(BEGINS.replace(hour=8).timestamp() // 900)
    starts = [time_of(first + day * 96 + 2 * n) for day in range(28) for n in range(24)] * CLERKS
    random.Random(1).shuffle(starts)
    return starts


@click.command()
@database_option
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 32), help="Processes that book.")
@click.option("--count", "wanted", default=2000, show_default=True, type=click.IntRange(10, ON_RECORD))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def bookings(database: str, workers: int, wanted: int, *, as_json: bool) -> None:
    """Book places from several processes at once, each with its text in one transaction; then search."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="hotline-bench-"))
        url = stack.enter_context(database_of(database, Path(folder)))
        upgrade(url)
        _must_be_empty(url)
        figures = {**settings_of(url), **rate(url, workers, wanted), **search(url)}
    if as_json:
        click.echo(json.dumps(figures, indent=1))
        return
    table = Table("", "measured", "wanted")
    for name, value in figures.items():
        bar: Any = WANTED.get(name, "")
        bar = bar.get(figures["database"], "") if isinstance(bar, dict) else bar
        table.add_row(name.replace("_", " "), str(value), str(bar))
    Console().print(table)


def _must_be_empty(url: str) -> None:
    """Places that are taken already cannot be booked. Raises ClickException."""
    store = Store(url)
    with store.open() as office:
        kept = office.session.scalar(select(func.count()).select_from(AppointmentRow))
    store.close()
    if kept:
        raise click.ClickException(f"there are {kept} appointments in that database: give an empty one")


def settings_of(url: str) -> dict[str, Any]:
    """What the figures depend on: the database, and whether a commit waits for the disk."""
    store = Store(url)
    with store.open() as office:
        kind = office.session.get_bind().dialect.name
        asked = "PRAGMA synchronous" if kind == "sqlite" else "SHOW synchronous_commit"
        found = {"synchronous": office.session.scalar(text(asked))}
        if kind == "postgresql":
            found["fsync"] = office.session.scalar(text("SHOW fsync"))
    store.close()
    return {"database": kind, "cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1), **found}


def rate(url: str, workers: int, wanted: int) -> dict[str, Any]:
    """Bookings a second over all processes, from the first's start to the last's end."""
    work, spawn = [Work(url, n, range(n, wanted, workers)) for n in range(workers)], get_context("spawn")
    with ProcessPoolExecutor(workers, spawn, _wait_at, (spawn.Barrier(workers, timeout=60),)) as pool:
        done = list(pool.map(_book_all, work))
    seconds = max(end for _, end, _ in done) - min(begin for begin, _, _ in done)
    times = [ms for _, _, each in done for ms in each]
    return {
        "workers": workers,
        "bookings": len(times),
        "bookings_a_second": round(len(times) / seconds),
        "booking_ms_median": round(percentile(times, 0.5), 2),
        "booking_ms_p95": round(percentile(times, 0.95), 2),
    }


def search(url: str) -> dict[str, Any]:
    """How long the free times of four weeks take with ten thousand appointments of twenty people on record."""
    store, rules = Store(url), rules_of(read_town())
    _fill(store, rules)
    times = []
    for _ in range(SEARCHES):
        with store.open() as office:
            begun = time.perf_counter()
            free = booking.free_times(_clerk(rules, office, 0), TOLD)
            times.append((time.perf_counter() - begun) * 1000)
    store.close()
    return {
        "searched": ON_RECORD,
        "free_found": len(free),
        "search_ms": round(percentile(times, 0.5), 1),
        "search_ms_p95": round(percentile(times, 0.95), 1),
    }


def _fill(store: Store, rules: OfficeRules) -> None:
    with store.open() as office:
        missing = ON_RECORD - len(office.appointments.all())
    every = places()[ON_RECORD - missing :]
    for begin in range(0, missing, 500):
        with store.open() as office:
            for number in range(begin, min(begin + 500, missing)):
                _book(office, rules, every[number], 500_000 + number)
            office.commit()
        with store.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()


_GATE: list[Barrier] = []


def _wait_at(gate: Barrier) -> None:
    """Whoever is started and connected waits for the others, so that none takes the work of two."""
    _GATE[:] = [gate]


def _book_all(work: Work) -> tuple[float, float, list[float]]:
    store, rules, every = Store(work.url), rules_of(read_town()), places()
    with store.open() as office:
        office.session.scalar(select(func.count()).select_from(AppointmentRow))
    _GATE[0].wait()
    begin, times = time.time(), []
    for number in work.numbers:
        begun = time.perf_counter()
        with store.open() as office:
            _book(office, rules, every[number], 100_000 + number)
            office.commit()
        times.append((time.perf_counter() - begun) * 1000)
    ended = time.time()
    store.close()
    return begin, ended, times


def _book(office: Office, rules: OfficeRules, at: datetime, number: int) -> None:
    """As the telephone books: the place, the resident, the confirming text. Raises KeyError if it is refused."""
    booking.book(_clerk(rules, office, number), {**TOLD, "starts_at": at.strftime("%Y-%m-%dT%H:%M")})["code"]


def _clerk(rules: OfficeRules, office: Office, number: int) -> Clerk:
    caller = Contact(f"139{number:08}", "voice", f"CA{number}")
    return Clerk(rules, office, caller, f"bench-{number}", BEGINS - timedelta(hours=2), 0)
