"""A second ear on what Whisper's encoder hears: which sounds, frame by frame, without any idea of words.

Whisper's decoder writes what it has read a million times; of a name, a row of figures or a strong accent it makes
something else that reads well. This small network (a few hundred thousand weights) only says which initials and
finals it hears every 40 ms. `docs/ears.md` says what it was trained on: synthetic speech alone, frozen encoder.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from asr_models.paths import Entry, Frames, PhraseLoop, fit
from asr_models.recogniser import Expected
from asr_models.sound_units import UNITS, Units, spellings, units, units_of

Floats = npt.NDArray[np.float32]

_FRAMES_PER_S = 50
_AFTER = 4
"""Encoder frames looked at behind the end of the audio."""
_PHRASE_SHARE, _SELDOM_SHARE = 0.5, 0.02
"""How much of what is said is expected, by the loop's lights, and how much may be said at any time but seldom is.
The rest is any syllable."""
_ANY_SYLLABLE = -1.0
"""Nats by which a syllable that is no expected phrase is less likely still."""


class SecondEar:
    """The weights, read once. Safe to use from many threads."""

    def __init__(self) -> None:
        with (
            resources.files("asr_models").joinpath("data", "second-ear.npz").open("rb") as file,
            np.load(file) as kept,
        ):
            self._weights = {name: np.asarray(kept[name], np.float32) for name in kept.files}
        self._blocks = sum(name.startswith("gain") for name in self._weights)
        if self._weights["out"].shape[1] != len(UNITS):
            raise ValueError("second-ear.npz knows other units than sound_units.py")

    def frames(self, encoded: Floats, audio_s: float) -> Frames:
        """Log-probabilities of units every 40 ms, of what the encoder made of one window (1, frames, 512)."""
        w = self._weights
        here = _bent((paired(encoded, audio_s) - w["mean"]) / w["spread"] @ w["in"] + w["in_bias"])
        for block in range(self._blocks):
            here = here + self._block(here, block)
        scores = here @ w["out"] + w["out_bias"]
        top = scores.max(axis=1, keepdims=True)
        return np.asarray(scores - top - np.log(np.exp(scores - top).sum(axis=1, keepdims=True)), np.float32)

    def _block(self, here: Floats, block: int) -> Floats:
        """Each channel over its neighbours in time, then all channels together."""
        w = self._weights
        even = here / np.sqrt((here * here).mean(axis=1, keepdims=True) + 1e-5) * w[f"gain{block}"]
        near = w[f"near{block}"]
        reach = len(near) // 2
        padded = np.pad(even, ((reach, reach), (0, 0)))
        around = sum(padded[step : step + len(even)] * near[step] for step in range(len(near)))
        return _bent(around @ w[f"mix{block}"] + w[f"mix_bias{block}"])


def paired(encoded: Floats, audio_s: float) -> Floats:
    """The encoder's frames of the audio, two of them side by side: (frames of 40 ms, 1024)."""
    length = (int(audio_s * _FRAMES_PER_S) + _AFTER) & ~1
    return encoded[0, :length].reshape(-1, 2 * encoded.shape[2])


def _bent(x: npt.NDArray[np.floating[Any]]) -> Floats:
    """GELU by its tanh form, as the network was trained with."""
    return np.asarray(0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))), np.float32)


@lru_cache(maxsize=64)
def loop_of(expected: Expected) -> PhraseLoop:
    """The expected phrases and every syllable there is, in any order. Made once for a question (some 50 ms)."""
    any_syllable = [(text, units(syllable)) for syllable, text in spellings().items()]
    rest = 1 - _PHRASE_SHARE - _SELDOM_SHARE
    return PhraseLoop(
        [
            *_entries(_by_sound(expected.phrases), math.log(_PHRASE_SHARE)),
            *_entries(_by_sound(expected.seldom), math.log(_SELDOM_SHARE)),
            *_entries(any_syllable, math.log(rest) + _ANY_SYLLABLE),
        ]
    )


def _by_sound(phrases: Sequence[str]) -> list[tuple[str, Units]]:
    """Of phrases that sound the same the first."""
    found: dict[Units, str] = {}
    for text in phrases:
        found.setdefault(units_of(text), text)
    return [(text, sounds) for sounds, text in found.items() if sounds]


def _entries(phrases: Sequence[tuple[str, Units]], cost: float) -> list[Entry]:
    each = cost - math.log(max(1, len(phrases)))
    return [Entry(text, sounds, each) for text, sounds in phrases]


def read(frames: Frames, expected: Expected) -> str:
    """The likeliest text of expected phrases and other syllables; empty where only silence was heard."""
    return "".join(loop_of(expected).best(frames)[0])


def fits(frames: Frames, sentences: list[str]) -> list[float]:
    """Log-probability of each sentence by its sounds."""
    return fit(frames, [units_of(sentence) for sentence in sentences])
