"""Holes that a network leaves are filled, pauses are not."""

from __future__ import annotations

import numpy as np
import pytest

from asr_models.concealment import concealed

FRAME = 160


def talk(frames: int) -> np.ndarray:
    at = np.arange(frames * FRAME)
    return (6000 * np.sin(at * 0.3) + 3000 * np.cos(at * 0.7) + 500).astype("<i2")


def heard(samples: np.ndarray) -> np.ndarray:
    return np.frombuffer(concealed(samples.astype("<i2").tobytes()), "<i2")


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_short_hole_is_filled_with_what_came_before_dying_away(lost: int) -> None:
    samples = talk(20)
    samples[5 * FRAME : (5 + lost) * FRAME] = 0
    filled = heard(samples)
    hole = filled[5 * FRAME : (5 + lost) * FRAME].astype(float)
    loud = np.sqrt(np.mean(hole**2)) / np.sqrt(np.mean(samples[: 5 * FRAME].astype(float) ** 2))
    assert 0.4 < loud < 0.9
    assert np.abs(hole[-20:]).max() < np.abs(hole[:20]).max()
    untouched = np.r_[0 : 5 * FRAME, (5 + lost) * FRAME : len(samples)]
    assert np.array_equal(filled[untouched], samples[untouched])


@pytest.mark.parametrize("frames", [4, 10, 50])
def test_a_pause_stays_a_pause(frames: int) -> None:
    samples = talk(100)
    samples[20 * FRAME : (20 + frames) * FRAME] = 0
    assert np.array_equal(heard(samples), samples)


def test_silence_before_and_behind_speech_stays_silence() -> None:
    samples = talk(10)
    samples[:FRAME] = samples[-FRAME:] = 0
    assert np.array_equal(heard(samples), samples)


@pytest.mark.parametrize("pcm", [b"", b"\x00", b"\x00\x00" * 400, b"\x01\x00\x02"])
def test_hardly_anything_is_left_as_it_is(pcm: bytes) -> None:
    assert concealed(pcm) == pcm
