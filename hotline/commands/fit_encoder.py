"""`hotline fit spoken` and `hotline fit encoder`: sentences kept as sound, and an encoder that bears bad lines."""

from __future__ import annotations

import random
from importlib import import_module
from itertools import count, islice
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from asr_models import tuned_encoder
from asr_models.recogniser import SpeechError
from asr_models.store import ModelStore
from hotline.commands.fit_ear import EAR, said, what_is_said
from ivr.evaluation import corpus, ear_lessons
from ivr.voice.speaker import default_cache

ENCODER = Path(tuned_encoder.__file__).parent / "data" / "encoder.npz"
_SHARD = 100
"""Sentences in one file."""


@click.command("spoken")
@what_is_said
def spoken(**given: Any) -> None:
    """Say sentences of the train split and keep the sound, for `hotline fit encoder`."""
    where = given["folder"] or default_cache("spoken")
    where.mkdir(parents=True, exist_ok=True)
    try:
        lessons = said(given, random.Random(given["seed"]))
        sentences = (ear_lessons.Spoken(one.pcm, one.sounds) for one in lessons)
        for number in count():
            if not (shard := list(islice(sentences, _SHARD))):
                break
            ear_lessons.keep_spoken(where / f"{given['seed']:04}-{number:03}.npz", shard)
    except (SpeechError, corpus.CorpusError) as error:
        raise click.ClickException(str(error)) from error


@click.command("encoder")
@click.option(
    "--batches", default=1000, show_default=True, type=click.IntRange(1), help="Of eight sentences each."
)
@click.option("--rate", default=1.5e-3, show_default=True, help="Highest learning rate.")
@click.option("--seed", default=1, show_default=True)
@click.option("--further", is_flag=True, help="Go on from the changes in use.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Where the sentences are.")
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), help="A folder for both files of weights.")
@click.option("--write", is_flag=True, help="Put them in place of those in use.")
def encoder(**given: Any) -> None:
    """Tune Whisper's encoder to bad lines, and the second ear with it; 2 to 5 s for each batch."""
    try:
        training = import_module("ivr.evaluation.encoder_training")
        network = import_module("ivr.evaluation.encoder_network")
    except ImportError as error:
        raise click.ClickException("this needs JAX: pip install 'village-hotline[training]'") from error
    kept = list(ear_lessons.kept_spoken(given["folder"] or default_cache("spoken")))
    if not kept:
        raise click.ClickException("there is nothing to learn from; run: hotline fit spoken")
    console = Console(stderr=True)
    console.print(f"{len(kept)} sentences")
    came = network.as_it_came(ModelStore().path("whisper-base") / "model.bin")
    start = ENCODER if given["further"] else None
    plan = training.Plan(given["batches"], given["rate"], given["seed"], EAR, start)
    changes, ear = training.train(kept, came, plan, lambda one: console.print(_told(one)))
    for weights, name in ((changes, ENCODER.name), (ear, EAR.name)):
        if given["to"]:
            given["to"].mkdir(parents=True, exist_ok=True)
            training.keep(weights, given["to"] / name)
        if given["write"]:
            training.keep(weights, ENCODER.with_name(name))


def _told(one: Any) -> str:
    unlike = f"{one.unlike:.3f} of the variance unlike"
    return f"{one.batch}: {unlike}, {one.nats:.3f} nats a unit, {one.seconds:.0f} s"
