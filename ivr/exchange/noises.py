"""What is to be heard behind a caller: a room of people, mains hum, wind, hiss. Eight seconds that repeat."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from ivr.voice.mulaw import RATE, Samples
from ivr.voice.telephone import band_limit

SECONDS = 8
_LENGTH = SECONDS * RATE
_TALKERS = 6


@lru_cache(maxsize=16)
def noise(kind: str, seed: int) -> Samples:
    """A loop in the telephone band with a root mean square of 1. Raises ValueError for an unknown kind."""
    if kind not in _MADE_BY:
        raise ValueError(f"there is no noise {kind!r}; there are {', '.join(KINDS)}")
    sound = band_limit(_MADE_BY[kind](np.random.default_rng(seed)))
    steady: Samples = sound / np.float32(np.sqrt(np.mean(sound**2)))
    steady.flags.writeable = False  # shared by every line of this seed
    return steady


def _white(dice: np.random.Generator) -> Samples:
    return dice.standard_normal(_LENGTH).astype(np.float32)


def _hum(dice: np.random.Generator) -> Samples:
    """50 Hz mains through a cheap adapter: odd harmonics strongest, a little hiss over it."""
    at = np.arange(_LENGTH) / RATE
    hum = sum(
        (1.0 if order % 2 else 0.4) / order * np.sin(2 * np.pi * 50 * order * at + dice.uniform(0, 2 * np.pi))
        for order in range(1, 40)
    )
    return np.asarray(hum + 0.01 * dice.standard_normal(_LENGTH), np.float32)


def _wind(dice: np.random.Generator) -> Samples:
    """Low-heavy noise that swells and falls every second or two."""
    spectrum = np.fft.rfft(dice.standard_normal(_LENGTH))
    hertz = np.maximum(np.fft.rfftfreq(_LENGTH, 1 / RATE), 20.0)
    rush = np.fft.irfft(spectrum / hertz**1.2, _LENGTH)
    return np.asarray(rush * _swell(dice, points=SECONDS * 2) ** 2, dtype=np.float32)


def _babble(dice: np.random.Generator) -> Samples:
    """Six people talking at once: vowels of ever-changing pitch and colour at the rate of syllables."""
    return np.asarray(np.sum([_talker(dice) for _ in range(_TALKERS)], axis=0), dtype=np.float32)


def _talker(dice: np.random.Generator) -> Samples:
    said = np.zeros(_LENGTH, np.float32)
    voice_hz = dice.uniform(100, 220)
    at = int(dice.integers(0, RATE // 4))
    while at < _LENGTH:
        length = min(int(dice.uniform(0.12, 0.3) * RATE), _LENGTH - at)
        if dice.random() < 0.8:
            said[at : at + length] += _vowel(dice, voice_hz * dice.uniform(0.85, 1.2), length)
        at += length
    return said


def _vowel(dice: np.random.Generator, pitch_hz: float, length: int) -> Samples:
    orders = np.arange(1, int(3400 / pitch_hz) + 1)[:, None]
    hertz = orders * pitch_hz
    first, second = dice.uniform(300, 850), dice.uniform(900, 2400)
    colour = np.exp(-(((hertz - first) / 150) ** 2)) + 0.5 * np.exp(-(((hertz - second) / 250) ** 2)) + 0.02
    glide = np.cumsum(np.linspace(1.0, dice.uniform(0.9, 1.1), length))
    waves = np.asarray(colour * np.sin(2 * np.pi * hertz * glide / RATE), np.float32)
    return np.asarray(waves.sum(axis=0) * np.hanning(length), dtype=np.float32)


def _swell(dice: np.random.Generator, points: int) -> Samples:
    loudness = dice.uniform(0.15, 1.0, points + 1)
    loudness[-1] = loudness[0]  # so that the loop closes
    return np.interp(np.linspace(0, points, _LENGTH), np.arange(points + 1), loudness).astype(np.float32)


_MADE_BY: dict[str, Callable[[np.random.Generator], Samples]] = {
    "babble": _babble,
    "hum": _hum,
    "wind": _wind,
    "white": _white,
}
KINDS = tuple(_MADE_BY)
