"""How the second ear is trained: JAX and Optax (extra `training`), a connectionist loss, a few minutes a pass.

The encoder stays as it is; 40 ms of it go through one layer, four small blocks along time, and out to the units.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
import optax

from asr_models.sound_units import NOTHING, UNITS
from ivr.evaluation.ear_lessons import Example

Array = Any
"""jax.Array; its stubs are not installed with the project."""
Weights = dict[str, Array]
Floats = npt.NDArray[np.float32]

_WIDTH, _BLOCKS, _REACH = 224, 4, 5
_BATCH = 32
_DROPPED = 0.15
_LONGEST_LABEL = 64
_LENGTHS = (24, 48, 72, 100, 140, 180)
"""Frames of 40 ms that batches are padded to: few shapes, few compilations."""


@dataclass(frozen=True)
class Plan:
    """How to train: times through all lessons, seed, highest learning rate, weights to go on from."""

    epochs: int
    seed: int
    rate: float
    start: Path | None = None


@dataclass(frozen=True)
class Pass:
    """One time through all examples."""

    number: int
    loss: float
    wrong: float
    """Share of units wrong on examples kept aside."""
    seconds: float


def train(examples: Sequence[Example], plan: Plan, tell: Callable[[Pass], None]) -> dict[str, Floats]:
    """Weights as `second_ear.SecondEar` reads them; one example in twenty is kept aside, the last ones made."""
    dice, key = np.random.default_rng(plan.seed), jax.random.PRNGKey(plan.seed)
    before = _before(plan.start)
    mean, spread = (before["mean"], before["spread"]) if before else _spread([one.heard for one in examples])
    even = [Example(((one.heard - mean) / spread).astype(np.float16), one.sounds) for one in examples]
    aside = np.arange(len(even) - len(even) // 20, len(even))
    learnt = np.arange(len(even) - len(even) // 20)
    weights = {name: value for name, value in before.items() if name not in ("mean", "spread")} or _beginning(key)
    epochs = plan.epochs
    rate = optax.warmup_cosine_decay_schedule(0, plan.rate, 200, max(201, epochs * len(learnt) // _BATCH))
    descent = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(rate, weight_decay=0.02))
    state, step = descent.init(weights), jax.jit(partial(_step, descent))
    for number in range(epochs):
        began, losses = time.perf_counter(), []
        by_length = sorted(learnt, key=lambda one: len(even[one].heard) + dice.uniform(0, 12))
        batches = [by_length[at : at + _BATCH] for at in range(0, len(by_length) - _BATCH + 1, _BATCH)]
        for place in dice.permutation(len(batches)):
            key, drawn = jax.random.split(key)
            batch = _batch([even[one] for one in batches[place]])
            weights, state, loss = step(weights, batch, state=state, key=drawn)
            losses.append(float(loss))
        wrong = share_wrong(weights, [even[one] for one in aside])
        tell(Pass(number, float(np.mean(losses)), wrong, time.perf_counter() - began))
    return {name: np.asarray(value, np.float32) for name, value in weights.items()} | {
        "mean": mean,
        "spread": spread,
    }


def _before(path: Path | None) -> Weights:
    """The weights to go on from; none to begin anew."""
    if path is None:
        return {}
    with np.load(path) as kept:
        return {name: np.asarray(kept[name], np.float32) for name in kept.files}


def keep(weights: dict[str, Floats], path: Path) -> None:
    """As half floats, compressed: 0.8 MB."""
    halves: dict[str, Any] = {name: value.astype(np.float16) for name, value in weights.items()}
    with path.open("wb") as file:
        np.savez_compressed(file, **halves)


def half_way(start: Path, weights: dict[str, Floats]) -> dict[str, Floats]:
    """The mean of the weights gone on from and those they became: it forgets less, and knows new voices better."""
    before = _before(start)
    return {name: np.asarray((before[name] + value) / 2, np.float32) for name, value in weights.items()}


def share_wrong(weights: Weights, examples: Sequence[Example]) -> float:
    """Units wrong, left out or put in, for each unit said."""
    wrong = said = 0
    for at in range(0, len(examples), _BATCH):
        several = list(examples[at : at + _BATCH])
        heard, mask, _, _ = _batch(several)
        likeliest = np.asarray(jax.jit(network)(weights, heard, mask)).argmax(axis=-1)
        for row, example in enumerate(several):
            frames = likeliest[row][: int(mask[row].sum())].tolist()
            told = [
                now for now, before in zip(frames, [None, *frames], strict=False) if now not in (before, NOTHING)
            ]
            wrong += _edits(told, example.sounds)
            said += len(example.sounds)
    return wrong / max(1, said)


def _spread(heard: Sequence[npt.NDArray[np.float16]]) -> tuple[Floats, Floats]:
    mean = np.mean([one.astype(np.float32).mean(axis=0) for one in heard], axis=0)
    variance = np.mean([one.astype(np.float32).var(axis=0) for one in heard], axis=0)
    return np.asarray(mean, np.float32), np.asarray(np.sqrt(variance) + 1e-3, np.float32)


def _beginning(key: Array) -> Weights:
    keys = iter(jax.random.split(key, 2 * _BLOCKS + 2))
    wide = 2 * 512
    weights = {
        "in": jax.random.normal(next(keys), (wide, _WIDTH)) / wide**0.5,
        "in_bias": jnp.zeros(_WIDTH),
        "out": jax.random.normal(next(keys), (_WIDTH, len(UNITS))) / _WIDTH**0.5,
        "out_bias": jnp.zeros(len(UNITS)),
    }
    for block in range(_BLOCKS):
        weights[f"near{block}"] = jax.random.normal(next(keys), (_REACH, _WIDTH)) * 0.3
        weights[f"mix{block}"] = jax.random.normal(next(keys), (_WIDTH, _WIDTH)) / _WIDTH**0.5 * 0.5
        weights[f"mix_bias{block}"] = jnp.zeros(_WIDTH)
        weights[f"gain{block}"] = jnp.ones(_WIDTH)
    return weights


def network(weights: Weights, heard: Array, mask: Array, key: Array = None) -> Array:
    """Scores of units (batch, frames, units); with a key some inputs are dropped, as in training."""
    here = _dropped(heard, key, 0) @ weights["in"] + weights["in_bias"]
    here = jax.nn.gelu(here) * mask[..., None]
    for block in range(_BLOCKS):
        even = here / jnp.sqrt((here * here).mean(-1, keepdims=True) + 1e-5) * weights[f"gain{block}"]
        padded = jnp.pad(even * mask[..., None], ((0, 0), (_REACH // 2, _REACH // 2), (0, 0)))
        near = weights[f"near{block}"]
        around = sum(padded[:, step : step + here.shape[1]] * near[step] for step in range(_REACH))
        bent = jax.nn.gelu(around @ weights[f"mix{block}"] + weights[f"mix_bias{block}"])
        here = here + _dropped(bent, key, block + 1) * mask[..., None]
    return here @ weights["out"] + weights["out_bias"]


def _dropped(values: Array, key: Array, place: int) -> Array:
    if key is None:
        return values
    kept = jax.random.bernoulli(jax.random.fold_in(key, place), 1 - _DROPPED, values.shape)
    return values * kept / (1 - _DROPPED)


def _loss(weights: Weights, batch: tuple[Array, ...], key: Array) -> Array:
    heard, mask, sounds, there = batch
    scores = network(weights, _with_a_gap(heard, key), mask, key)
    loss = optax.ctc_loss(scores, 1 - mask, sounds, 1 - there, blank_id=NOTHING)
    return (loss / jnp.maximum(there.sum(1), 1)).mean()


def _with_a_gap(heard: Array, key: Array) -> Array:
    """Up to 160 ms of each utterance blotted out."""
    first, second = jax.random.split(jax.random.fold_in(key, 99))
    begin = jax.random.randint(first, (len(heard), 1), 0, heard.shape[1])
    size = jax.random.randint(second, (len(heard), 1), 0, 5)
    frame = jnp.arange(heard.shape[1])[None]
    return heard * (1 - ((frame >= begin) & (frame < begin + size)))[..., None]


def _step(
    descent: Any, weights: Weights, batch: tuple[Array, ...], *, state: Any, key: Array
) -> tuple[Any, Any, Any]:
    loss, slopes = jax.value_and_grad(_loss)(weights, batch, key)
    change, state = descent.update(slopes, state, weights)
    return optax.apply_updates(weights, change), state, loss


def _batch(examples: Sequence[Example]) -> tuple[Floats, Floats, npt.NDArray[np.int32], Floats]:
    """Heard, which frames are there, units, which of them are there; longer ones are cut."""
    longest = max(len(one.heard) for one in examples)
    length = next((one for one in _LENGTHS if one >= longest), _LENGTHS[-1])
    heard = np.zeros((len(examples), length, examples[0].heard.shape[1]), np.float32)
    mask = np.zeros((len(examples), length), np.float32)
    sounds = np.zeros((len(examples), _LONGEST_LABEL), np.int32)
    there = np.zeros((len(examples), _LONGEST_LABEL), np.float32)
    for row, one in enumerate(examples):
        frames, units = one.heard[:length], one.sounds[:_LONGEST_LABEL]
        heard[row, : len(frames)], mask[row, : len(frames)] = frames, 1
        sounds[row, : len(units)], there[row, : len(units)] = units, 1
    return heard, mask, sounds, there


def _edits(told: Sequence[int], said: Sequence[int]) -> int:
    above = list(range(len(said) + 1))
    for number, unit in enumerate(told, 1):
        here = [number]
        for place, other in enumerate(said, 1):
            here.append(min(above[place] + 1, here[-1] + 1, above[place - 1] + (unit != other)))
        above = here
    return above[-1]
