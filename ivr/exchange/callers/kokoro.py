"""Kokoro-82M run by ONNX Runtime: phonemes and a speaker's style in, speech at 24000 Hz out.

The model that is fetched brings five Japanese speakers; `data/native-styles.npz` holds four Mandarin ones of the
same network (from the npm package kokoro-js 1.2.1, Apache-2.0; the first 160 lengths, as half floats).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from asr_models.recogniser import SpeechError
from ivr.exchange.callers.sounds import tokens
from ivr.voice.mulaw import Samples

RATE = 24_000
MOST_TOKENS = 500
_NATIVE = Path(__file__).parent / "data" / "native-styles.npz"

Style = NDArray[np.float32]
"""One speaker: a vector of 256 for every length of input, (lengths, 1, 256); longer input takes the last."""


class Kokoro:
    """The network and its speakers; safe to share between threads, one sentence being rendered at a time."""

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        """Raises SpeechError where a file is missing or damaged."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # waiting threads would burn the core the service under test needs
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._vocabulary: dict[str, int] = json.loads((folder / "vocab.json").read_bytes())["vocab"]
            self._styles = {**_styles(folder / "voices_ja.npz"), **_styles(_NATIVE)}
            self._session = onnxruntime.InferenceSession(
                str(folder / "kokoro.onnx"), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except (OSError, ValueError, KeyError, TypeError, *_FAILURES) as wrong:
            raise SpeechError("the callers' voices are damaged; run: hotline models fetch") from wrong
        self._busy = threading.Lock()

    def style(self, *speakers: str) -> Style:
        """A speaker, or the mean of several: somebody new. Raises SpeechError for one that is not there."""
        try:
            return np.asarray(np.mean([self._styles[name] for name in speakers], axis=0), np.float32)
        except KeyError as wrong:
            raise SpeechError(f"the callers' voices hold no {wrong.args[0]}") from wrong

    def render(self, sounds: str, style: Style, speed: float) -> Samples:
        """The sound of up to 500 phonemes; more are left out."""
        ids: Sequence[int] = tokens(sounds[:MOST_TOKENS], self._vocabulary)
        if len(ids) <= 2:
            return np.zeros(0, np.float32)
        given = {
            "tokens": np.asarray([ids], np.int64),
            "style": style[min(len(ids) - 2, len(style)) - 1].reshape(1, -1),
            "speed": np.asarray([speed], np.float32),
        }
        with self._busy:
            try:
                return np.asarray(self._session.run(None, given)[0], np.float32).ravel()
            except _FAILURES as wrong:
                raise SpeechError("a caller's voice failed on a sentence", retryable=True) from wrong


def _styles(path: Path) -> dict[str, Style]:
    with np.load(path) as kept:
        return {name: np.asarray(kept[name], np.float32) for name in kept.files}


@lru_cache(maxsize=1)
def kokoro(folder: Path) -> Kokoro:
    """The network of a folder, loaded once a process (90 MB)."""
    return Kokoro(folder)


_Failures = onnxruntime.capi.onnxruntime_pybind11_state
_FAILURES = (
    _Failures.Fail,
    _Failures.InvalidArgument,
    _Failures.InvalidProtobuf,
    _Failures.InvalidGraph,
    _Failures.NoSuchFile,
    _Failures.RuntimeException,
)
