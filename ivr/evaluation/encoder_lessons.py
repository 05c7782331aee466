"""What the encoder is tuned on: a sentence on a quiet line and on a bad one, the same moments of both.

No bad line is used twice: each time a sentence is drawn it goes through another throat, handset and noise.
"""

from __future__ import annotations

import queue
import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from faster_whisper.feature_extractor import FeatureExtractor

from asr_models.concealment import concealed
from asr_models.sound import MODEL_RATE, at_model_rate
from asr_models.sound_units import Units
from ivr.evaluation.ear_corpus import lines
from ivr.evaluation.ear_lessons import Spoken
from ivr.evaluation.ear_speakers import another_throat
from ivr.evaluation.line import Line, through
from ivr.voice import mulaw

Floats = npt.NDArray[np.float32]

BATCH = 8
TAIL_S = 1.5
"""Silence behind the sentence: half of what a call has, for every frame costs."""
_QUIET = Line("quiet", snr_db=60.0)
_LONGEST_S = 7.0
_LENGTHS = (200, 250, 300, 350, 400, 450, 500)
"""Frames of 20 ms that batches are padded to: few shapes, few compilations."""
_LONGEST_LABEL = 48
_FRAMES_PER_S, _AFTER = 50, 4
_WAITING = 6
"""Batches made ahead."""


@dataclass(frozen=True)
class Pair:
    """The spectrum of one sentence on both lines (80, frames of 10 ms), and what was said."""

    quiet: Floats
    noisy: Floats
    sounds: Units
    audio_s: float


@dataclass(frozen=True)
class Batch:
    """Pairs padded to one length; `there` marks frames of 20 ms, `said` pairs of them that hold the sentence."""

    quiet: Floats
    noisy: Floats
    there: Floats
    said: Floats
    sounds: npt.NDArray[np.int32]
    known: Floats


def pair(spoken: Spoken, dice: random.Random) -> Pair:
    """One sentence by another throat, begun at some moment of the room before it."""
    said = another_throat(spoken.pcm, dice)
    begin = 2 * dice.randrange(mulaw.RATE // 5)
    (line,) = lines(dice, 1)
    seed = dice.randrange(1 << 30)
    quiet, noisy = (spectrum(concealed(through(said, way, seed))[begin:]) for way in (_QUIET, line))
    return Pair(quiet, noisy, spoken.sounds, (len(said) + mulaw.RATE // 2 - begin // 2) / mulaw.RATE)


def spectrum(pcm: bytes) -> Floats:
    """Whisper's own, of an even number of frames."""
    padded = np.pad(at_model_rate(pcm), (0, int(TAIL_S * MODEL_RATE)))
    found = np.asarray(_extractor()(padded, padding=0), np.float32)
    return found[:, : found.shape[1] & ~1]


def batch(pairs: Sequence[Pair]) -> Batch:
    """Padded with silence's zeros to one of a few lengths."""
    longest = max(one.quiet.shape[1] // 2 for one in pairs)
    frames = next((length for length in _LENGTHS if length >= longest), longest)
    rows = len(pairs)
    made = Batch(
        np.zeros((rows, 80, 2 * frames), np.float32),
        np.zeros((rows, 80, 2 * frames), np.float32),
        np.zeros((rows, frames), np.float32),
        np.zeros((rows, frames // 2), np.float32),
        np.zeros((rows, _LONGEST_LABEL), np.int32),
        np.zeros((rows, _LONGEST_LABEL), np.float32),
    )
    for row, one in enumerate(pairs):
        length, sounds = one.quiet.shape[1], one.sounds[:_LONGEST_LABEL]
        made.quiet[row, :, :length], made.noisy[row, :, :length] = one.quiet, one.noisy
        made.there[row, : length // 2] = 1
        made.said[row, : (int(one.audio_s * _FRAMES_PER_S) + _AFTER) // 2] = 1
        made.sounds[row, : len(sounds)], made.known[row, : len(sounds)] = sounds, 1
    return made


class Feed:
    """Batches without end, made by a thread of their own while the last one is learnt from."""

    def __init__(self, spoken: Sequence[Spoken], seed: int) -> None:
        self._spoken = [one for one in spoken if len(one.pcm) < _LONGEST_S * mulaw.RATE]
        self._dice = random.Random(seed)
        self._made: queue.Queue[Batch] = queue.Queue(_WAITING)
        threading.Thread(target=self._make, daemon=True).start()

    def next(self) -> Batch:
        return self._made.get()

    def _make(self) -> None:
        while True:
            drawn = self._dice.choices(self._spoken, k=4 * BATCH)
            pairs = sorted((pair(one, self._dice) for one in drawn), key=lambda one: one.quiet.shape[1])
            batches = [pairs[at : at + BATCH] for at in range(0, len(pairs), BATCH)]
            self._dice.shuffle(batches)
            for several in batches:
                self._made.put(batch(several))


@lru_cache(maxsize=1)
def _extractor() -> FeatureExtractor:
    return FeatureExtractor()
