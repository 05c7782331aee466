"""Lessons kept on disk: hours of synthesis are done once, in several processes, and survive being stopped.

A shard is a file of examples laid end to end: what the encoder made of each (frames of 40 ms, 1024 wide) and its
units.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from asr_models.sound_units import Units


@dataclass(frozen=True)
class Example:
    """What the encoder made of one lesson, two frames side by side (frames, 1024), and its units."""

    heard: npt.NDArray[np.float16]
    sounds: Units


def keep(path: Path, examples: Sequence[Example]) -> None:
    """Writes a shard, whole or not at all."""
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        np.savez(
            file,
            heard=np.concatenate([one.heard for one in examples]),
            frames=np.array([len(one.heard) for one in examples]),
            sounds=np.concatenate([np.array(one.sounds, np.int16) for one in examples]),
            units=np.array([len(one.sounds) for one in examples]),
        )
    partial.replace(path)


def kept(folder: Path) -> Iterator[Example]:
    """Every example of a folder's shards, in the order of their names."""
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as shard:
            heard = np.split(shard["heard"], np.cumsum(shard["frames"])[:-1])
            sounds = np.split(shard["sounds"], np.cumsum(shard["units"])[:-1])
        for one, said in zip(heard, sounds, strict=True):
            yield Example(one, tuple(int(unit) for unit in said))
