"""`hotline fit sounds`: how often each sound is taken for which, counted on the train split."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from asr_models import confusions
from asr_models.recogniser import SpeechError
from asr_models.store import ModelStore
from asr_models.whisper_recogniser import WhisperRecogniser
from hotline.commands.evaluate import CORPORA
from hotline.town import read_town
from ivr.evaluation import confusing, corpus, wordings
from ivr.evaluation.callers import tellings
from ivr.evaluation.line import LINES

WHERE = Path(confusions.__file__).parent / "data" / "confusions.tsv"
NOTE = (
    "Counted by `hotline fit sounds` on the train split; see asr_models/confusions.py. Not to be edited by hand."
)
OFTEN = 30


@click.command("sounds")
@click.option("--each", default=12, show_default=True, type=click.IntRange(1), help="Utterances a slot, at most.")
@click.option("--seed", default=1, show_default=True)
@click.option("--write", is_flag=True, help="Replace the counts in use.")
def sounds(each: int, seed: int, *, write: bool) -> None:
    """Count which sounds are taken for which, over both lines; shows the commonest confusions."""
    console = Console(stderr=True)
    try:
        ears = WhisperRecogniser(ModelStore().path("whisper-base"))
        by_slot = wordings.everything(CORPORA, "train", read_town(), seed)
        told = [one for samples in by_slot.values() for one in tellings(samples, "train", each)]
        found: Counter[confusions.Confusion] = Counter()
        with Progress(console=console) as progress:
            job = progress.add_task("listening", total=len(told) * len(LINES))
            for line in LINES.values():
                found += confusing.counts(told, line, ears, lambda: progress.advance(job))
    except (SpeechError, corpus.CorpusError) as error:
        raise click.ClickException(str(error)) from error
    for (kind, said, heard), times in found.most_common():
        if said != heard and times >= OFTEN:
            click.echo(f"{kind} {said or '-'} heard as {heard or '-'}: {times}")
    if write:
        WHERE.write_text(confusions.as_text(found, NOTE), "utf8")
