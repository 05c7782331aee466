"""Whisper base as a recogniser of telephone Mandarin: several readings, and scores for expected sentences.

Free decoding writes names and times in wrong characters, so the readings are only a first guess; `score` lets
the model itself choose among the sentences that make sense. Expected phrases do not steer the decoding: a
prompt made of them was measured to make it worse.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from asr_models.plausible import SILENT_DB, distinct, nobody_spoke
from asr_models.recogniser import Alternative, Capabilities, Expected, Hearing, SpeechError
from asr_models.sound import loudness_db, seconds, whole_samples
from asr_models.whisper_model import LONGEST_S, READINGS, Encoded, Reading, WhisperModel, simplified
from asr_models.windows import quietest_cut

SHORTEST_S = 0.1
HABIT_SHARE = 0.5
"""How much of a sentence's score on silence is taken off. Without it short and frequent words win: 41 sentences by
50 accented utterances 58 % right at 0, 92 % at 0.3, 98 % at 0.5 to 0.6, 96 % at 0.7."""
_SILENCE_S = 1.0
_HABITS_KEPT = 20_000
_SETTLED_AFTER_S = 10.0
_SETTLED_AT_LEAST_S = 4.0


class WhisperRecogniser:
    """Whisper base, loaded and warm. Safe to use from many threads."""

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        """Loads the model and lets it work once. Raises SpeechError."""
        self._model = WhisperModel(folder, threads)
        self._silence = self._model.encode(bytes(int(_SILENCE_S * 16_000)))
        self._habits: dict[str, float] = {}
        self._habits_lock = threading.Lock()
        self._model.decode(self._silence)
        self.habits(["你好"])

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            name="whisper-base", language="zh", grammar=False, scoring=True, partials=False, word_times=False
        )

    def listen(self, expected: Expected) -> WhisperListener:
        return WhisperListener(self, self._model)

    def prepare(self, expected: Expected) -> list[str]:
        """Any Chinese character can be heard; a phrase without one cannot."""
        return [phrase for phrase in expected.phrases if not simplified(phrase)]

    def habits(self, sentences: Sequence[str]) -> list[float]:
        """How readily the model says each sentence of silence: its log-probability there. Remembered."""
        with self._habits_lock:
            known = {sentence: self._habits[sentence] for sentence in sentences if sentence in self._habits}
        if new := [sentence for sentence in dict.fromkeys(sentences) if sentence not in known]:
            known |= zip(new, self._model.score(self._silence, new), strict=True)
            with self._habits_lock:
                if len(self._habits) > _HABITS_KEPT:
                    self._habits.clear()
                self._habits |= known
        return [known[sentence] for sentence in sentences]

    def close(self) -> None:
        """Nothing to let go of but memory."""


class WhisperListener:
    """One utterance, kept whole: the encoder sees all of it at once."""

    def __init__(self, recogniser: WhisperRecogniser, model: WhisperModel) -> None:
        self._recogniser, self._model = recogniser, model
        self._heard = bytearray()
        self._settled = 0
        self._settled_text = ""
        self._last: Hearing | None = None
        self._last_end = 0
        self._encoded: Encoded | None = None

    def feed(self, pcm: bytes) -> None:
        self._heard += pcm

    def partial(self) -> str:
        return ""

    def finish(self) -> Hearing:
        """Decodes what was fed; costs nothing when nothing was added since the last time.

        While somebody tells a story, what came before the last pause is not decoded again.
        """
        end = len(self._heard) & ~1
        if self._last is None or end != self._last_end:
            self._settle(end)
            self._last, self._last_end = self._decode(whole_samples(bytes(self._heard[self._settled :]))), end
        return self._last

    def score(self, sentences: Sequence[str]) -> list[float]:
        """Summed log-probability with the end token, less half of what the sentence has on silence.

        Of an utterance longer than one window the last window is scored. Raises SpeechError before `finish`.
        """
        if self._last is None:
            raise SpeechError("score was asked before finish")
        if not sentences or self._encoded is None:
            return [-math.inf] * len(sentences)
        scores = self._model.score(self._encoded, sentences)
        habits = self._recogniser.habits(sentences)
        return [score - HABIT_SHARE * habit for score, habit in zip(scores, habits, strict=True)]

    def _settle(self, end: int) -> None:
        """Takes the last hearing as final when much has been said since."""
        if self._last is None:
            return
        long_since = seconds(self._heard[self._settled : end]) > _SETTLED_AFTER_S
        if long_since and seconds(self._heard[self._settled : self._last_end]) > _SETTLED_AT_LEAST_S:
            self._settled, self._settled_text = self._last_end, self._last.text

    def _decode(self, pcm: bytes) -> Hearing:
        began = time.perf_counter()
        timings = {"encode": 0.0, "decode": 0.0}
        self._encoded, before, no_speech = None, self._settled_text, 1.0
        alternatives: tuple[Alternative, ...] = ()
        while pcm:
            cut = quietest_cut(pcm, LONGEST_S)
            before = alternatives[0].text if alternatives else before
            found, silent = self._decode_window(pcm[:cut], timings)
            no_speech = min(no_speech, silent)
            alternatives = tuple(_alternative(before, reading) for reading in found) or alternatives
            pcm = pcm[cut:]
        if not alternatives and before:
            alternatives = (Alternative(before, 1.0),)
        audio_s = seconds(self._heard)
        return Hearing(alternatives, no_speech, audio_s, 1000 * (time.perf_counter() - began), timings)

    def _decode_window(self, pcm: bytes, timings: dict[str, float]) -> tuple[list[Reading], float]:
        if seconds(pcm) < SHORTEST_S or loudness_db(pcm) < SILENT_DB:
            return [], 1.0
        began = time.perf_counter()
        self._encoded = self._model.encode(pcm)
        encoded = time.perf_counter()
        readings, no_speech = self._model.decode(self._encoded, READINGS)
        timings["encode"] += 1000 * (encoded - began)
        timings["decode"] += 1000 * (time.perf_counter() - encoded)
        if nobody_spoke(readings[0], no_speech):
            self._encoded = None
            return [], no_speech
        return distinct(readings), no_speech


def _alternative(before: str, reading: Reading) -> Alternative:
    return Alternative(before + reading.text, math.exp(reading.log_probability / reading.tokens))
