"""From a studio's sound to a telephone's: 8000 Hz, 300 to 3400 Hz, an even level, no dead air at the ends."""

from __future__ import annotations

import numpy as np

from ivr.voice import mulaw
from ivr.voice.mulaw import RATE, Samples

LEVEL_DBFS = -20.0
"""Root mean square of the spoken part, relative to full scale (RMS of a full-scale constant = 0 dB)."""
PEAK = 0.97
LOW_HZ, HIGH_HZ = 300.0, 3400.0


def _band_pass(taps: int = 201) -> Samples:
    """A linear-phase filter for the telephone band: windowed sinc, 3 dB points at its edges."""
    t = np.arange(taps) - taps // 2
    low, high = LOW_HZ * 2 / RATE, HIGH_HZ * 2 / RATE
    ideal = high * np.sinc(high * t) - low * np.sinc(low * t)
    return np.asarray(ideal * np.hamming(taps), dtype=np.float32)


_FILTER = _band_pass()


def band_limit(samples: Samples) -> Samples:
    """What a telephone line lets through of 8000 Hz sound; same length, no delay."""
    if not samples.size:
        return samples
    half = len(_FILTER) // 2
    return np.convolve(samples, _FILTER)[half : half + samples.size].astype(np.float32)


def trim(samples: Samples, rate: int = RATE, keep_s: float = 0.03) -> Samples:
    """Cuts silence off both ends, leaving a little so that no consonant is clipped."""
    step = max(1, rate // 100)
    levels = _levels(samples, step)
    loud = np.flatnonzero(levels > levels.max(initial=0.0) * 0.02) if levels.size else levels
    if not loud.size:
        return samples[:0]
    keep = round(keep_s * rate)
    first, last = int(loud[0]) * step, (int(loud[-1]) + 1) * step
    return samples[max(0, first - keep) : last + keep]


def level(samples: Samples, dbfs: float = LEVEL_DBFS) -> Samples:
    """The same sound at the hotline's loudness, pauses left out; peaks are rounded, not clipped."""
    spoken = speech_rms(samples)
    if spoken < 1e-6:
        return samples
    louder = samples * np.float32(10 ** (dbfs / 20) / spoken)
    return _round_peaks(louder)


def speech_rms(samples: Samples) -> float:
    """Root mean square of the 20 ms pieces that are not pauses; 0..1."""
    levels = _levels(samples, RATE // 50)
    spoken = levels[levels > levels.max(initial=0.0) * 0.1]
    return float(np.sqrt(np.mean(spoken**2))) if spoken.size else 0.0


def for_telephone(samples: Samples, rate: int, keep_s: float = 0.03) -> Samples:
    """A voice as the exchange should get it: trimmed, in the telephone band, at the hotline's level."""
    narrow = band_limit(mulaw.resample(trim(samples, rate, keep_s), rate))
    return fade(level(narrow))


def fade(samples: Samples, seconds: float = 0.005) -> Samples:
    """Takes the click off both ends."""
    n = min(round(seconds * RATE), samples.size // 2)
    if not n:
        return samples
    ramp = np.linspace(0, 1, n, dtype=np.float32)
    faded = samples.copy()
    faded[:n] *= ramp
    faded[-n:] *= ramp[::-1]
    return faded


def _levels(samples: Samples, step: int) -> Samples:
    whole = samples[: samples.size - samples.size % step].reshape(-1, step)
    return np.asarray(np.sqrt(np.mean(whole**2, axis=1)), dtype=np.float32)


def _round_peaks(samples: Samples) -> Samples:
    """Bends what rises above 0.7 of full scale softly under `PEAK`."""
    knee = 0.7
    over = np.abs(samples) > knee
    bent = knee + (PEAK - knee) * np.tanh((np.abs(samples[over]) - knee) / (PEAK - knee))
    samples = samples.copy()
    samples[over] = np.sign(samples[over]) * bent
    return samples
