"""`hotline simulate`: runs a planted town in fast time and holds what the survey found against the truth."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from asr_models.opening import open_recogniser
from asr_models.store import ModelStore
from hotline.config import Settings
from hotline.simulation.ears import RealEars
from hotline.simulation.outcome import Outcome, of_figures, of_town
from hotline.simulation.picture import draw_outcome
from hotline.simulation.plan import MOST_CLERKS, Plan
from hotline.simulation.town import CLOSING_WEEKS, Town
from hotline.trouble import Trouble
from ivr.listening import AudioShelf


@click.command()
@click.option("--weeks", default=12, show_default=True, type=click.IntRange(1, 5200))
@click.option("--residents", default=3000, show_default=True, type=click.IntRange(20, 100_000))
@click.option("--seed", default="7", show_default=True, help="The same seed gives the same town to the last word.")
@click.option("--clerks", default=9, show_default=True, type=click.IntRange(2, MOST_CLERKS))
@click.option(
    "--bad-clerk", default="", help="Whose service is planted bad; none: nobody's. Default: by the seed."
)
@click.option("--bad-share", default=0.25, show_default=True, type=click.FloatRange(0, 1))
@click.option(
    "--drawn", default=100, show_default=True, type=click.IntRange(0), help="A week; 0: the office's rule."
)
@click.option(
    "--audio-share", default=0.0, show_default=True, type=click.FloatRange(0, 1), help="Rung by real audio."
)
@click.option(
    "--figures-only", is_flag=True, help="Draw, figures and watch alone: no office, no calls, no database."
)
@click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="Leave the database here; empty now."
)
@click.option(
    "--picture", type=click.Path(path_type=Path, dir_okay=False), help="PNG or SVG of found and planted."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def simulate(*, figures_only: bool, data: Path | None, picture: Path | None, as_json: bool, **given: Any) -> None:
    """Run a planted town in fast time through the real office; print what its survey found against the truth."""
    plan = Plan(**given)
    outcome = _arithmetic(plan) if figures_only else _played(plan, data)
    if picture is not None:
        draw_outcome(outcome, picture)
    if as_json:
        click.echo(json.dumps(outcome.as_json(), ensure_ascii=False, indent=1))
    else:
        show(outcome, Console())
    if outcome.breaches:
        raise Trouble([f"{len(outcome.breaches)} things happened that must not", *outcome.breaches[:10]])


def _arithmetic(plan: Plan) -> Outcome:
    with _progress() as progress:
        task = progress.add_task("weeks", total=plan.weeks)
        return of_figures(plan, lambda: progress.advance(task))


def _played(plan: Plan, data: Path | None) -> Outcome:
    with _folder(data) as folder, _progress() as progress:
        task = progress.add_task("days", total=7 * (plan.weeks + CLOSING_WEEKS))
        town = Town.of(plan, folder, _ears(plan, folder))
        logging.getLogger().setLevel(logging.ERROR)
        try:
            return of_town(town, lambda _day: progress.advance(task))
        finally:
            town.hall.store.close()


def _ears(plan: Plan, folder: Path) -> RealEars | None:
    """The ears of these settings, where any call is to be heard. Raises SpeechError where a model is missing."""
    if not plan.audio_share:
        return None
    settings = Settings.from_environment(os.environ)
    return RealEars(open_recogniser(settings.asr, ModelStore()), AudioShelf(folder / "recordings"))


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    """Where the database lies: where it is wanted, or in memory for as long as the run takes."""
    if data is not None:
        if data.exists() and any(data.iterdir()):
            raise Trouble([f"{data} is not empty: a simulation never writes into an office's records"])
        data.mkdir(parents=True, exist_ok=True)
        yield data
        return
    memory = Path("/dev/shm")  # noqa: S108 - the folder is made safely below
    with tempfile.TemporaryDirectory(
        prefix="hotline-simulation-", dir=memory if memory.is_dir() else None
    ) as made:
        yield Path(made)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    return Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=Console(stderr=True))


def show(outcome: Outcome, console: Console) -> None:
    """The figures as a table, each with its number and interval."""
    told = outcome.as_json()
    table = Table("", "found", "n", "95 % interval", "wanted", title=_title(outcome))
    for name, figure, wanted in _shares(told):
        share = "—" if figure["share"] is None else f"{figure['share']:.1%}"
        low_high = "—" if figure["interval"] is None else "{:.1%} – {:.1%}".format(*figure["interval"])
        table.add_row(name, share, str(figure["n"]), low_high, wanted)
    for name, value, wanted in _others(told):
        table.add_row(name, value, "", "", wanted)
    console.print(table)


def _title(outcome: Outcome) -> str:
    planted = f"{outcome.bad_clerk or 'nobody'} planted bad"
    if outcome.mode == "town":
        return (
            f"{len(outcome.weeks)} weeks, {outcome.plan.residents} residents, seed {outcome.plan.seed}, {planted}"
        )
    return f"FIGURES ONLY (no calls, no office): {len(outcome.weeks)} weeks, seed {outcome.plan.seed}, {planted}"


def _shares(told: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    yield "town's intervals that hold the truth", told["coverage_of"]["town"], "93–97 %"
    for dimension, figure in told["coverage_of"]["dimensions"].items():
        yield f"  {dimension}", figure, ""
    yield "clerks' intervals that hold the truth", told["coverage_of"]["clerks"], ""
    yield "bad clerk found within four weeks", told["found_within_four_weeks"], "found"
    yield "quarters in which a good clerk was accused", told["false_alarms"], "≤ 5 %"


def _others(told: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    weeks = [("not found" if week is None else str(week)) for week in told["found_in_week"]]
    yield (
        "bad clerk found in week, by quarter",
        ", ".join(weeks[:13]) + (" …" if len(weeks) > 13 else "") or "—",
        "",
    )
    chi = told["inclusion"]
    said = f"χ² {chi['chi_square']} on {chi['cells'] - 1}, p {chi['p']}, {chi['draws']} draws"
    yield "chances to be drawn, against the plan", said, "p > 0.01"
    yield "answers a clerk and week", str(told["answers_a_clerk_week"]), ""
    if told["mode"] != "town":
        return
    reached, ledger = told["reached"], told["ledger"]
    yield (
        "drawn, rung, attempts each",
        f"{reached['drawn']}, {reached['attempts']}, {reached['attempts_a_person']}",
        "",
    )
    rates = f"{reached['response']:.1%}, {reached['cooperation']:.1%}, {reached['contact']:.1%}"
    yield "RR1, COOP1, CON1", f"{rates} (n {reached['drawn']})", ""
    yield "how they ended", ", ".join(f"{name} {n}" for name, n in reached["dispositions"].items()), ""
    yield "answered by", ", ".join(f"{name} {n}" for name, n in reached["media"].items()), ""
    if heard := told["by_ear"].get("answers"):
        yield "by real audio: kept as it was said", f"{told['by_ear']['kept_as_said']} of {heard}", ""
    yield "ledger rows", str(ledger["rows"]), ""
    yield "problems rung about in time", f"{ledger['called_in_time']} of {ledger['called']}", ""
    yield "problems mended in time", f"{ledger['mended_in_time']} of {ledger['mended']}", ""
    yield "things that must not happen", str(len(told["breaches"])), "0"
