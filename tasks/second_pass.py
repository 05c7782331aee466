"""Finished answers are transcribed again while nothing else wants the machine."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from asr_models.no_ears import NAME as NO_EARS
from asr_models.recogniser import SpeechError
from asr_models.second_pass import Transcribe, open_second_pass
from asr_models.store import ModelMissing, ModelStore
from hotline.clock import utc_now
from hotline.config import Settings
from hotline.store.unit_of_work import Store
from ivr.voice import mulaw, wav

log = logging.getLogger(__name__)

AFTER = timedelta(minutes=2)
"""A caller still on the line goes first."""
AT_ONCE = 20
"""Answers a run, about a second each."""
_NICENESS = 10


def second_pass() -> int:
    """The job: some of what is waiting, the oldest first; what it does not get to waits for the next."""
    settings = Settings.from_environment(os.environ)
    if settings.asr == NO_EARS:
        return 0
    os.nice(_NICENESS)  # the job has a process of its own
    store = Store(settings.database_url)
    return transcribe_again(store, settings.recordings, utc_now(), _open)


def _open() -> Transcribe:
    return open_second_pass(ModelStore().path("whisper-base"))


def transcribe_again(store: Store, recordings: Path, now: datetime, opened: Callable[[], Transcribe]) -> int:
    """Transcribes answers that have only been heard once; how many. Done twice, nothing changes.

    An answer whose audio is gone or broken gets an empty text, and a line in the log.
    """
    with store.open() as office:
        waiting = [(row.id, row.audio) for row in office.transcripts.heard_once(now - AFTER, AT_ONCE)]
    if not waiting:
        return 0
    try:
        transcribe = opened()
    except (ModelMissing, SpeechError) as error:
        log.warning("no second transcripts", extra={"why": str(error)})
        return 0
    for turn, audio in waiting:
        text = _text(recordings / audio, transcribe)
        with store.open() as office:
            office.transcripts.note_careful(turn, text)
            office.commit()
    return len(waiting)


def _text(path: Path, transcribe: Transcribe) -> str:
    try:
        samples, rate = wav.read(path)
        return transcribe(mulaw.pcm_bytes(mulaw.to_pcm(mulaw.resample(samples, rate))))
    except (SpeechError, ValueError) as error:
        log.warning("an answer cannot be transcribed again", extra={"audio": path.name, "why": str(error)})
        return ""
