"""A caller's way to us: room, a telephone's band and µ-law, a network that loses packets. One seed, one sound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ivr.evaluation.surroundings import surroundings
from ivr.voice import mulaw
from ivr.voice.mulaw import Pcm

_FRAME = 160
_ROOM_S = 0.25
_FULL = 32767


@dataclass(frozen=True)
class Line:
    """What is done to a clean voice before it is heard."""

    name: str
    snr_db: float = 20.0
    noise: str = "white"
    """A kind of `SURROUNDINGS`."""
    loss: float = 0.0
    """Share of 20 ms packets that never come; silence is heard for them."""
    burst: float = 1.0
    """Packets that are lost in a row, on average."""
    level_db: float = 0.0
    """Louder or softer than -20 dBFS; what goes over the top is clipped."""


CLEAN = Line("clean")
HARD = Line("hard", snr_db=10.0, loss=0.03)
LINES = {line.name: line for line in (CLEAN, HARD)}


def through(pcm: Pcm, line: Line, seed: int) -> bytes:
    """PCM16 at 8000 Hz as it is heard, a quarter second of the caller's room before and after."""
    room = np.zeros(round(_ROOM_S * mulaw.RATE), np.float64)
    said = np.concatenate([room, pcm.astype(np.float64), room])
    loud = float(np.sqrt(np.mean(pcm.astype(np.float64) ** 2))) if len(pcm) else 1.0
    around = np.resize(np.roll(surroundings(line.noise, seed % 7), seed % 50_000), len(said))
    mixed = (said + around * loud / 10 ** (line.snr_db / 20)) * 10 ** (line.level_db / 20)
    heard = mulaw.decode(mulaw.encode(np.clip(mixed, -_FULL - 1, _FULL).astype(np.int16))).copy()
    for lost in _lost(len(heard) // _FRAME, line, np.random.default_rng(seed)):
        heard[lost * _FRAME : (lost + 1) * _FRAME] = 0
    return mulaw.pcm_bytes(heard)


def _lost(packets: int, line: Line, dice: np.random.Generator) -> list[int]:
    """Gilbert's two states: a good line turns bad and back, so that losses come in runs of `burst` on average."""
    if not line.loss:
        return []
    back = 1 / max(1.0, line.burst)
    into = back * line.loss / (1 - line.loss)
    lost, bad = [], False
    for packet in range(packets):
        bad = dice.random() < (1 - back if bad else into)
        if bad:
            lost.append(packet)
    return lost
