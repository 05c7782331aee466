"""`hotline bench pages`: how long every page takes, with several people at once, on a database that is filled."""

from __future__ import annotations

import json
import os
import secrets
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from random import Random

import click
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from hotline.bootstrap import open_desk
from hotline.clock import utc_now
from hotline.commands.bench_calls import fill_records
from hotline.commands.bench_cases import bench_store
from hotline.commands.bench_database import database_option
from hotline.config import Settings
from hotline.console.application import console
from hotline.console.crawl import reached
from hotline.console.doorkeeper import seal_of
from hotline.console.parts import Parts
from hotline.staff_pages import console_parts
from hotline.store.staff_sessions import StaffSessions
from hotline.store.tables import CallRow, GrievanceRow, StaffRow
from hotline.store.unit_of_work import Store
from hotline.town import read_town
from ivr.evaluation.figures import percentile

BAR_MS = 150
MADE_UP_USER = "bench"


@dataclass(frozen=True)
class Load:
    """How the pages are asked for: by so many, each so many times, with so many seconds to read one."""

    users: int
    rounds: int
    pause: float


@click.command()
@click.option("--users", default=10, show_default=True, type=click.IntRange(1, 64), help="So many at once.")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1), help="Times each opens a page.")
@click.option(
    "--pause", default=0.0, show_default=True, type=click.FloatRange(0), help="Seconds between two pages."
)
@click.option(
    "--as", "who", help="Whose pages of the configured town: a user name; their session ends afterwards."
)
@click.option(
    "--calls", type=click.IntRange(100, 1_000_000), help="Of a made-up town instead, with so many calls."
)
@database_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def pages(
    *, users: int, rounds: int, pause: float, who: str | None, calls: int | None, database: str, as_json: bool
) -> None:
    """Open every page that WHO reaches, by many at once, in this process; the median and the 95th percentile.

    Exit code 1 if a page's 95th percentile is over 150 ms.
    """
    if bool(who) == bool(calls):
        raise click.UsageError("say --as WHO for the configured town, or --calls N for a made-up one")
    load = Load(users, rounds, pause)
    with made_up(calls, database) if calls else configured() as settings:
        slow = _open_pages(settings, who or MADE_UP_USER, load, as_json=as_json)
    if slow:
        raise SystemExit(1)


def _open_pages(settings: Settings, who: str, load: Load, *, as_json: bool) -> bool:
    """Whether any page is slow; prints them all."""
    desk = open_desk(settings, read_town(learnt=settings.learnt))
    parts = console_parts(settings, desk.store, desk.newest, lambda _ids: None)
    app = Flask("bench")
    app.register_blueprint(console(replace(parts, hasher=PasswordHasher())))
    token, person = _session(parts, who)
    try:
        found = reached(app, _client(app, token, person))
        times = _measure(lambda: _client(app, token, person), found, load)
        return _tell(times, _sizes(desk.store), load, as_json=as_json)
    finally:
        _end(parts, who)
        desk.store.close()


@contextmanager
def configured() -> Iterator[Settings]:
    yield Settings.from_environment(os.environ)


@contextmanager
def made_up(calls: int, database: str) -> Iterator[Settings]:
    """A town of so many calls with a supervisor in it, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder, bench_store(database, folder) as store:
        fill_records(store, calls)
        with store.open() as office:
            nobodys = PasswordHasher().hash(secrets.token_urlsafe())
            row = StaffRow(username=MADE_UP_USER, name="周正平", role="supervisor", password_hash=nobodys)
            row.created_at = utc_now()
            office.session.add(row)
            office.commit()
        url = store.engine.url.render_as_string(hide_password=False)
        yield Settings.from_environment({"HOTLINE_DATA_DIR": folder, "HOTLINE_DATABASE_URL": url})


def _session(parts: Parts, who: str) -> tuple[str, StaffRow]:
    with parts.store.open() as office:
        person = office.session.get(StaffRow, who)
        if person is None:
            raise click.BadParameter(f"nobody is called {who}: hotline staff list", param_hint="--as")
        token = StaffSessions(office.session).begin(who, utc_now(), "bench", "bench")
        office.commit()
    return token, person


def _end(parts: Parts, who: str) -> None:
    with parts.store.open() as office:
        for row in StaffSessions(office.session).standing(who, utc_now()):
            if row.browser == "bench":
                row.ended_at = utc_now()
        office.commit()


def _client(app: Flask, token: str, person: StaffRow) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(token=token, seal=seal_of(person))
    return client


def _measure(
    client_of: Callable[[], FlaskClient], found: Mapping[str, str], load: Load
) -> Mapping[str, list[float]]:
    """Milliseconds by rule. Everybody opens every page in an order of their own."""
    times: dict[str, list[float]] = defaultdict(list)

    def work(number: int) -> None:
        client, dice = client_of(), Random(number)
        order = list(found.items()) * load.rounds
        dice.shuffle(order)
        for rule, address in order:
            time.sleep(dice.uniform(0, 2 * load.pause))
            begun = time.perf_counter()
            answer = client.get(address)
            length = len(answer.data)
            times[rule].append((time.perf_counter() - begun) * 1000 if length else 0.0)
            answer.close()

    with ThreadPoolExecutor(load.users) as pool:
        list(pool.map(work, range(load.users)))
    return times


def _sizes(store: Store) -> Mapping[str, int]:
    with store.open() as office:
        count = func.count()
        return {
            "calls": office.session.scalar(select(count).select_from(CallRow)) or 0,
            "cases": office.session.scalar(select(count).select_from(GrievanceRow)) or 0,
        }


def _tell(times: Mapping[str, list[float]], kept: Mapping[str, int], load: Load, *, as_json: bool) -> bool:
    rows = {
        rule: {"n": len(ms), "median": round(statistics.median(ms), 1), "p95": round(percentile(ms, 0.95), 1)}
        for rule, ms in times.items()
    }
    slow = [rule for rule, row in rows.items() if row["p95"] > BAR_MS]
    if as_json:
        click.echo(json.dumps({**asdict(load), **kept, "bar_ms": BAR_MS, "pages": rows, "slow": slow}))
        return bool(slow)
    table = Table(
        "page", "n", "median ms", "p95 ms", title=f"{load.users} at once, {load.pause} s between pages, {kept}"
    )
    for rule, row in sorted(rows.items(), key=lambda item: -item[1]["p95"]):
        table.add_row(rule, str(row["n"]), str(row["median"]), str(row["p95"]))
    Console().print(table)
    return bool(slow)
