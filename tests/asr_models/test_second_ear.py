"""The second ear: sounds of Mandarin as units, and what it reads out of frames."""

from __future__ import annotations

import numpy as np
import pytest

from asr_models.recogniser import Expected
from asr_models.second_ear import SecondEar, fits, loop_of, read
from asr_models.sound_units import NOTHING, UNITS, spellings, units, units_of
from tests.asr_models.clear_frames import said_clearly


@pytest.mark.parametrize(
    ("syllable", "named"),
    [
        ("wo", ["_uo"]),
        ("xiang", ["x", "_iang"]),
        ("nv", ["n", "_v"]),
        ("shi", ["sh", "_ii"]),
        ("xi", ["x", "_i"]),
        ("yi", ["_i"]),
        ("er", ["_er"]),
        ("qu", ["q", "_v"]),
        ("liu", ["l", "_iou"]),
        ("ng", []),
    ],
)
def test_a_syllable_is_its_initial_and_its_final(syllable: str, named: list[str]) -> None:
    assert [UNITS[unit] for unit in units(syllable)] == named


def test_every_syllable_that_can_be_spelled_has_sounds_and_is_read_that_way() -> None:
    assert len(spellings()) > 380
    for syllable, character in spellings().items():
        assert units(syllable), syllable
        assert units_of(character) == units(syllable), character


@pytest.mark.parametrize("text", ["明天上午九点半", "石桥村", "幺三八四三四七"])
def test_what_was_expected_is_read_as_it_was_expected(text: str) -> None:
    expected = Expected(("明天", "上午", "九点", "半", "石桥村", *"幺三八四七"))
    assert read(said_clearly(text), expected) == text


def test_what_was_not_expected_is_read_by_its_sound() -> None:
    text = read(said_clearly("枫树坳"), Expected(("明天", "上午")))
    assert units_of(text) == units_of("枫树坳")


def test_nothing_is_read_out_of_silence() -> None:
    silence = np.full((20, len(UNITS)), np.log(1e-4), np.float32)
    silence[:, NOTHING] = np.log(0.99)
    assert read(silence, Expected(("明天",))) == ""


def test_the_sentence_that_was_said_fits_best() -> None:
    scores = fits(said_clearly("我想办社保"), ["我想办社保", "我想办低保", "社保", "我想办社保卡"])
    assert max(range(4), key=lambda place: scores[place]) == 0


def test_the_network_gives_probabilities_for_what_an_encoder_heard() -> None:
    ear = SecondEar()
    encoded = np.random.default_rng(1).normal(size=(1, 120, 512)).astype(np.float32)
    frames = ear.frames(encoded, 2.0)
    assert frames.shape == (52, len(UNITS))
    assert np.exp(frames).sum(axis=1) == pytest.approx(1.0, abs=1e-4)


def test_a_question_has_one_loop() -> None:
    assert loop_of(Expected(("明天", "后天"))) is loop_of(Expected(("明天", "后天")))


def test_what_is_seldom_said_must_be_said_clearly() -> None:
    blurred = np.logaddexp(said_clearly("打堂客"), said_clearly("大塘村")[: len(said_clearly("打堂客"))]) - np.log(
        2
    )
    assert read(blurred, Expected(("大塘村",), seldom=("打堂客",))) == "大塘村"
    assert read(said_clearly("打堂客"), Expected(("大塘村",), seldom=("打堂客",))) == "打堂客"
