"""Sounds that are not words, as telephone µ-law: the beep before a message, and a line that is alive."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from ivr.voice import mulaw
from ivr.voice.mulaw import RATE
from ivr.voice.telephone import band_limit, fade

BEEP_HZ = 450.0
"""The frequency of China's own call tones (GB 3380): known to every caller, and low enough for old ears."""
BEEP_S = 0.4
BEFORE_BEEP_S = 0.2
COMFORT_DBFS = -52.0


@lru_cache(maxsize=1)
def beep() -> bytes:
    """嘟: a moment of silence and one even tone, whole 20 ms frames."""
    at = np.arange(round(BEEP_S * RATE), dtype=np.float32) / RATE
    tone = fade((0.25 * np.sin(2 * np.pi * BEEP_HZ * at)).astype(np.float32), 0.02)
    return mulaw.silence(BEFORE_BEEP_S) + mulaw.encode(mulaw.to_pcm(tone))


@lru_cache(maxsize=8)
def comfort(seconds: float) -> bytes:
    """The soft rush of an open line, so that waiting does not sound like being cut off."""
    noise = band_limit(np.random.default_rng(1).standard_normal(round(seconds * RATE)).astype(np.float32))
    quiet = noise * np.float32(10 ** (COMFORT_DBFS / 20) / max(float(np.std(noise)), 1e-9))
    return mulaw.encode(mulaw.to_pcm(fade(quiet, 0.05)))
