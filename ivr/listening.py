"""One utterance into sense: recognise, understand, keep the audio. Blocking; always run beside the socket."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from asr_models.end_of_speech import SoFar
from asr_models.recogniser import Hearing, Recogniser
from ivr.contact import Evidence
from ivr.dialogue.steps import Ask
from ivr.understanding.answer import Setting, Understood
from ivr.understanding.begun import how_far
from ivr.understanding.expected import expected_for
from ivr.understanding.understand import understand_speech
from ivr.voice import mulaw, wav

_SIGNS = "嗯恩啊哦噢喔呃唔哎诶哼咳，。？！、 "
_MURMUR = 3
"""Syllables of something not understood, up to which it was a sound and not a sentence."""


@dataclass(frozen=True)
class Heard:
    """What an utterance was taken for, and how."""

    sense: Understood
    hearing: Hearing
    so_far: SoFar = SoFar.UNKNOWN
    """Were it all that was said: whether it is enough."""
    timings_ms: dict[str, float] = field(default_factory=dict)

    @property
    def is_sign(self) -> bool:
        """Whether it was no words, only 嗯嗯 or a cough: a recogniser makes two or three of its own of them."""
        return self.sense.unclear and len(self.hearing.text.strip(_SIGNS)) <= _MURMUR

    def evidence(self, audio: str) -> Evidence:
        alternatives = tuple((a.text, round(a.confidence, 3)) for a in self.hearing.alternatives)
        return Evidence(self.hearing.text, alternatives, audio, dict(self.timings_ms))


def hear(recogniser: Recogniser, pcm: bytes, ask: Ask, setting: Setting) -> Heard:
    """Recognises and understands one whole utterance (PCM16, 8 kHz). Raises SpeechError."""
    began = time.perf_counter()
    listener = recogniser.listen(expected_for(ask, setting))
    listener.feed(pcm)
    hearing = listener.finish()
    heard_at = time.perf_counter()
    spent = 0.0

    def score(sentences: Sequence[str]) -> list[float]:
        nonlocal spent
        before = time.perf_counter()
        scores = listener.score(sentences)
        spent += time.perf_counter() - before
        return scores

    sense = understand_speech(ask, hearing, score if recogniser.capabilities.scoring else None, setting)
    done = time.perf_counter()
    return Heard(
        sense,
        hearing,
        how_far(ask, sense),
        {
            "recognise": round((heard_at - began) * 1000, 1),
            "score": round(spent * 1000, 1),
            "understand": round((done - heard_at - spent) * 1000, 1),
            "speech": round(hearing.audio_s * 1000, 1),
        },
    )


@dataclass(frozen=True)
class AudioShelf:
    """Where callers' audio is kept: one µ-law WAV an answer, under a name that tells nothing."""

    folder: Path

    def keep(self, pcm: bytes, now: datetime) -> str:
        """Writes the audio whole or not at all; returns its name below the folder."""
        name = f"{now:%Y/%m/%d}/{uuid4().hex}.wav"
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        wav.write_mulaw(part, mulaw.encode(mulaw.from_pcm_bytes(pcm)))
        part.replace(path)
        return name
