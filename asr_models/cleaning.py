"""A second way of hearing the same words: some of the line's noise taken out, played a little quicker and higher.

Whisper's mistakes on an accented voice are those of one encoding: a second one that differs makes others.
Of 262 synthetic answers at 20 dB (docs/ears.md) the better-scored first reading had 29.6 % of its syllables
wrong instead of 35.4 %, and the best of all readings 21.9 % instead of 29.2 %.
"""

from __future__ import annotations

import numpy as np
import soxr

from asr_models.recogniser import SAMPLE_RATE
from asr_models.sound import Floats, whole_samples

QUICKER = 1.1
_WINDOW, _HOP = 256, 64
_NOISE_PERCENTILE, _NOISE_MARGIN = 15, 1.3
"""The line alone is what a band is like in the quietest seventh of an utterance: a timid guess on purpose, taking
out more made readings worse again (33.3 % instead of 32.7 % of syllables)."""
_OVER, _FLOOR = 1.5, 0.15


def second_look(pcm: bytes) -> bytes:
    """The utterance (16-bit mono PCM at 8000 Hz) with less steady noise, a tenth quicker and higher."""
    samples = np.frombuffer(whole_samples(pcm), "<i2").astype(np.float32)
    if samples.size < _WINDOW:
        return pcm
    quicker = soxr.resample(without_noise(samples), SAMPLE_RATE * QUICKER, SAMPLE_RATE, quality="HQ")
    return bytes(np.clip(quicker, -32768, 32767).astype("<i2").tobytes())


def without_noise(samples: Floats) -> Floats:
    """Power spectral subtraction (Boll 1979; over-subtraction and floor as Berouti 1979). Same length."""
    window = np.hanning(_WINDOW).astype(np.float32)
    padded = np.pad(samples, (_WINDOW, 2 * _WINDOW))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP] * window
    spectrum = np.fft.rfft(frames, axis=1)
    power = np.abs(spectrum) ** 2
    noise = np.percentile(power, _NOISE_PERCENTILE, axis=0) * _NOISE_MARGIN**2
    gain = np.sqrt(np.maximum(1 - _OVER * noise / np.maximum(power, 1e-6), _FLOOR**2))
    cleaned = np.fft.irfft(spectrum * gain, n=_WINDOW, axis=1) * window
    result, weight = np.zeros(padded.size), np.zeros(padded.size)
    for number, frame in enumerate(cleaned):
        place = slice(number * _HOP, number * _HOP + _WINDOW)
        result[place] += frame
        weight[place] += window**2
    kept: Floats = (result / np.maximum(weight, 1e-3))[_WINDOW : _WINDOW + samples.size].astype(np.float32)
    return kept
