"""What the second ear learns from: sentences said by the voices of the train split, mixed and shifted into many.

A third are wordings of the train split, a sixth days and hours, the rest figures and words of the language at
random, so that the ear learns sounds and not sentences. Real people's recordings are never used: they are for
measuring.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np

from asr_models.concealment import concealed
from asr_models.second_ear import Floats, paired
from asr_models.sound_units import Units, in_order, units
from asr_models.store import ModelStore
from asr_models.whisper_model import WhisperModel
from hotline.domain.catalogue import rows
from ivr.evaluation.line import Line, through
from ivr.exchange.callers.kokoro import RATE, Kokoro
from ivr.exchange.callers.sounds import phonemes
from ivr.exchange.noises import KINDS
from ivr.understanding import lexicon
from ivr.voice import mulaw
from ivr.voice.baker import STUDIO_RATE, BakerVoice
from ivr.voice.breaths import breaths
from ivr.voice.mulaw import Pcm, Samples
from ivr.voice.pronounce import Pronouncer, word_counts
from ivr.voice.speaker import default_cache
from ivr.voice.telephone import for_telephone
from ivr.voice.written_out import written_out

LONGEST = 26
"""Characters: some six seconds."""
_STYLES = ("jf_alpha", "jm_kumo")
_FIGURES = "零幺一二三四五六七八九洞"
_AMOUNTS = "零幺一二两三四五六七八九十洞百千点半"


@dataclass(frozen=True)
class Lesson:
    """Something said, and the toneless syllables and sounds it is made of."""

    pcm: Pcm
    said: tuple[str, ...]
    sounds: Units


Speaker = Callable[[str], tuple[Samples, float]]
"""Says one breath: samples, and the rate they are to be played at."""


class Sentences:
    """Texts drawn by dice."""

    def __init__(self, wordings: Sequence[str], words: Path, dice: random.Random) -> None:
        """`words`: a table of kinds (day, part, hour, minute, short) and words. Raises OSError, Refused."""
        self._wordings, self._dice = wordings, dice
        table = rows(words.read_text("utf8"), {"kind", "words"})
        self._of = {row["kind"]: row["words"].split() for _, row in table}
        counts = word_counts()
        self._words = list(counts)
        single, compound = lexicon.lines("surnames.txt")
        self._surnames = [*single, *compound.split()]
        self._known = list(accumulate(1 / (place + 8) for place in range(len(self._surnames))))
        self._given = "".join(lexicon.lines("given_characters.txt"))
        # the frequent ones often, the rare ones too
        self._often = list(accumulate(count**0.6 for count in counts.values()))

    def draw(self) -> str:
        text = self._any()
        while not 0 < len(text) <= LONGEST:
            text = self._any()
        return text

    def _any(self) -> str:
        dice = self._dice
        kind = dice.random()
        if kind < 0.30:
            return dice.choice(self._wordings)
        if kind < 0.45:
            return self._time()
        if kind < 0.52:
            return "".join(dice.choice(self._of["short"]) for _ in range(dice.randint(1, 2)))
        if kind < 0.66:
            return self._figures()
        if kind < 0.76:
            return self._name()
        return "".join(dice.choices(self._words, cum_weights=self._often, k=dice.randint(1, 5)))

    def _time(self) -> str:
        dice = self._dice
        before = dice.choice(self._of["short"]) if dice.random() < 0.3 else ""
        day = dice.choice(self._of["day"]) if dice.random() < 0.8 else ""
        part = dice.choice(self._of["part"]) if dice.random() < 0.7 else ""
        hour = dice.choice(self._of["hour"]) + "点" if dice.random() < 0.7 else ""
        minute = dice.choice(self._of["minute"]) if hour and dice.random() < 0.7 else ""
        return before + day + part + hour + minute

    def _name(self) -> str:
        """A surname and one or two characters that given names are made of, as people introduce themselves."""
        given = "".join(self._dice.choices(self._given, k=self._dice.choice((1, 2, 2, 2, 2))))
        before = self._dice.choice(("", "", "我叫", "我是", "我姓"))
        return f"{before}{self._dice.choices(self._surnames, cum_weights=self._known)[0]}{given}"

    def _figures(self) -> str:
        dice = self._dice
        first = (dice.choice(_FIGURES if dice.random() < 0.7 else _AMOUNTS) for _ in range(dice.randint(2, 6)))
        more = (dice.choice(_FIGURES) for _ in range(dice.randint(2, 4))) if dice.random() < 0.5 else ()
        return "，".join(filter(None, ("".join(first), "".join(more))))


class Speakers:
    """Somebody new for every sentence: styles mixed, pitch and pace shifted. Raises SpeechError without models."""

    def __init__(self, dice: random.Random, threads: int = 2) -> None:
        models = ModelStore()
        self._dice = dice
        self._pronouncer = Pronouncer()
        self._accented = Kokoro(models.path("voice-kokoro"), threads=threads)
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
        dice = self._dice
        share = dice.uniform(-0.1, 1.1)
        one, other = (self._accented.style(name) for name in _STYLES)
        shaken = np.random.default_rng(dice.randrange(1 << 30)).normal(0, 0.05 * dice.random(), (1, 1, 256))
        style = np.asarray(share * one + (1 - share) * other + shaken, np.float32)
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


def hearings(lesson: Lesson, model: WhisperModel, dice: random.Random, number: int) -> Iterator[Floats]:
    """What the encoder makes of a lesson over so many lines, begun at another moment each time."""
    for line in lines(dice, number):
        pcm = concealed(through(lesson.pcm, line, dice.randrange(1 << 30)))
        encoded = model.encode(pcm[2 * dice.randrange(mulaw.RATE // 5) :])
        yield paired(encoded.features, encoded.audio_s)


def lines(dice: random.Random, number: int) -> Iterator[Line]:
    """Lines good and bad, each unlike the others."""
    for _ in range(number):
        yield Line(
            "drawn",
            snr_db=dice.uniform(6, 30),
            noise=dice.choice(tuple(KINDS)),
            loss=dice.choice((0, 0, 0.02, 0.04)),
            burst=dice.choice((1, 1, 3)),
            level_db=dice.uniform(-15, 8),
        )
