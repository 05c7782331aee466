"""Who says it, and how: voices parted between tuning and testing, slow to quick, with fillers, with the accent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from asr_models.store import ModelStore
from ivr.evaluation.corpus import Sample, seed_of
from ivr.exchange.callers.voices import CallerVoice, Habits
from ivr.voice.mulaw import Pcm

VOICES = {
    "train": ("baker", "kokoro-f1", "kokoro-m1", "elder-m1"),
    "tune": ("kokoro-f3", "native-f2", "elder-f3", "native-m2"),
    "test": (
        "kokoro-f2",
        "native-f1",
        "kokoro-f4",
        "native-m1",
        "elder-f4",
        "native-elder-f1",
        "elder-f5",
        "native-elder-m1",
    ),
}
"""No style of one split is part of a voice of another. The second ear has learnt from the voices of `train`. Half
of those it is judged by are Japanese speakers, half native ones: the town's callers have an accent, and grew up
with the language."""
_SPEEDS = (0.75, 0.8, 0.85, 0.9, 1.0)
_PLAIN_SPEED = 0.85


@dataclass(frozen=True)
class Told:
    """One utterance said by somebody."""

    sample: Sample
    voice: str
    speed: float
    habits: Habits

    @property
    def seed(self) -> int:
        return seed_of(self.sample.slot, self.sample.text, self.voice)


def tellings(
    samples: list[Sample], split: str, most: int, *, plain: bool = False, voices: tuple[str, ...] = ()
) -> list[Told]:
    """The first `most` samples, a voice for each in turn, of the split if none are named.

    `plain`: no hesitation, no accent.
    """
    speakers = voices or VOICES[split]
    return [
        _told(sample, speakers[number % len(speakers)], plain=plain)
        for number, sample in enumerate(samples[:most])
    ]


def _told(sample: Sample, voice: str, *, plain: bool) -> Told:
    if plain:
        return Told(sample, voice, _PLAIN_SPEED, Habits())
    dice = seed_of(sample.text, voice, "manner")
    habits = Habits(hesitant=dice % 6 == 0, local=dice % 3 == 0 and voice != "baker")
    return Told(sample, voice, _SPEEDS[dice % len(_SPEEDS)], habits)


def say(told: Told) -> Pcm:
    """The clean voice; kept on disk once made. Raises SpeechError where a model is missing."""
    return voice(told.voice).say(told.sample.text, told.speed, told.habits)


@cache
def voice(name: str) -> CallerVoice:
    """A voice, loaded once. Raises SpeechError."""
    return CallerVoice(name, ModelStore())
