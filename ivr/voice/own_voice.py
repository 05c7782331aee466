"""A recording that somebody made in a browser, checked and made fit for the telephone."""

from __future__ import annotations

import io
import struct
import wave

import numpy as np

from hotline.domain.errors import Refused
from hotline.domain.recorded_prompts import LONGEST_S, SHORTEST_S
from ivr.voice import mulaw
from ivr.voice.mulaw import RATE, Pcm, Samples
from ivr.voice.telephone import band_limit, fade, speech_rms, trim

LEVEL, LOUDEST = 10 ** (-20 / 20), 10 ** (-3 / 20)
"""Root mean square of the spoken part, and the peak it may not rise above: the lesser gain counts."""
SILENT = 10 ** (-48 / 20)
FULL, MOST_FULL = 32_700, 0.002
"""16-bit samples from here on are cut off; more of them than this share is heard as a crackle."""
RATES = range(8_000, 48_001)
MOST_FRAMES = int(LONGEST_S * 48_000 * 2)


def prepared(raw: bytes) -> Pcm:
    """8000 Hz sound of a PCM WAV: trimmed, in the telephone's band, at an even level.

    Refused: not_a_wav, too_short, too_long, clipped, silent.
    """
    samples, rate = _read(raw)
    if samples.size > LONGEST_S * 1.5 * rate:
        raise Refused("too_long", most=LONGEST_S)
    if np.mean(np.abs(samples) >= FULL) > MOST_FULL:
        raise Refused("clipped")
    narrow = band_limit(mulaw.resample(samples.astype(np.float32) / np.float32(32768), rate))
    if speech_rms(narrow) < SILENT:
        raise Refused("silent")
    spoken = trim(narrow, keep_s=0.05)
    if spoken.size < SHORTEST_S * RATE:
        raise Refused("too_short")
    if spoken.size > LONGEST_S * RATE:
        raise Refused("too_long", most=LONGEST_S)
    return mulaw.to_pcm(fade(_levelled(spoken)))


def _levelled(spoken: Samples) -> Samples:
    gain = min(LEVEL / speech_rms(spoken), LOUDEST / float(np.abs(spoken).max()))
    return np.asarray(spoken * np.float32(gain), dtype=np.float32)


def _read(raw: bytes) -> tuple[Samples, int]:
    """The samples on the 16-bit scale, channels mixed; a header that promises more than there is, is refused."""
    try:
        with wave.open(io.BytesIO(raw)) as file:
            channels, width, rate, frames = file.getparams()[:4]
            if channels not in (1, 2) or width != 2 or rate not in RATES or not 0 < frames <= MOST_FRAMES:
                raise Refused("too_long" if frames > MOST_FRAMES and _there(raw, channels, width) else "not_a_wav")
            data = file.readframes(frames)
    except (wave.Error, EOFError, ValueError, RuntimeError, OverflowError, struct.error):
        raise Refused("not_a_wav") from None
    if len(data) != frames * channels * width:
        raise Refused("not_a_wav")
    return np.frombuffer(data, "<i2").reshape(-1, channels).mean(axis=1, dtype=np.float32), rate


def _there(raw: bytes, channels: int, width: int) -> bool:
    """Whether so much sound is really in the file."""
    return len(raw) > MOST_FRAMES * channels * width
