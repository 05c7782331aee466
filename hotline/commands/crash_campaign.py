"""`hotline crash-campaign`: a campaign rings hundreds while service, worker, Redis and database are killed."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from hotline.commands.crash_progress import followed
from hotline.commands.crash_test import DATABASES
from hotline.crash.campaign import Outcome, Storm, storm


@click.command()
@click.option("--calls", default=500, show_default=True, type=click.IntRange(1, 900))
@click.option("--kills", default=40, show_default=True, type=click.IntRange(0, 400))
@click.option("--seed", "seeds", multiple=True, type=int, help="1; several are tried one after the other.")
@click.option(
    "--database", "databases", multiple=True, type=click.Choice(DATABASES), help="SQLite; give both to try both."
)
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), help="Keep logs and data here.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def crash_campaign(
    seeds: tuple[int, ...], databases: tuple[str, ...], keep: Path | None, *, as_json: bool, **wanted: int
) -> None:
    """Ring CALLS residents back while everything is killed; exit 1 if anybody is rung twice, outside the hours or
    after a no, or if an answer is lost, double, or not once in the ledger. Nothing of this town is touched."""
    logging.getLogger("ivr.exchange").setLevel(logging.CRITICAL)  # every lost answer would be an alert
    console, found = Console(stderr=as_json), []
    with tempfile.TemporaryDirectory(prefix="hotline-storm-") as folder:
        for database in databases or DATABASES[:1]:
            for seed in seeds or (1,):
                place = (keep or Path(folder)) / f"{database}-{seed}"
                trial = Storm(seed=seed, database=database, folder=place, **wanted)
                found.append((trial, _try(trial, console)))
                if not as_json:
                    _show(console, *found[-1])
    if as_json:
        click.echo(json.dumps([_as_dict(*one) for one in found], ensure_ascii=False))
    _last_word([outcome for _, outcome in found], err=as_json)


def _try(trial: Storm, console: Console) -> Outcome:
    trial.folder.mkdir(parents=True, exist_ok=True)
    return followed(console, trial.database, trial.calls, partial(storm, trial))


def _show(console: Console, trial: Storm, outcome: Outcome) -> None:
    kinds = Counter(kill.kind for kill in outcome.kills)
    live = sum(kill.conversations > 0 for kill in outcome.kills)
    console.print(
        f"\n[bold]{trial.database}, seed {trial.seed}[/]: {outcome.seconds:.0f} s, load {os.getloadavg()}"
    )
    console.print("killed: " + ", ".join(f"{kind} {n}" for kind, n in sorted(kinds.items())))
    console.print(f"kills with calls under way: {live} of {len(outcome.kills)}")
    console.print(f"webhooks: {outcome.requests}, without an answer: {outcome.failed}")
    for name, figure in outcome.found.figures.items():
        console.print(f"{name}: {figure}")
    for kind in ("lost", "double", "wrong"):
        for line in getattr(outcome.found, kind):
            console.print(f"[red]{kind}[/] {line}")


def _as_dict(trial: Storm, outcome: Outcome) -> dict[str, Any]:
    found = outcome.found
    return {
        "database": trial.database,
        "seed": trial.seed,
        "kills": len(outcome.kills),
        "seconds": round(outcome.seconds),
        "figures": dict(found.figures),
        "lost": found.lost,
        "double": found.double,
        "wrong": found.wrong,
    }


def _last_word(outcomes: list[Outcome], *, err: bool) -> None:
    lost, double, wrong = (
        sum(len(getattr(one.found, what)) for one in outcomes) for what in ("lost", "double", "wrong")
    )
    rung = sum(one.found.figures["telephones rung"] for one in outcomes)
    kills = sum(len(one.kills) for one in outcomes)
    click.echo(f"crash-campaign: {rung} rung, {kills} kills, {lost} lost, {double} double, {wrong} wrong", err=err)
    if lost or double or wrong:
        raise SystemExit(1)
