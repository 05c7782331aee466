"""Changes of the encoder's weights, added to a model file in memory."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from asr_models.model_file import FLOAT16, variables
from asr_models.tuned_encoder import IN, OUT, PLUS, changes, tuned

WEIGHTS = {
    "encoder/conv1/bias": np.arange(3, dtype=np.float16),
    "encoder/layer_0/ffn/linear_0/weight": np.ones((4, 3), np.float16),
    "decoder/layer_0/ffn/linear_0/weight": np.ones((4, 3), np.float16),
}


def model_file(weights: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float16]]]) -> bytes:
    """A model.bin of the format that ctranslate2 writes."""
    name = b"WhisperSpec\0"
    parts = [struct.pack("<IH", 6, len(name)), name, struct.pack("<II", 3, len(weights))]
    for key, value in weights.items():
        spelled = key.encode() + b"\0"
        parts += [struct.pack("<H", len(spelled)), spelled, struct.pack("<B", value.ndim)]
        parts += [struct.pack(f"<{value.ndim}I", *value.shape), struct.pack("<BI", FLOAT16, value.nbytes)]
        parts.append(value.tobytes())
    return b"".join([*parts, struct.pack("<I", 0)])


def read(model: bytes) -> dict[str, list[float]]:
    return {one.name: one.values(model).ravel().tolist() for one in variables(model)}


def test_a_matrix_gains_a_product_and_a_vector_a_difference_and_nothing_else_moves() -> None:
    by = {
        "conv1/bias" + PLUS: np.full(3, 0.5),
        "layer_0/ffn/linear_0/weight" + OUT: np.array([[1.0], [0], [0], [2]]),
        "layer_0/ffn/linear_0/weight" + IN: np.array([[1.0, 2, 3]]),
    }
    before, after = model_file(WEIGHTS), tuned(model_file(WEIGHTS), by)
    assert len(after) == len(before)
    told = read(after)
    assert told["encoder/conv1/bias"] == [0.5, 1.5, 2.5]
    assert told["encoder/layer_0/ffn/linear_0/weight"] == [2, 3, 4, 1, 1, 1, 1, 1, 1, 3, 5, 7]
    assert told["decoder/layer_0/ffn/linear_0/weight"] == [1] * 12


def test_changes_of_another_model_are_refused() -> None:
    with pytest.raises(ValueError, match="expected 3"):
        tuned(model_file(WEIGHTS), {"conv1/bias" + PLUS: np.zeros(4)})
    with pytest.raises(ValueError, match="no encoder/conv9/bias"):
        tuned(model_file(WEIGHTS), {"conv9/bias" + PLUS: np.zeros(4)})


@pytest.mark.parametrize("broken", [b"", b"\6\0\0\0", b"\7" + bytes(40), model_file(WEIGHTS)[:60]])
def test_a_file_that_is_no_model_is_an_error(broken: bytes) -> None:
    with pytest.raises((ValueError, struct.error, IndexError)):
        tuned(broken, {"conv1/bias" + PLUS: np.zeros(3)})


def test_what_is_shipped_names_weights_of_whisper_base() -> None:
    names = {name.rpartition("|")[0] for name in changes()}
    assert {"conv1/weight", "conv2/weight", "layer_5/ffn/linear_1/weight", "layer_norm/gamma"} <= names
    assert all(np.isfinite(one).all() for one in changes().values())
