"""Speakers for the second ear: who may be learnt from, how they are mixed, what a handset does."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from asr_models.recogniser import SpeechError
from ivr.evaluation.callers import VOICES
from ivr.evaluation.ear_speakers import KEPT_BACK, another_throat, mixed, styles_of
from ivr.exchange.callers.voices import SPEAKERS


def _keep(folder: Path, *names: str) -> None:
    for number, name in enumerate(names):
        np.full((510, 256), number, np.float32).tofile(folder / f"{name}.bin")


def test_speakers_of_tune_and_test_are_not_learnt_from(tmp_path: Path) -> None:
    measured = {style for split in ("tune", "test") for name in VOICES[split] for style in SPEAKERS[name].styles}
    assert measured <= KEPT_BACK
    _keep(tmp_path, "zm_yunxi", *measured)
    assert set(styles_of(tmp_path)) == {"zm_yunxi"}


def test_a_style_that_is_damaged_and_a_folder_without_any_are_told(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="no styles"):
        styles_of(tmp_path)
    (tmp_path / "af_sky.bin").write_bytes(b"\0" * 20)
    with pytest.raises(SpeechError, match="af_sky"):
        styles_of(tmp_path)


def test_a_mixed_speaker_lies_near_those_he_is_mixed_of() -> None:
    one, other = np.zeros((3, 1, 256), np.float32), np.ones((3, 1, 256), np.float32)
    for seed in range(20):
        style = mixed([one, other], random.Random(seed))
        assert style.shape == one.shape
        assert -0.5 < style.min() <= style.max() < 1.5


def test_another_throat_speaks_as_long_within_15_percent_and_never_over_the_top() -> None:
    loud = np.full(8000, 30_000, np.int16)
    for seed in range(20):
        said = another_throat(loud, random.Random(seed))
        assert 0.85 * len(loud) < len(said) < 1.16 * len(loud)
        assert said.dtype == np.int16
