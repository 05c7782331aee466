"""Where to cut speech that is longer than a model takes at once."""

from __future__ import annotations

import numpy as np

from asr_models.recogniser import SAMPLE_RATE

_FRAME = SAMPLE_RATE // 20
_SEARCHED_S = 5.0


def quietest_cut(pcm: bytes, longest_s: float) -> int:
    """Bytes until the end, or until the quietest 50 ms among the last 5 s that still fit into `longest_s`."""
    longest = int(longest_s * SAMPLE_RATE)
    samples = np.frombuffer(pcm, "<i2")
    if samples.size <= longest:
        return len(pcm)
    begin = longest - int(_SEARCHED_S * SAMPLE_RATE)
    frames = samples[begin : begin + (longest - begin) // _FRAME * _FRAME].reshape(-1, _FRAME)
    quietest = int((frames.astype(np.float32) ** 2).sum(axis=1).argmin())
    return 2 * (begin + quietest * _FRAME + _FRAME // 2)
