"""What the exchange itself does with sound: levels, tones, media files.

Audio is G.711 µ-law, 8000 Hz, mono, in frames of 160 bytes (20 ms) wherever nothing else is said.
"""

from __future__ import annotations

import numpy as np

from ivr.voice import mulaw, wav

RATE = mulaw.RATE
FRAME = mulaw.FRAME_BYTES
SILENCE = mulaw.SILENCE * FRAME
"""One frame of nothing."""
AUDIBLE = 100.0
"""A frame is heard above this mean amplitude (16-bit units, about -50 dBFS)."""

_AMPLITUDE = np.abs(mulaw.decode(bytes(range(256))).astype(np.float64))


class UnknownSound(Exception):
    """The bytes are no audio this exchange can play."""


def level(audio: bytes) -> float:
    """Mean absolute amplitude in 16-bit units; 0.0 for no audio."""
    if not audio:
        return 0.0
    return float(_AMPLITUDE[np.frombuffer(audio, dtype=np.uint8)].mean())


def seconds(audio: bytes) -> float:
    return len(audio) / RATE


def tone(frequency: float, length_s: float, amplitude: float = 4000.0) -> bytes:
    """A sine tone."""
    at = np.arange(int(RATE * length_s)) / RATE
    return mulaw.encode((amplitude * np.sin(2 * np.pi * frequency * at)).astype(np.int16))


def to_wav(audio: bytes) -> bytes:
    """A 16-bit 8 kHz mono WAV file, as carriers hand out recordings."""
    return wav.pcm_wav(mulaw.decode(audio))


def from_media(body: bytes, content_type: str) -> bytes:
    """µ-law of a media file: WAV of any rate, or raw `audio/basic`. Raises UnknownSound."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind in ("audio/basic", "audio/x-mulaw", "audio/ulaw"):
        return body
    try:
        samples, rate = wav.parse(body)
    except wav.DamagedWav as damage:
        raise UnknownSound(f"cannot play {kind or 'unnamed'} audio: {damage}") from damage
    return mulaw.encode(mulaw.to_pcm(mulaw.resample(samples, rate)))
