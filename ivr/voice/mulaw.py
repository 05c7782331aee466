"""The telephone's own sound: G.711 µ-law at 8000 Hz, one byte a sample, and the way to and from 16-bit PCM."""

from __future__ import annotations

import numpy as np
import soxr
from numpy.typing import NDArray

RATE = 8000
FRAME_MS = 20
FRAME_BYTES = 160
SILENCE = b"\xff"
"""One sample of silence: positive zero, as G.711 sends it."""

Pcm = NDArray[np.int16]
Samples = NDArray[np.float32]

# G.711 codes 14-bit values; a 16-bit sample loses its two lowest bits first
_BIAS = 33
_CLIP = 8158


def _expand() -> Pcm:
    """The 256 values of ITU-T G.711 µ-law, on the 16-bit scale."""
    code = ~np.arange(256, dtype=np.uint8)
    exponent = ((code >> 4) & 7).astype(np.int32)
    size = ((((code & 15).astype(np.int32) << 1) + _BIAS) << exponent) - _BIAS
    return np.where(code & 0x80, -size * 4, size * 4).astype(np.int16)


def _compress() -> NDArray[np.uint8]:
    """The µ-law byte of every 16-bit value; index by the value's two's complement bits."""
    value = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    # one's complement for what is negative, as in the ITU's software tool library (G.191)
    size = np.minimum(np.where(value < 0, ~value, value) >> 2, _CLIP) + _BIAS
    exponent = np.floor(np.log2(size)).astype(np.int32) - 5
    mantissa = (size >> (exponent + 1)) & 15
    sign = np.where(value < 0, 0x80, 0)
    code: NDArray[np.uint8] = (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8)
    return code


_TO_PCM = _expand()
_TO_MULAW = _compress()


def encode(pcm: Pcm) -> bytes:
    """µ-law of 16-bit samples."""
    return _TO_MULAW[np.ascontiguousarray(pcm, dtype=np.int16).view(np.uint16)].tobytes()


def decode(mulaw: bytes) -> Pcm:
    """16-bit samples of µ-law; every byte is valid µ-law, so this never fails."""
    return _TO_PCM[np.frombuffer(mulaw, dtype=np.uint8)]


def pcm_bytes(pcm: Pcm) -> bytes:
    """Samples as little-endian bytes, the form recognisers take."""
    return pcm.astype("<i2").tobytes()


def from_pcm_bytes(data: bytes) -> Pcm:
    """Samples of little-endian bytes; an odd last byte is half a sample and is dropped."""
    return np.frombuffer(data[: len(data) & ~1], dtype="<i2").astype(np.int16)


def to_pcm(samples: Samples) -> Pcm:
    """16-bit samples of floats in -1..1; what is louder is limited, not wrapped."""
    return (np.clip(samples, -1.0, 1.0) * 32767).round().astype(np.int16)


def to_samples(pcm: Pcm) -> Samples:
    """Floats in -1..1 of 16-bit samples."""
    return pcm.astype(np.float32) / np.float32(32768)


def resample(samples: Samples, source: float, target: float = RATE) -> Samples:
    """The same sound at another rate (Hz), with everything above the new half-rate taken out."""
    if source == target or not samples.size:
        return samples
    return np.asarray(soxr.resample(samples, source, target), dtype=np.float32)


def silence(seconds: float) -> bytes:
    """µ-law of nothing."""
    return SILENCE * round(seconds * RATE)
