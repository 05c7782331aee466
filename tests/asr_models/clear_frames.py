"""Frames as an ear would have them that hears every sound and doubts none."""

from __future__ import annotations

import numpy as np

from asr_models.paths import Frames
from asr_models.sound_units import NOTHING, UNITS, units_of


def said_clearly(text: str) -> Frames:
    row = [NOTHING]
    for unit in units_of(text):
        row += [unit, unit, NOTHING]
    frames = np.full((len(row), len(UNITS)), np.log(1e-4), np.float32)
    frames[np.arange(len(row)), row] = np.log(0.99)
    return frames
