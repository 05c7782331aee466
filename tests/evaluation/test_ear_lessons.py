"""Lessons of the second ear, kept on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ivr.evaluation.ear_lessons import Example, keep, kept


def test_lessons_come_back_as_they_were_kept_in_the_order_of_their_files(tmp_path: Path) -> None:
    dice = np.random.default_rng(1)
    examples = [
        Example(dice.normal(size=(frames, 1024)).astype(np.float16), tuple(range(1, frames)))
        for frames in (3, 7, 5)
    ]
    keep(tmp_path / "0002.npz", examples[2:])
    keep(tmp_path / "0001.npz", examples[:2])
    found = list(kept(tmp_path))
    assert [one.sounds for one in found] == [one.sounds for one in examples]
    assert all(np.array_equal(one.heard, other.heard) for one, other in zip(found, examples, strict=True))


def test_a_file_that_was_not_finished_is_no_lesson(tmp_path: Path) -> None:
    (tmp_path / "0001.partial").write_bytes(b"half")
    assert list(kept(tmp_path)) == []
