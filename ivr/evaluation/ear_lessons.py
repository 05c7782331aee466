"""Lessons kept on disk: hours of synthesis are done once, in several processes, and survive being stopped.

A shard is a file of examples laid end to end: what was said (8000 Hz), or what the encoder made of it (frames of
40 ms, 1024 wide), and its units.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from asr_models.sound_units import Units
from ivr.voice.mulaw import Pcm


@dataclass(frozen=True)
class Example:
    """What the encoder made of one lesson, two frames side by side (frames, 1024), and its units."""

    heard: npt.NDArray[np.float16]
    sounds: Units


@dataclass(frozen=True)
class Spoken:
    """One sentence as it was said, before any line, and its units."""

    pcm: Pcm
    sounds: Units


def keep(path: Path, examples: Sequence[Example]) -> None:
    """Writes a shard, whole or not at all."""
    _keep(path, "heard", [(one.heard, one.sounds) for one in examples])


def kept(folder: Path) -> Iterator[Example]:
    """Every example of a folder's shards, in the order of their names."""
    for heard, sounds in _kept(folder, "heard"):
        yield Example(heard, sounds)


def keep_spoken(path: Path, several: Sequence[Spoken]) -> None:
    """Writes a shard, whole or not at all."""
    _keep(path, "pcm", [(one.pcm, one.sounds) for one in several])


def kept_spoken(folder: Path) -> Iterator[Spoken]:
    """Every sentence of a folder's shards, in the order of their names."""
    for pcm, sounds in _kept(folder, "pcm"):
        yield Spoken(pcm, sounds)


def _keep(path: Path, what: str, pairs: Sequence[tuple[npt.NDArray[Any], Units]]) -> None:
    partial = path.with_suffix(".partial")
    told: dict[str, Any] = {
        what: np.concatenate([one for one, _ in pairs]),
        "frames": np.array([len(one) for one, _ in pairs]),
        "sounds": np.concatenate([np.array(sounds, np.int16) for _, sounds in pairs]),
        "units": np.array([len(sounds) for _, sounds in pairs]),
    }
    with partial.open("wb") as file:
        np.savez(file, **told)
    partial.replace(path)


def _kept(folder: Path, what: str) -> Iterator[tuple[npt.NDArray[Any], Units]]:
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as shard:
            if what not in shard:
                continue
            several = np.split(shard[what], np.cumsum(shard["frames"])[:-1])
            sounds = np.split(shard["sounds"], np.cumsum(shard["units"])[:-1])
        for one, said in zip(several, sounds, strict=True):
            yield one, tuple(int(unit) for unit in said)
