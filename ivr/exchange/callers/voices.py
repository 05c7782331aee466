"""Callers' voices by name: five foreigners, older blends of them, and the native ones.

They speak slower than readers do, may hesitate, and may fold sounds as the old of the area do.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from asr_models.recogniser import SpeechError
from ivr.exchange.callers.kokoro import RATE, kokoro
from ivr.exchange.callers.sounds import phonemes
from ivr.voice import mulaw
from ivr.voice.baker import BakerVoice
from ivr.voice.breaths import breaths
from ivr.voice.clips import Clips, content_key
from ivr.voice.mulaw import Pcm, Samples
from ivr.voice.pronounce import Pronouncer
from ivr.voice.speaker import Models, default_cache
from ivr.voice.telephone import for_telephone
from ivr.voice.written_out import written_out

VERSION = "callers-1"
"""Part of every cached clip's key: raise it when anything here changes the sound."""
NATIVE = "baker"
_PAUSE_S = 0.25


@dataclass(frozen=True)
class Person:
    """Whose styles are mixed, and how much lower than they speak (1: as they do)."""

    styles: tuple[str, ...]
    pitch: float = 1.0


SPEAKERS = {
    "kokoro-f1": Person(("jf_alpha",)),
    "kokoro-f2": Person(("jf_gongitsune",)),
    "kokoro-f3": Person(("jf_nezumi",)),
    "kokoro-f4": Person(("jf_tebukuro",)),
    "kokoro-m1": Person(("jm_kumo",)),
    "elder-f1": Person(("jf_alpha", "jf_tebukuro"), 0.88),
    "elder-f2": Person(("jf_gongitsune", "jm_kumo"), 0.9),
    "elder-f3": Person(("jf_nezumi",), 0.88),
    "elder-f4": Person(("jf_gongitsune", "jf_tebukuro"), 0.9),
    "elder-f5": Person(("jf_tebukuro",), 0.84),
    "elder-m1": Person(("jm_kumo",), 0.88),
    "elder-m2": Person(("jm_kumo", "jf_nezumi"), 0.85),
    "native-f1": Person(("zf_xiaoni",)),
    "native-f2": Person(("zf_xiaoyi",)),
    "native-m1": Person(("zm_yunjian",)),
    "native-m2": Person(("zm_yunxia",)),
    "native-elder-f1": Person(("zf_xiaoni",), 0.86),
    "native-elder-f2": Person(("zf_xiaoyi",), 0.86),
    "native-elder-m1": Person(("zm_yunjian",), 0.9),
    "native-elder-m2": Person(("zm_yunxia",), 0.8),
}
NAMES = (*SPEAKERS, NATIVE)


@dataclass(frozen=True)
class Habits:
    """How somebody talks."""

    hesitant: bool = False
    """Begins with 那个 and fills pauses with 嗯."""
    pause_s: float = _PAUSE_S
    """Silence at a comma."""
    local: bool = False
    """No retroflexes, n for l, f for h, merged nasals."""


PLAIN = Habits()


class CallerVoice:
    """One caller's voice; what it has said once is kept on disk. Safe to share between threads."""

    def __init__(self, name: str, models: Models, cache_dir: Path | None = None) -> None:
        """Raises SpeechError for a name that is not in `NAMES`; models are looked for when first needed."""
        if name not in NAMES:
            raise SpeechError(f"there is no voice {name!r}; there are {', '.join(NAMES)}")
        self.name = name
        self._models = models
        self._cache = cache_dir or default_cache("callers")
        self._clips = Clips(self._cache, ".pcm")

    def say(self, text: str, speed: float = 0.85, habits: Habits = PLAIN) -> Pcm:
        """8000 Hz in the telephone band, speech at -20 dBFS. Raises SpeechError where the model is missing."""
        said = _hesitating(text) if habits.hesitant else text
        key = content_key(VERSION, BakerVoice.version, self.name, f"{speed:.2f}", repr(astuple(habits)), said)
        kept = self._clips.get(key)
        if kept is None:
            kept = mulaw.pcm_bytes(self._render(said, speed, habits))
            if kept:
                self._clips.keep(key, kept)
        return mulaw.from_pcm_bytes(kept)

    def _render(self, text: str, speed: float, habits: Habits) -> Pcm:
        parts: list[Pcm] = []
        for breath in breaths(written_out(text), _pronouncer().words):
            pause = np.zeros(round(habits.pause_s / _PAUSE_S * breath.pause_s * mulaw.RATE), np.int16)
            parts += [self._breath(breath.text, speed, habits), pause]
        return np.concatenate(parts[:-1]) if parts else np.zeros(0, np.int16)

    def _breath(self, text: str, speed: float, habits: Habits) -> Pcm:
        if self.name == NATIVE:
            return _native(self._models.path("voice-baker"), self._cache).say(text, speed / 0.85)
        speaker = SPEAKERS[self.name]
        network = kokoro(self._models.path("voice-kokoro"))
        sounds = phonemes(text, _pronouncer(), local=habits.local)
        # played at a lower rate it sinks in pitch and slows down, so it is spoken quicker first
        spoken = network.render(sounds, network.style(*speaker.styles), speed / speaker.pitch)
        return _on_the_line(spoken, RATE * speaker.pitch)


def _on_the_line(spoken: Samples, rate: float) -> Pcm:
    if not spoken.size:
        return np.zeros(0, np.int16)
    return mulaw.to_pcm(for_telephone(mulaw.resample(spoken, rate, RATE), RATE))


def _hesitating(text: str) -> str:
    """那个，我想，嗯，办个证: a filler to begin with and one where breath is drawn."""
    return "那个，" + text.replace("，", "，嗯，", 1)


@lru_cache(maxsize=1)
def _pronouncer() -> Pronouncer:
    return Pronouncer()


@lru_cache(maxsize=1)
def _native(folder: Path, cache_dir: Path) -> BakerVoice:
    return BakerVoice(folder, cache_dir, _pronouncer())
