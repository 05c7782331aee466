"""The second ear learns: on made-up sounds that are easily told apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from asr_models.sound_units import UNITS
from ivr.evaluation.ear_lessons import Example
from ivr.evaluation.ear_training import Pass, Plan, half_way, keep, train

SOUNDS = 6


def examples(number: int) -> list[Example]:
    """Each unit has a look of its own; nothing lies between two of them."""
    dice = np.random.default_rng(3)
    looks = dice.normal(size=(SOUNDS + 1, 1024))
    found = []
    for _ in range(number):
        sounds = tuple(int(unit) for unit in dice.integers(1, SOUNDS + 1, dice.integers(2, 6)))
        frames = [look for unit in sounds for look in (looks[unit], looks[unit], looks[0])]
        noisy = np.array(frames) + dice.normal(0, 0.3, (len(frames), 1024))
        found.append(Example(noisy.astype(np.float16), sounds))
    return found


def test_fewer_units_are_wrong_and_the_weights_can_be_gone_on_from(
    tmp_path: Path,
) -> None:
    told: list[Pass] = []
    lessons = examples(800)
    weights = train(lessons, Plan(epochs=6, seed=1, rate=4e-3), told.append)
    assert told[-1].wrong < 0.05 < told[0].wrong
    assert told[-1].loss < told[0].loss / 4

    keep(weights, tmp_path / "ear.npz")
    with np.load(tmp_path / "ear.npz") as kept:
        assert kept["out"].shape[1] == len(UNITS)
    train(lessons, Plan(epochs=1, seed=1, rate=1e-4, start=tmp_path / "ear.npz"), told.append)
    assert told[-1].wrong < 0.05


def test_half_way_is_between_what_was_and_what_became(tmp_path: Path) -> None:
    keep({"out": np.zeros((2, 3), np.float32)}, tmp_path / "ear.npz")
    found = half_way(tmp_path / "ear.npz", {"out": np.ones((2, 3), np.float32)})
    assert np.allclose(found["out"], 0.5)
