"""Somebody new for every sentence: styles of the train split's speakers mixed, throat and handset changed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from asr_models.recogniser import SpeechError
from asr_models.sound_units import Units, in_order, units
from asr_models.store import ModelStore
from ivr.exchange.callers.kokoro import RATE, Kokoro, Style
from ivr.exchange.callers.sounds import phonemes
from ivr.voice import mulaw
from ivr.voice.baker import STUDIO_RATE, BakerVoice
from ivr.voice.breaths import breaths
from ivr.voice.mulaw import Pcm, Samples
from ivr.voice.pronounce import Pronouncer
from ivr.voice.speaker import default_cache
from ivr.voice.telephone import for_telephone
from ivr.voice.written_out import written_out

STYLES = ("jf_alpha", "jm_kumo")
"""The speakers of the train split among those that are shipped."""
KEPT_BACK = frozenset(
    ("jf_gongitsune", "jf_nezumi", "jf_tebukuro", "zf_xiaoni", "zf_xiaoyi", "zm_yunjian", "zm_yunxia")
)
"""Speakers of tune and test, and native ones for measuring: never learnt from, wherever their styles lie."""
_WIDE, _HALF = 256, 128
"""A style's numbers; the first half is the colour of the voice, the second how it moves."""
_BANDS_HZ = (0, 300, 700, 1300, 2200, 3400, 4000)
_HANDSET_DB = 5.0


@dataclass(frozen=True)
class Lesson:
    """Something said, and the toneless syllables and sounds it is made of."""

    pcm: Pcm
    said: tuple[str, ...]
    sounds: Units


Speaker = Callable[[str], tuple[Samples, float]]
"""Says one breath: samples, and the rate they are to be played at."""


def styles_of(folder: Path) -> dict[str, Style]:
    """The speakers of a folder of Kokoro styles (NAME.bin, 32-bit floats) that may be learnt from.

    Raises SpeechError where there is none or one is damaged.
    """
    found = {}
    for path in sorted(folder.glob("*.bin")):
        numbers = np.fromfile(path, np.float32)
        if not numbers.size or numbers.size % _WIDE:
            raise SpeechError(f"{path.name} is no speaker's style")
        found[path.stem] = numbers.reshape(-1, 1, _WIDE)
    learnt = {name: style for name, style in found.items() if name not in KEPT_BACK}
    if not learnt:
        raise SpeechError(f"there are no styles (*.bin) in {folder}")
    return learnt


class Speakers:
    """Styles mixed, pitch and pace shifted. Raises SpeechError without models."""

    def __init__(self, dice: random.Random, threads: int = 2, styles: Path | None = None) -> None:
        """`styles`: a folder of more speakers than are shipped."""
        models = ModelStore()
        self._dice = dice
        self._pronouncer = Pronouncer()
        self._accented = Kokoro(models.path("voice-kokoro"), threads=threads)
        self._styles: Sequence[Style] = [self._accented.style(name) for name in STYLES]
        if styles is not None:
            self._styles = list(styles_of(styles).values())
        self._native = BakerVoice(models.path("voice-baker"), default_cache("callers"), self._pronouncer)

    def say(self, text: str, *, native: bool) -> Lesson | None:
        """None for what has a sound that is no unit (嗯), or no sound."""
        parts: list[Pcm] = []
        said: list[str] = []
        speaker = self._native_speaker() if native else self._accented_speaker()
        for breath in breaths(written_out(text), self._pronouncer.words):
            said += [syllable.rstrip("r").rstrip("12345") for syllable in self._pronouncer.pinyin(breath.text)]
            spoken, rate = speaker(breath.text)
            if spoken.size:
                pause = np.zeros(round(self._dice.uniform(0, 0.35) * mulaw.RATE), np.int16)
                parts += [mulaw.to_pcm(for_telephone(mulaw.resample(spoken, rate, RATE), RATE)), pause]
        if not parts or not all(map(units, said)):
            return None
        return Lesson(np.concatenate(parts[:-1]), tuple(said), in_order(said))

    def _accented_speaker(self) -> Speaker:
        dice, style = self._dice, mixed(self._styles, self._dice)
        pitch, speed, local = dice.uniform(0.8, 1.12), dice.uniform(0.75, 1.15), dice.random() < 0.33

        def say(text: str) -> tuple[Samples, float]:
            sounds = phonemes(text, self._pronouncer, local=local)
            return self._accented.render(sounds, style, speed / pitch), RATE * pitch

        return say

    def _native_speaker(self) -> Speaker:
        dice = self._dice
        pitch, pace = dice.choice((1.0, dice.uniform(0.75, 1.15))), dice.uniform(0.65, 1.15)

        def say(text: str) -> tuple[Samples, float]:
            pinyin = self._pronouncer.pinyin(text)
            return self._native.studio(pinyin, pace / pitch), STUDIO_RATE * pitch

        return say


def mixed(styles: Sequence[Style], dice: random.Random) -> Style:
    """One speaker as he is, or two in any proportion, colour and movement each in its own; a little shaken."""
    one, other = dice.choice(styles), dice.choice(styles)
    colour, movement = (0.0, 0.0) if dice.random() < 0.4 else (dice.uniform(-0.1, 1.1), dice.uniform(-0.1, 1.1))
    share = np.repeat(np.array([colour, movement], np.float32), _HALF)
    shaken = np.random.default_rng(dice.randrange(1 << 30)).normal(0, 0.05 * dice.random(), _WIDE)
    return np.asarray((1 - share) * one + share * other + shaken, np.float32)


def another_throat(pcm: Pcm, dice: random.Random) -> Pcm:
    """The same played up to 15 % quicker or slower, through another handset."""
    pace = dice.choice((1.0, dice.uniform(0.87, 1.15)))
    said = mulaw.resample(pcm.astype(np.float32), mulaw.RATE * pace, mulaw.RATE)
    spectrum = np.fft.rfft(said)
    hertz = np.fft.rfftfreq(len(said), 1 / mulaw.RATE)
    decibels = np.interp(hertz, _BANDS_HZ, [dice.uniform(-_HANDSET_DB, _HANDSET_DB) for _ in _BANDS_HZ])
    heard = np.fft.irfft(spectrum * 10 ** (decibels / 20), len(said))
    return np.asarray(np.clip(heard, -32768, 32767), np.int16)
