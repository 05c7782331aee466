"""`hotline bench pages`: how long every page takes, with several people at once, on a database that is filled."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
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


@click.command()
@click.option("--users", default=10, show_default=True, type=click.IntRange(1, 64), help="So many at once.")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1), help="Times each opens a page.")
@click.option("--as", "who", required=True, help="Whose pages: a user name; their session ends afterwards.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def pages(users: int, rounds: int, who: str, *, as_json: bool) -> None:
    """Open every page that WHO reaches, by many at once, in this process; the median and the 95th percentile.

    On the configured database. Exit code 1 if a page's 95th percentile is over 150 ms.
    """
    settings = Settings.from_environment(os.environ)
    desk = open_desk(settings, read_town(learnt=settings.learnt))
    parts = console_parts(settings, desk.store, desk.newest, lambda _ids: None)
    app = Flask("bench")
    app.register_blueprint(console(replace(parts, hasher=PasswordHasher())))
    token, person = _session(parts, who)
    try:
        found = reached(app, _client(app, token, person))
        times = _measure(lambda: _client(app, token, person), found, users, rounds)
        kept = _sizes(desk.store)
    finally:
        _end(parts, who)
        desk.store.close()
    slow = _tell(times, kept, users, as_json=as_json)
    if slow:
        raise SystemExit(1)


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


def _measure(client_of: object, found: Mapping[str, str], users: int, rounds: int) -> Mapping[str, list[float]]:
    """Milliseconds by rule. Everybody opens every page in an order of their own."""
    times: dict[str, list[float]] = defaultdict(list)

    def work(number: int) -> None:
        client: FlaskClient = client_of()  # type: ignore[operator]
        order = list(found.items()) * rounds
        Random(number).shuffle(order)
        for rule, address in order:
            begun = time.perf_counter()
            answer = client.get(address)
            length = len(answer.data)
            times[rule].append((time.perf_counter() - begun) * 1000 if length else 0.0)
            answer.close()

    with ThreadPoolExecutor(users) as pool:
        list(pool.map(work, range(users)))
    return times


def _sizes(store: Store) -> Mapping[str, int]:
    with store.open() as office:
        count = func.count()
        return {
            "calls": office.session.scalar(select(count).select_from(CallRow)) or 0,
            "cases": office.session.scalar(select(count).select_from(GrievanceRow)) or 0,
        }


def _tell(times: Mapping[str, list[float]], kept: Mapping[str, int], users: int, *, as_json: bool) -> bool:
    rows = {
        rule: {"n": len(ms), "median": round(statistics.median(ms), 1), "p95": round(percentile(ms, 0.95), 1)}
        for rule, ms in times.items()
    }
    slow = [rule for rule, row in rows.items() if row["p95"] > BAR_MS]
    if as_json:
        click.echo(json.dumps({"users": users, **kept, "bar_ms": BAR_MS, "pages": rows, "slow": slow}))
        return bool(slow)
    table = Table("page", "n", "median ms", "p95 ms", title=f"{users} at once, {kept}")
    for rule, row in sorted(rows.items(), key=lambda item: -item[1]["p95"]):
        table.add_row(rule, str(row["n"]), str(row["median"]), str(row["p95"]))
    Console().print(table)
    return bool(slow)
