"""`hotline listening`: who stops to think is cut off how often; what stops a prompt, and how soon."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from asr_models.end_of_speech import Patience
from asr_models.recogniser import SpeechError
from asr_models.store import ModelStore
from asr_models.whisper_recogniser import WhisperRecogniser
from hotline.commands.evaluate import CORPORA
from ivr.evaluation import interruptions, pauses
from ivr.evaluation.corpus import SPLITS, CorpusError


@click.command()
@click.option("--split", type=click.Choice(SPLITS[1:]), default="test", show_default=True)
@click.option("--report", "where", type=click.Path(path_type=Path, file_okay=False), help="The picture goes here.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def listening(split: str, where: Path | None, *, as_json: bool) -> None:
    """Say answers with pauses of 0.5 to 2.5 s in them, and talk, cough and murmur into a prompt."""
    console = Console(stderr=as_json)
    try:
        found = _measured(split, console)
    except (SpeechError, CorpusError) as error:
        raise click.ClickException(str(error)) from error
    if where:
        where.mkdir(parents=True, exist_ok=True)
        (where / "listening.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf8")
        import_module("ivr.evaluation.listening_plots").pauses_plot(where / "pauses.svg", found["pauses"])
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for table in (_pauses_table(found["pauses"]), _barge_in_table(found["barge_in"])):
        console.print(table)


def _measured(split: str, console: Console) -> dict[str, Any]:
    ears = WhisperRecogniser(ModelStore().path("whisper-base"))
    answers = pauses.broken(pauses.read(CORPORA / "pauses.tsv", split), split)
    sounds = interruptions.sounds(split)
    with Progress(console=console) as progress:
        thinking = progress.add_task("pauses", total=len(answers))
        talking = progress.add_task("barge-in", total=len(sounds))
        return {
            "split": split,
            "pauses": pauses.curve(answers, ears, lambda: progress.advance(thinking)),
            "barge_in": interruptions.measure(sounds, Patience(), lambda: progress.advance(talking)),
        }


def _pauses_table(curve: dict[str, Any]) -> Table:
    table = Table("decides", "patience", "cut off", "cut unanswered", *map(str, pauses.PAUSES_S), "delay s")
    for name, points in curve.items():
        for one in points:
            by_pause = [f"{share['share']:.0%}" for share in one["cut_by_pause_s"].values()]
            cut, unanswered = f"{one['cut']['share']:.1%}", f"{one['cut_unanswered']['share']:.1%}"
            delay = f"{one['delay_s']['median']} / {one['delay_s']['p95']}"
            table.add_row(name, str(one["patience"]), cut, unanswered, *by_pause, delay)
    return table


def _barge_in_table(found: dict[str, Any]) -> Table:
    table = Table("over a prompt", "n", "stopped it", "after s (median / 95th)")
    for kind, row in found.items():
        after = f"{row['after_s']['median']} / {row['after_s']['p95']}" if row["stopped"] else "-"
        table.add_row(kind, str(row["n"]), str(row["stopped"]), after)
    return table
