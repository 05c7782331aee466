"""`hotline fit lessons` and `hotline fit ear`: what the second ear learns from, and its weights."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import count, islice
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.progress import track

from asr_models import second_ear
from asr_models.recogniser import SpeechError
from asr_models.store import ModelStore
from asr_models.whisper_model import WhisperModel
from hotline.commands.evaluate import CORPORA
from hotline.town import read_town
from ivr.evaluation import corpus, ear_corpus, ear_lessons, ear_speakers, wordings
from ivr.voice.speaker import default_cache

EAR = Path(second_ear.__file__).parent / "data" / "second-ear.npz"
_SHARD = 200
"""Sentences in one file of lessons."""


def what_is_said(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a command that has sentences said."""
    folder = click.Path(path_type=Path, file_okay=False)
    styles = click.Path(path_type=Path, file_okay=False, exists=True)
    several = "A folder of more Kokoro speakers (*.bin), such as voices/ of the npm package kokoro-js."
    for option in (
        click.option("--folder", type=folder, help="Where to keep them."),
        click.option("--threads", default=2, show_default=True, type=click.IntRange(1)),
        click.option("--styles", type=styles, help=several),
        click.option("--seed", default=1, show_default=True, help="Another one makes other sentences."),
        click.option("--accented", default=1500, show_default=True, help="Sentences by the others (2 s each)."),
        click.option("--native", default=2000, show_default=True, help="By the native voice (0.3 s each)."),
    ):
        command = option(command)
    return command


@click.command("lessons")
@what_is_said
@click.option("--hearings", default=3, show_default=True, help="Lines each is sent over.")
def lessons(**given: Any) -> None:
    """Say sentences of the train split over noisy lines and keep what the encoder makes of them."""
    where = given["folder"] or default_cache("lessons")
    where.mkdir(parents=True, exist_ok=True)
    try:
        heard = _heard(given)
        for number in count():
            if not (shard := list(islice(heard, _SHARD * given["hearings"]))):
                break
            ear_lessons.keep(where / f"{given['seed']:04}-{number:03}.npz", shard)
    except (SpeechError, corpus.CorpusError) as error:
        raise click.ClickException(str(error)) from error


def _heard(given: dict[str, Any]) -> Iterator[ear_lessons.Example]:
    """Every lesson over every line, native and accented ones mixed. Raises SpeechError, CorpusError."""
    dice = random.Random(given["seed"])
    model = WhisperModel(ModelStore().path("whisper-base"), given["threads"])
    for lesson in said(given, dice):
        for features in ear_corpus.hearings(lesson, model, dice, given["hearings"]):
            yield ear_lessons.Example(np.asarray(features, np.float16), lesson.sounds)


def said(given: dict[str, Any], dice: random.Random) -> Iterator[ear_speakers.Lesson]:
    """Sentences of the train split as `what_is_said` asks for them, native and accented ones mixed.

    Raises SpeechError, CorpusError.
    """
    sentences = ear_corpus.Sentences(wordings_of_train(), CORPORA / "ear-words.tsv", dice)
    speakers = ear_speakers.Speakers(dice, given["threads"], given["styles"])
    plan = [True] * given["native"] + [False] * given["accented"]
    dice.shuffle(plan)
    for native in track(plan, "speaking", console=Console(stderr=True)):
        if lesson := speakers.say(sentences.draw(), native=native):
            yield lesson


@click.command("ear")
@click.option("--epochs", default=20, show_default=True, type=click.IntRange(1), help="Times through all lessons.")
@click.option("--seed", default=1, show_default=True)
@click.option("--further", is_flag=True, help="Go on from the weights in use, and keep the mean of both.")
@click.option("--rate", default=2e-3, show_default=True, help="Highest learning rate.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Where the lessons are.")
@click.option("--to", default=EAR, type=click.Path(path_type=Path, dir_okay=False), help="Where the weights go.")
@click.option("--write", is_flag=True, help="Keep the weights.")
def ear(**given: Any) -> None:
    """Train the second ear on lessons kept by `hotline fit lessons`; a minute or two for each time through."""
    try:
        training = import_module("ivr.evaluation.ear_training")
    except ImportError as error:
        raise click.ClickException("this needs JAX: pip install 'village-hotline[training]'") from error
    examples = list(ear_lessons.kept(given["folder"] or default_cache("lessons")))
    if not examples:
        raise click.ClickException("there are no lessons; run: hotline fit lessons")
    console = Console(stderr=True)
    console.print(f"{len(examples)} lessons")
    plan = training.Plan(given["epochs"], given["seed"], given["rate"], EAR if given["further"] else None)
    weights = training.train(examples, plan, lambda one: console.print(_told_pass(one)))
    if given["further"]:
        weights = training.half_way(EAR, weights)
    if given["write"]:
        training.keep(weights, given["to"])


def wordings_of_train() -> list[str]:
    """Every sentence of the train split. Raises CorpusError."""
    by_slot = wordings.everything(CORPORA, "train", read_town(), 1)
    return [one.text for several in by_slot.values() for one in several]


def _told_pass(one: Any) -> str:
    return f"{one.number + 1}: loss {one.loss:.3f}, units wrong {one.wrong:.1%}, {one.seconds:.0f} s"
