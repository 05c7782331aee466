"""`hotline fit`: the weights by which answers are trusted, from the tuning split."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from asr_models.recogniser import SpeechError
from asr_models.store import ModelStore
from asr_models.whisper_recogniser import WhisperRecogniser
from hotline.commands import fit_ear, fit_encoder, fit_sounds
from hotline.commands.evaluate import CORPORA
from hotline.town import read_town
from ivr.evaluation import corpus, fitting, slots, wordings
from ivr.evaluation.callers import VOICES, tellings
from ivr.evaluation.figures import calibration_error
from ivr.evaluation.line import LINES
from ivr.evaluation.questions import question
from ivr.understanding import trust
from ivr.understanding.calibration import log_odds
from ivr.understanding.trust import logistic

SLOTS = ("yes_no", "ratings", "errands", "nothing_more", "interjections")
WHERE = Path(trust.__file__).parent / "data" / "trust.tsv"
CALIBRATION = WHERE.with_name("calibration.tsv")
LEAST = 20
"""Answers to a kind of question below which nothing is fitted."""
QUESTIONS_OF_NONE = 6
"""Questions at which what answers nothing is said."""


@click.group()
def fit() -> None:
    """Fit what understanding trusts to the tuning split; shows the weights, and keeps them with --write."""


@fit.command("trust")
@click.option("--each", default=50, show_default=True, type=click.IntRange(5), help="Sentences a slot, at most.")
@click.option("--voices", default=3, show_default=True, type=click.IntRange(1), help="By how many each is said.")
@click.option("--seed", default=1, show_default=True)
@click.option("--write", is_flag=True, help="Replace the weights in use.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def short_answers(each: int, voices: int, seed: int, *, write: bool, as_json: bool) -> None:
    """When 对, 没有了 or 满意 is acted on: traits of right answers and of noises, over both lines.

    The weights in use and the new ones are held against the same utterances; the new ones have not seen theirs.
    """
    try:
        found = _gathered((each, voices), seed, Console(stderr=True))
    except (SpeechError, corpus.CorpusError) as error:
        raise click.ClickException(str(error)) from error
    weights, told = {}, []
    for kind in fitting.KINDS:
        several = [one for one in found if one.kind == kind.value]
        weights[kind.value] = fitting.fit(several)
        in_use = trust.weights_in_use(kind.value)
        chances = {
            "in use": [fitting.chance_of(in_use, one.traits) for one in several],
            "new": fitting.chances_unseen(several),
        }
        for lost in (trust.IS_READ_BACK, trust.IS_LOOKED_AT, trust.ENDS_OR_BOOKS):
            for name, guessed in chances.items():
                row = fitting.told_apart(several, guessed, 1 - 1 / lost)
                told.append({"kind": kind.value, "weights": name, "n": len(several), "turns_lost": lost, **row})
    if write:
        WHERE.write_text(fitting.as_table(weights), "utf8")
    _print(told, weights, as_json=as_json)


@fit.command("confidence")
@click.option("--each", default=15, show_default=True, type=click.IntRange(5), help="Utterances a slot, at most.")
@click.option("--seed", default=1, show_default=True)
@click.option("--write", is_flag=True, help="Replace the lines in use.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def confidence(each: int, seed: int, *, write: bool, as_json: bool) -> None:
    """How often an answer felt so sure of is right, by kind of question, over both lines."""
    try:
        judged = _judged(each, seed, Console(stderr=True))
    except (SpeechError, corpus.CorpusError) as error:
        raise click.ClickException(str(error)) from error
    lines, told = {}, []
    for kind in dict.fromkeys(_kind(one) for one in judged):
        felt = [
            fitting.Felt(one.confidence, one.right, none=not one.told.sample.wanted)
            for one in judged
            if _kind(one) == kind and one.confidence > 0
        ]
        if len(felt) < LEAST:
            continue
        slope, bias = lines[kind] = fitting.platt(felt)
        after = [(logistic(slope * log_odds(one.confidence) + bias), one.right) for one in felt]
        before = calibration_error([(one.confidence, one.right) for one in felt])
        now = calibration_error(after)
        told.append({"kind": kind, "n": len(felt), "error_before": round(before, 3), "error_after": round(now, 3)})
    if write:
        CALIBRATION.write_text(fitting.as_lines(lines), "utf8")
    _print(told, {kind: list(line) for kind, line in lines.items()}, as_json=as_json)


fit.add_command(fit_ear.lessons)
fit.add_command(fit_ear.ear)
fit.add_command(fit_sounds.sounds)
fit.add_command(fit_encoder.spoken)
fit.add_command(fit_encoder.encoder)


def _kind(one: slots.Judged) -> str:
    return question(one.told.sample.question).slot.wants.value


def _judged(each: int, seed: int, console: Console) -> list[slots.Judged]:
    ears = WhisperRecogniser(ModelStore().path("whisper-base"))
    by_slot = wordings.everything(CORPORA, "tune", read_town(), seed)
    told = [one for slot, samples in by_slot.items() for one in tellings(samples, "tune", _most(slot, each))]
    found: list[slots.Judged] = []
    with Progress(console=console) as progress:
        job = progress.add_task("listening", total=len(told) * len(LINES))
        for line in LINES.values():
            conditions = slots.Conditions(line, ears, policy=False)
            found += slots.measure(told, conditions, lambda: progress.advance(job))
    return found


def _most(slot: str, each: int) -> int:
    return each * QUESTIONS_OF_NONE if slot == "none_of_these" else each


def _gathered(many: tuple[int, int], seed: int, console: Console) -> list[fitting.Case]:
    """`many`: sentences a slot, and by how many voices each is said."""
    ears = WhisperRecogniser(ModelStore().path("whisper-base"))
    by_slot = wordings.everything(CORPORA, "tune", read_town(), seed)
    each, several = many
    around = VOICES["tune"]
    turns = [around[turn:] + around[:turn] for turn in range(min(several, len(around)))]
    told = [
        one for voices in turns for slot in SLOTS for one in tellings(by_slot[slot], "tune", each, voices=voices)
    ]
    found = []
    with Progress(console=console) as progress:
        job = progress.add_task("listening", total=len(told) * len(LINES))
        for line in LINES.values():
            found += fitting.cases(told, line, ears, lambda: progress.advance(job))
    return found


def _print(told: list[dict[str, Any]], weights: dict[str, list[float]], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"told_apart": told, "weights": weights}, indent=1))
        return
    for kind, several in weights.items():
        click.echo(f"{kind}: {', '.join(f'{weight:.3f}' for weight in several)}")
    for row in told:
        click.echo("  ".join(f"{name} {value}" for name, value in row.items()))
