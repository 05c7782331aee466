"""Telephone sound for the models: 16-bit mono PCM at 8000 Hz in, floats at the model's rate out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import soxr

from asr_models.recogniser import SAMPLE_RATE

MODEL_RATE = 16_000

Floats = npt.NDArray[np.float32]


def whole_samples(pcm: bytes) -> bytes:
    """The bytes without an odd last one."""
    return pcm[: len(pcm) & ~1]


def seconds(pcm: bytes | bytearray) -> float:
    """How long 16-bit mono PCM at 8000 Hz lasts."""
    return len(pcm) // 2 / SAMPLE_RATE


def at_model_rate(pcm: bytes) -> Floats:
    """The sound at 16000 Hz as floats from -1 to 1."""
    samples = np.frombuffer(whole_samples(pcm), "<i2").astype(np.float32) / 32768
    resampled: Floats = soxr.resample(samples, SAMPLE_RATE, MODEL_RATE, quality="HQ")
    return resampled


def loudness_db(pcm: bytes) -> float:
    """Root mean square in dB of full scale; -120 for digital silence."""
    samples = np.frombuffer(whole_samples(pcm), "<i2").astype(np.float32) / 32768
    power = float(np.mean(samples**2)) if samples.size else 0.0
    return 10 * float(np.log10(max(power, 1e-12)))
