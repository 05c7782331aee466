"""How the encoder is tuned to bad lines, and the second ear with it: JAX and Optax (extra `training`).

The encoder as it came hears each sentence on a quiet line; the changed one hears it on a bad line and is to make
the same of it (Hinton et al. 2015 call the first a teacher). The second ear reads the changed one's frames and is
to find the sounds that were said, so that what tells sounds apart counts for more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
import optax

from asr_models.sound_units import NOTHING
from ivr.evaluation import ear_training, encoder_network
from ivr.evaluation.ear_lessons import Spoken
from ivr.evaluation.encoder_lessons import BATCH, Feed
from ivr.evaluation.encoder_network import Array, Weights, encode, with_changes

_SOUNDS_SHARE = 0.15
"""How much a nat a unit counts beside a variance of the features."""
_SILENCE_SHARE = 0.3
_EAR_RATE = 0.3
"""The second ear learns so much more slowly than the encoder: it has learnt before."""
_TOLD_EVERY = 20
_LEAST_SPREAD = 0.05


@dataclass(frozen=True)
class Plan:
    """How to train: batches of eight sentences, highest learning rate, what to go on from, how to begin."""

    batches: int
    rate: float
    seed: int
    ear: Path
    changes: Path | None = None


@dataclass(frozen=True)
class Progress:
    """Means of the last batches: variance of the features not borne out, nats a unit."""

    batch: int
    unlike: float
    nats: float
    seconds: float


def train(
    spoken: Sequence[Spoken], came: Weights, plan: Plan, tell: Callable[[Progress], None]
) -> tuple[Weights, Weights]:
    """Changes of the encoder as `tuned_encoder` reads them, and the second ear's weights."""
    before = _read(plan.ear)
    standing = {name: before.pop(name) for name in ("mean", "spread")}
    changes = _read(plan.changes) if plan.changes else encoder_network.unchanged(came, plan.seed)
    learnt = (changes, before)
    descent = _descent(plan)
    state, feed, key = descent.init(learnt), Feed(spoken, plan.seed), jax.random.PRNGKey(plan.seed)
    teacher = jax.jit(partial(encode, came))
    step, told, began = None, [], time.perf_counter()
    for number in range(plan.batches):
        now = feed.next()
        wanted = teacher(now.quiet, now.there)
        if step is None:
            spread = np.asarray(wanted).reshape(-1, wanted.shape[-1]).std(axis=0) + _LEAST_SPREAD
            step = jax.jit(_Lesson(came, standing, spread, descent).step)
        key, drawn = jax.random.split(key)
        given = (wanted, now.noisy, *astuple(now)[2:])
        learnt, state, losses = step(learnt, given, state, drawn)
        told.append([float(one) for one in losses])
        if number % _TOLD_EVERY == _TOLD_EVERY - 1 or number == plan.batches - 1:
            unlike, nats = np.mean(told[-_TOLD_EVERY:], axis=0)
            tell(Progress(number + 1, float(unlike), float(nats), time.perf_counter() - began))
    changes, ear = ({name: np.asarray(one, np.float32) for name, one in part.items()} for part in learnt)
    return changes, ear | standing


def keep(changes: Weights, path: Path) -> None:
    """As half floats: 3.6 MB."""
    ear_training.keep(changes, path)


def _read(path: Path) -> Weights:
    with np.load(path) as kept:
        return {name: np.asarray(kept[name], np.float32) for name in kept.files}


def _descent(plan: Plan) -> Any:
    rate = optax.warmup_cosine_decay_schedule(0, plan.rate, 30, max(31, plan.batches), plan.rate / 100)
    each = [optax.adam(lambda step, share=share: share * rate(step), b2=0.99) for share in (1.0, _EAR_RATE)]
    parted = optax.multi_transform(dict(zip("ce", each, strict=True)), ("c", "e"))
    return optax.chain(optax.clip_by_global_norm(1.0), parted)


@dataclass(frozen=True)
class _Lesson:
    """What is held fast: the encoder as it came, how the second ear evens its input, how far features spread."""

    came: Weights
    standing: Weights
    spread: npt.NDArray[Any]
    descent: Any

    def step(self, learnt: tuple[Weights, Weights], given: Any, state: Any, key: Array) -> tuple[Any, Any, Any]:
        (_, told), slopes = jax.value_and_grad(self._loss, has_aux=True)(learnt, given, key)
        change, state = self.descent.update(slopes, state, learnt)
        return optax.apply_updates(learnt, change), state, told

    def _loss(self, learnt: tuple[Weights, Weights], given: Any, key: Array) -> tuple[Array, tuple[Array, Array]]:
        wanted, noisy, there, said, sounds, known = given
        made = encode(with_changes(self.came, learnt[0]), noisy, there)
        weight = there * (_SILENCE_SHARE + (1 - _SILENCE_SHARE) * jnp.repeat(said, 2, axis=1))
        unlike = ((((made - wanted) / self.spread) ** 2).mean(-1) * weight).sum() / weight.sum()
        pairs = made.reshape(BATCH, said.shape[1], -1)
        even = (pairs - self.standing["mean"]) / self.standing["spread"] * said[..., None]
        scores = ear_training.network(learnt[1], even, said, key)
        nats = optax.ctc_loss(scores, 1 - said, sounds, 1 - known, blank_id=NOTHING)
        each = (nats / jnp.maximum(known.sum(1), 1)).mean()
        return unlike + _SOUNDS_SHARE * each, (unlike, each)
