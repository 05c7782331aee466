"""`hotline fit sounds`: how often each sound is taken for which, counted on what the voices of train say."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from asr_models import confusions
from asr_models.recogniser import SpeechError
from asr_models.store import ModelStore
from asr_models.whisper_recogniser import WhisperRecogniser
from hotline.commands.evaluate import CORPORA
from hotline.commands.fit_ear import wordings_of_train
from ivr.evaluation import corpus, ear_corpus, ear_speakers, mishearings

WHERE = Path(confusions.__file__).parent / "data" / "confusions.tsv"
NOTE = "Counted by `hotline fit sounds`; see asr_models/confusions.py. Not to be edited by hand."
OFTEN = 10


@click.command("sounds")
@click.option("--native", default=600, show_default=True, help="Sentences by the native voice (0.6 s each).")
@click.option("--accented", default=300, show_default=True, help="Sentences by the accented ones (3 s each).")
@click.option("--styles", type=click.Path(path_type=Path, file_okay=False, exists=True), help="As `fit lessons`.")
@click.option("--seed", default=1, show_default=True)
@click.option("--write", is_flag=True, help="Replace the counts in use.")
def sounds(native: int, accented: int, seed: int, *, styles: Path | None, write: bool) -> None:
    """Count which sounds are taken for which over lines good and bad; shows the commonest confusions."""
    dice, found = random.Random(seed), Counter[confusions.Confusion]()
    try:
        ears = WhisperRecogniser(ModelStore().path("whisper-base"))
        sentences = ear_corpus.Sentences(wordings_of_train(), CORPORA / "ear-words.tsv", dice)
        speakers = ear_speakers.Speakers(dice, styles=styles)
        plan = [True] * native + [False] * accented
        for is_native in track(plan, "listening", console=Console(stderr=True)):
            if lesson := speakers.say(sentences.draw(), native=is_native):
                found += mishearings.counts(lesson, ears, dice)
    except (SpeechError, corpus.CorpusError) as error:
        raise click.ClickException(str(error)) from error
    for (kind, said, heard), times in found.most_common():
        if said != heard and times >= OFTEN:
            click.echo(f"{kind} {said or '-'} heard as {heard or '-'}: {times}")
    if write:
        WHERE.write_text(confusions.as_text(found, NOTE), "utf8")
