"""`hotline bench dial`: a campaign's calls go out through the built-in exchange while the records grow."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from hotline.commands.bench_database import database_of, database_option
from hotline.commands.bench_dial_run import Bench, Speed, measure

WANTED = 50.0
"""Calls a second, asked for by the issue this was built from, on two cores."""

OF_AN_HOUR = 8
"""Residents drawn for each who is certainly rung in the hour that is measured."""


@click.command("dial")
@click.option("--residents", default=100_000, show_default=True, type=click.IntRange(100, 1_000_000))
@click.option("--calls", default=500, show_default=True, type=click.IntRange(10, 100_000), help="At each size.")
@click.option("--rows", multiple=True, type=click.IntRange(0), help="Attempts on record before; more than one.")
@click.option("--diallers", default=4, show_default=True, type=click.IntRange(1, 16), help="Threads that ring.")
@database_option
@click.option("--plot", type=click.Path(path_type=Path), help="Draw calls a second against rows into this file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def bench_dial(
    rows: tuple[int, ...], database: str, plot: Path | None, *, as_json: bool, **wanted: object
) -> None:
    """Ring residents of a large campaign: a real service, webhooks over HTTP, text telephones that decline.

    What a worker does is done by threads of one process: RQ's own fork for each job is not in it.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hotline-bench-")))
        url = stack.enter_context(database_of(database, folder))
        bench = Bench(folder, rows or (0, 25_000, 50_000, 100_000), url, **wanted)  # type: ignore[arg-type]
        if (needed := bench.calls * len(bench.rows) * OF_AN_HOUR) > bench.residents:
            raise click.ClickException(
                f"calls are spread over the day, one in {OF_AN_HOUR} falls in an hour: give --residents {needed}"
            )
        measured = asyncio.run(measure(bench))
    speeds = measured.speeds
    if plot is not None:
        _plot(plot, speeds)
    if as_json:
        rows_ = [asdict(one) | {"calls_a_second": one.calls_a_second} for one in speeds]
        planning = {"people": measured.planned, "seconds": measured.planning_s}
        told = {"cores": os.cpu_count(), "wanted": WANTED, "planning": planning, "by_rows": rows_}
        click.echo(json.dumps(told, indent=1))
        return
    cores = [f"{one}, core ms a call" for one in ("exchange", "service", "diallers")]
    table = Table("attempts on record", "calls a second", "webhooks a call", *cores, "load before")
    for one in speeds:
        spent = (1000 * s / one.calls for s in (one.exchange_s, one.service_s, one.diallers_s))
        numbers = (one.calls_a_second, one.webhooks / one.calls, *spent, one.load)
        table.add_row(str(one.rows), *(f"{number:.3g}" for number in numbers))
    Console().print(f"first calls of {measured.planned} people planned in {measured.planning_s:.3g} s", table)


def _plot(path: Path, speeds: list[Speed]) -> None:
    figure = import_module("matplotlib.figure").Figure(figsize=(7, 4), layout="constrained")  # slow to import
    axes = figure.subplots()
    rows = [one.rows for one in speeds]
    axes.plot(rows, [one.calls_a_second for one in speeds], marker="o", label="by the clock")
    cores = os.cpu_count() or 1
    axes.plot(
        rows, [cores * one.calls / one.core_s for one in speeds], marker=".", label="if the cores were its own"
    )
    axes.axhline(WANTED, linestyle="--", color="grey", label="wanted")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("attempts on record")
    axes.set_ylabel("calls a second through the exchange")
    axes.legend()
    figure.savefig(path, dpi=120)
