"""`hotline eval`: how often the right value lands in the right slot: synthetic callers, or a town's recordings."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from asr_models.recogniser import Recogniser, SpeechError
from asr_models.store import ModelStore
from asr_models.whisper_recogniser import WhisperRecogniser
from hotline.town import read_town
from ivr.evaluation import corpus, recordings, report, slots, sweeps, whole_calls, wordings
from ivr.evaluation.callers import Told, tellings
from ivr.evaluation.figures import calibration_error
from ivr.evaluation.line import CLEAN, LINES

CORPORA = Path(__file__).parents[2] / "tests" / "corpora"


@dataclass(frozen=True)
class Wanted:
    """What was asked for on the command line."""

    split: str
    lines: tuple[str, ...]
    only: tuple[str, ...]
    each: int
    calls: int
    sweep: int
    seed: int
    voices: tuple[str, ...]
    without: frozenset[str]
    """Parts that are switched off to see what they are worth: rescoring, folding, expected, policy."""


@dataclass(frozen=True)
class Measured:
    """What came of it: figures as JSON has them, every utterance by line, the lines swept over."""

    figures: dict[str, Any]
    judged: dict[str, list[slots.Judged]]
    points: list[sweeps.Point]


@click.command("eval")
@click.option("--split", type=click.Choice(corpus.SPLITS), default="test", show_default=True)
@click.option(
    "--lines", default="clean,hard", show_default=True, help="Of: clean (20 dB), hard (10 dB, 3 % loss)."
)
@click.option("--slots", "only", default="", help="Only these slots of the corpus, parted by commas.")
@click.option("--each", default=60, show_default=True, type=click.IntRange(1), help="Utterances a slot, at most.")
@click.option("--calls", default=20, show_default=True, help="Whole simulated calls on each line.")
@click.option("--sweep", default=0, show_default=True, help="Utterances on each of 32 lines: noise, loss, level.")
@click.option("--seed", default=1, show_default=True)
@click.option("--voices", default="", help="Whose voices, parted by commas, instead of the split's.")
@click.option("--corpora", type=click.Path(path_type=Path, file_okay=False), default=CORPORA, show_default=False)
@click.option(
    "--recordings", "folder", type=click.Path(path_type=Path, file_okay=False), help="Real speech instead."
)
@click.option("--no-rescoring", is_flag=True, help="Without scoring candidates against the audio.")
@click.option("--no-folding", is_flag=True, help="Words as if typed: no likeness of sound, no audio.")
@click.option("--no-policy", is_flag=True, help="Doubtful values kept, confidence as it was felt.")
@click.option("--no-expected", is_flag=True, help="Without telling the recogniser what is expected.")
@click.option(
    "--report", "where", type=click.Path(path_type=Path, file_okay=False), help="Tables and plots go here."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate(**given: Any) -> None:
    """Say the corpus with synthetic voices over a bad line and count what is understood (about 0.6 s each)."""
    console = Console(stderr=bool(given["as_json"]))
    try:
        ears = WhisperRecogniser(ModelStore().path("whisper-base"))
        if given["folder"]:
            real = recordings.evaluate(given["folder"], ears)
            click.echo(
                json.dumps(real, ensure_ascii=False, indent=1) if given["as_json"] else recordings.told(real)
            )
            return
        found = _measured(_wanted(given), given["corpora"], ears, console)
    except (SpeechError, corpus.CorpusError, recordings.ManifestError) as error:
        raise click.ClickException(str(error)) from error
    text = report.written(found.figures, [one for many in found.judged.values() for one in many if not one.right])
    if found.points:
        text += "\n## Lines that differ in one thing\n\n" + sweeps.told_of(found.points)
    if given["where"]:
        _keep(given["where"], text, found)
    click.echo(json.dumps(found.figures, ensure_ascii=False, indent=1) if given["as_json"] else text)


def _wanted(given: dict[str, Any]) -> Wanted:
    lines = tuple(given["lines"].split(","))
    if unknown := set(lines) - LINES.keys():
        raise click.BadParameter(f"there is no line {', '.join(sorted(unknown))}; there are {', '.join(LINES)}")
    only = tuple(filter(None, given["only"].split(",")))
    without = frozenset(part for part in ("rescoring", "folding", "expected", "policy") if given[f"no_{part}"])
    voices = tuple(filter(None, given["voices"].split(",")))
    counts = (given["each"], given["calls"], given["sweep"])
    return Wanted(given["split"], lines, only, *counts, given["seed"], voices, without)


def _measured(wanted: Wanted, corpora: Path, ears: Recogniser, console: Console) -> Measured:
    told = _told(wanted, corpora)
    judged: dict[str, list[slots.Judged]] = {}
    tasks: dict[str, Any] = {}
    points: list[sweeps.Point] = []
    bars = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*bars, console=console) as progress:
        for name in wanted.lines:
            tick = _ticking(progress, name, len(told) + wanted.calls)
            conditions = slots.Conditions(LINES[name], ears, **dict.fromkeys(wanted.without, False))
            judged[name] = list(slots.measure(told, conditions, tick))
            if wanted.calls:
                plan = whole_calls.Plan(corpora / "calls.yaml", wanted.split, wanted.calls, wanted.seed)
                tasks[name] = whole_calls.evaluate(plan, conditions, tick)
        if wanted.sweep:
            few = sweeps.spread(told, wanted.sweep)
            conditions = slots.Conditions(CLEAN, ears, **dict.fromkeys(wanted.without, False))
            points = sweeps.sweep(few, conditions, _ticking(progress, "sweep", len(few) * len(sweeps.lines())))
    return Measured(_as_json(wanted, judged, tasks) | {"sweep": [one.as_json() for one in points]}, judged, points)


def _ticking(progress: Progress, name: str, total: int) -> Callable[[], None]:
    job = progress.add_task(name, total=total)
    return lambda: progress.advance(job)


def _told(wanted: Wanted, corpora: Path) -> list[Told]:
    by_slot = wordings.everything(corpora, wanted.split, read_town(), wanted.seed)
    if unknown := set(wanted.only) - by_slot.keys():
        raise corpus.CorpusError(f"there is no slot {', '.join(sorted(unknown))}; there are {', '.join(by_slot)}")
    chosen = {slot: samples for slot, samples in by_slot.items() if not wanted.only or slot in wanted.only}
    return [
        one
        for samples in chosen.values()
        for one in tellings(samples, wanted.split, wanted.each, voices=wanted.voices)
    ]


def _as_json(wanted: Wanted, judged: dict[str, list[slots.Judged]], tasks: dict[str, Any]) -> dict[str, Any]:
    every = [one for several in judged.values() for one in several]
    answered = [(one.confidence, one.right) for one in every if not one.silent]
    return {
        "split": wanted.split,
        "seed": wanted.seed,
        "without": sorted(wanted.without),
        **{name: slots.summary(several) for name, several in judged.items()},
        "tasks": tasks,
        "latency_ms": slots.latency(every),
        "calibration_error": round(calibration_error(answered), 4),
        "by_slot": {name: slots.by_slot(several) for name, several in judged.items()},
        "by_voice": {name: slots.by_voice(several) for name, several in judged.items()},
    }


def _keep(where: Path, text: str, found: Measured) -> None:
    where.mkdir(parents=True, exist_ok=True)
    (where / "report.md").write_text(text, "utf8")
    (where / "figures.json").write_text(json.dumps(found.figures, ensure_ascii=False, indent=1), "utf8")
    import_module("ivr.evaluation.plots").plots(where, found.judged)  # loaded late: matplotlib takes a second
    pictures = import_module("ivr.evaluation.sweep_plots")
    pictures.judged_plots(where, found.judged)
    pictures.sweep_plots(where, found.points)
