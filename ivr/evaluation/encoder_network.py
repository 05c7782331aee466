"""Whisper's encoder in JAX, as it is in the model's file and as small changes make it: for training alone.

For every matrix of the six layers and the second convolution a product of two thin ones is learnt, for vectors and
the first convolution the difference. The names are those `asr_models.tuned_encoder` reads.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from asr_models.model_file import variables
from asr_models.tuned_encoder import IN, OUT, PLUS

Array = Any
"""jax.Array; its stubs are not installed with the project."""
Weights = dict[str, Array]

RANK = 32
_PREFIX = "encoder/"
_HEAD = 64
_EVEN = 1e-5
_MATRICES = ("self_attention/linear_0", "self_attention/linear_1", "ffn/linear_0", "ffn/linear_1")
_WHOLE = ("bias", "beta", "gamma")


def as_it_came(model: Path) -> Weights:
    """The encoder's arrays of a model.bin as floats. Raises OSError, ValueError."""
    content = model.read_bytes()
    found = [one for one in variables(content) if one.name.startswith(_PREFIX) and one.shape]
    return {one.name.removeprefix(_PREFIX): one.values(content).astype(np.float32) for one in found}


def unchanged(weights: Weights, seed: int) -> Weights:
    """Changes that change nothing yet."""
    dice = np.random.default_rng(seed)
    thin = [f"{layer}/{matrix}/weight" for layer in _layers(weights) for matrix in _MATRICES]
    found: Weights = {}
    for name in (*thin, "conv2/weight"):
        rows, columns = weights[name].reshape(len(weights[name]), -1).shape
        found[name + OUT] = np.zeros((rows, RANK), np.float32)
        found[name + IN] = (dice.normal(size=(RANK, columns)) / columns**0.5).astype(np.float32)
    for name in weights:
        if name.endswith(_WHOLE) or name == "conv1/weight":
            found[name + PLUS] = np.zeros_like(weights[name])
    return found


def with_changes(weights: Weights, changes: Weights) -> Weights:
    """The weights the changed encoder computes with."""
    new = dict(weights)
    for name in changes:
        weight, _, part = name.rpartition("|")
        if "|" + part == PLUS:
            new[weight] = weights[weight] + changes[name]
        elif "|" + part == OUT:
            more = changes[name] @ changes[weight + IN]
            new[weight] = weights[weight] + more.reshape(weights[weight].shape)
    return new


def encode(weights: Weights, mel: Array, there: Array) -> Array:
    """(batch, frames, width) of (batch, 80, 2 * frames); `there` (batch, frames) is 1 where there is sound."""
    here = _bent(_convolved(mel, weights, "conv1", 1))
    here = _bent(_convolved(here, weights, "conv2", 2)).transpose(0, 2, 1)
    here = here + weights["position_encodings/encodings"][: here.shape[1]]
    unseen = (1 - there)[:, None, None, :] * -1e9
    for layer in _layers(weights):
        here = here + _attended(here, weights, f"{layer}/self_attention/", unseen)
        inner = _bent(_linear(_even(here, weights, f"{layer}/ffn/layer_norm"), weights, f"{layer}/ffn/linear_0"))
        here = here + _linear(inner, weights, f"{layer}/ffn/linear_1")
    return _even(here, weights, "layer_norm")


def _layers(weights: Weights) -> list[str]:
    parts = {name.partition("/")[0] for name in weights}
    return sorted(part for part in parts if part.removeprefix("layer_").isdecimal())


def _attended(here: Array, weights: Weights, at: str, unseen: Array) -> Array:
    batch, frames, width = here.shape
    parts = _linear(_even(here, weights, at + "layer_norm"), weights, at + "linear_0")
    asked, told, value = jnp.moveaxis(parts.reshape(batch, frames, 3, width // _HEAD, _HEAD), 2, 0)
    scores = jnp.einsum("bthd,bshd->bhts", asked / _HEAD**0.5, told) + unseen
    seen = jnp.einsum("bhts,bshd->bthd", jax.nn.softmax(scores, axis=-1), value)
    return _linear(seen.reshape(batch, frames, width), weights, at + "linear_1")


def _convolved(here: Array, weights: Weights, name: str, step: int) -> Array:
    kernel, bias = weights[name + "/weight"], weights[name + "/bias"]
    layout = ("NCH", "OIH", "NCH")
    return jax.lax.conv_general_dilated(here, kernel, (step,), ((1, 1),), dimension_numbers=layout) + bias[:, None]


def _linear(here: Array, weights: Weights, name: str) -> Array:
    return here @ weights[name + "/weight"].T + weights[name + "/bias"]


def _even(here: Array, weights: Weights, name: str) -> Array:
    less = here - here.mean(-1, keepdims=True)
    even = less / jnp.sqrt((less * less).mean(-1, keepdims=True) + _EVEN)
    return even * weights[name + "/gamma"] + weights[name + "/beta"]


def _bent(here: Array) -> Array:
    return jax.nn.gelu(here, approximate=False)
