"""Real audio for a share of the calls: a synthetic voice over a telephone line into the real recogniser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asr_models.recogniser import Recogniser
from hotline.simulation.residents import Resident
from ivr.contact import Evidence
from ivr.dialogue.steps import Ask
from ivr.evaluation.callers import VOICES, voice
from ivr.evaluation.corpus import seed_of
from ivr.evaluation.line import CLEAN, Line, through
from ivr.listening import AudioShelf, hear
from ivr.understanding.answer import Setting, Understood


@dataclass(frozen=True)
class RealEars:
    """The voices of residents as the office hears them. Raises SpeechError where a model is missing."""

    recogniser: Recogniser
    shelf: AudioShelf
    voices: Sequence[str] = VOICES["test"]
    line: Line = CLEAN

    def hear(
        self, resident: Resident, words: str, ask: Ask, by: tuple[Setting, datetime]
    ) -> tuple[Understood, Evidence]:
        """What the words were taken for; the audio is kept as a call's is."""
        setting, now = by
        speaker = self.voices[resident.id % len(self.voices)]
        pcm = through(voice(speaker).say(words), self.line, seed_of(words, speaker, resident.id))
        heard = hear(self.recogniser, pcm, ask, setting)
        return heard.sense, heard.evidence(self.shelf.keep(pcm, now))
