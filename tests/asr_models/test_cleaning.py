"""The second look: steady noise goes, the voice stays, odd input does no harm."""

from __future__ import annotations

import numpy as np
import pytest

from asr_models.cleaning import QUICKER, second_look, without_noise

RATE = 8000


def _tone(hertz: float, seconds: float, loud: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    at = np.arange(round(seconds * RATE)) / RATE
    return np.asarray(loud * np.sin(2 * np.pi * hertz * at), np.float32)


def test_noise_is_turned_down_a_little_and_the_words_are_kept() -> None:
    noise = np.random.default_rng(1).normal(0, 300, 2 * RATE).astype(np.float32)
    word = np.concatenate([np.zeros(RATE, np.float32), _tone(600, 1.0, 8000)])
    cleaned = without_noise(noise + word)
    before, after = (float(np.sqrt(np.mean(s[: RATE // 2] ** 2))) for s in (noise, cleaned))
    assert after < before * 0.85
    assert np.sqrt(np.mean(cleaned[-RATE // 2 :] ** 2)) == pytest.approx(8000 / np.sqrt(2), rel=0.1)


def test_it_is_a_tenth_quicker() -> None:
    pcm = _tone(400, 1.1, 5000).astype("<i2").tobytes()
    assert len(second_look(pcm)) == pytest.approx(len(pcm) / QUICKER, rel=0.01)


@pytest.mark.parametrize("pcm", [b"", b"\x00", b"\x01\x02\x03", b"\x00\x00" * 100, b"\xff\x7f" * 4000])
def test_next_to_nothing_silence_and_full_scale_do_no_harm(pcm: bytes) -> None:
    assert len(second_look(pcm)) % 2 == 0 or len(pcm) < 512
