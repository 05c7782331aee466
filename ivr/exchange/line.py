"""A bad line: noise behind the caller, a voice too quiet or too loud, frames lost in bursts."""

from __future__ import annotations

import numpy as np

from ivr.exchange.faults import Faults, LossyLine
from ivr.exchange.noises import noise as noise_loop
from ivr.voice import mulaw
from ivr.voice.mulaw import FRAME_BYTES, Pcm, Samples
from ivr.voice.telephone import LEVEL_DBFS, band_limit, speech_rms

FRAME = FRAME_BYTES
"""Samples of 20 ms."""
_CONCEALED = (0.8, 0.5, 0.25)
"""How loud the last good frame is repeated for the first, second and third lost one; then there is silence."""


class Line:
    """One direction of one call. `spoil` a whole recording, or pass frames through `room` as they are spoken.

    `snr_db` compares the spoken part with the noise (None: no noise); `loss_percent` of frames are lost, `burst`
    in a row; `level_db` makes the talker louder or quieter. Raises ValueError for settings that make no sense.
    """

    def __init__(
        self,
        snr_db: float | None = None,
        loss_percent: float = 0.0,
        *,
        burst: int = 2,
        seed: int = 0,
        level_db: float = 0.0,
        noise: str = "babble",
    ) -> None:
        if not 0 <= loss_percent < 100 or burst < 1:
            raise ValueError("loss is 0 to 99 percent, in bursts of at least one frame")
        self._gain = np.float32(10 ** (level_db / 20))
        self._snr_db = snr_db
        self._noise = noise_loop(noise, seed)
        self._losses = LossyLine(Faults(seed=seed, loss=loss_percent / 100, loss_burst=burst))
        self._at = int(np.random.default_rng(seed).integers(self._noise.size))
        self._last = np.zeros(FRAME, np.int16)
        self._lost = 0

    def spoil(self, pcm: Pcm) -> Pcm:
        """What arrives of 8000 Hz sound, as many samples: band, noise, G.711, losses concealed."""
        speech = band_limit(mulaw.to_samples(pcm)) * self._gain
        heard = mulaw.to_pcm(speech + self._background(speech.size, speech_rms(speech)))
        coded = mulaw.decode(mulaw.encode(heard))
        frames = [self._arrived(coded[at : at + FRAME]) for at in range(0, coded.size, FRAME)]
        return np.concatenate(frames) if frames else coded

    def room(self, frame: bytes) -> bytes | None:
        """What arrives of one µ-law frame of a voice at the hotline's level; None where it is lost."""
        speech = mulaw.to_samples(mulaw.decode(frame)) * self._gain
        nominal = 10 ** (LEVEL_DBFS / 20) * float(self._gain)
        heard = mulaw.encode(mulaw.to_pcm(speech + self._background(speech.size, nominal)))
        return None if self._losses.loses() else heard

    def _background(self, samples: int, speech: float) -> Samples:
        """The next stretch of noise, so loud that `speech` (root mean square) keeps its distance."""
        places = (self._at + np.arange(samples)) % self._noise.size
        self._at = (self._at + samples) % self._noise.size
        if self._snr_db is None:
            return np.zeros(samples, np.float32)
        loudness = (speech or 10 ** (LEVEL_DBFS / 20)) * 10 ** (-self._snr_db / 20)
        return self._noise[places] * np.float32(loudness)

    def _arrived(self, frame: Pcm) -> Pcm:
        if not self._losses.loses():
            self._lost = 0
            self._last = frame
            return frame
        self._lost += 1
        loudness = _CONCEALED[self._lost - 1] if self._lost <= len(_CONCEALED) else 0.0
        stopgap = np.zeros(frame.size, np.int16)
        size = min(frame.size, self._last.size)
        stopgap[:size] = (self._last[:size] * loudness).astype(np.int16)
        return stopgap
