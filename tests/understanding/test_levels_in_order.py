"""How content somebody was is heard as one, and only where little else is said."""

from __future__ import annotations

import pytest

from asr_models.paths import Frames
from asr_models.recogniser import Expected
from asr_models.rows import automaton
from asr_models.sound_units import units_of
from asr_models.whisper_recogniser import told_in_order
from ivr.evaluation.questions import question, setting
from ivr.understanding import lexicon, understand_speech
from ivr.understanding.levels_in_order import levels
from tests.asr_models.clear_frames import said_clearly
from tests.understanding.test_garbled_speech import hearing

EXPECTED = Expected(rows=levels())


def heard(frames: Frames) -> str:
    return told_in_order(frames, EXPECTED)


@pytest.mark.parametrize(
    "said", ["太差了", "满意吧", "我觉得一般", "不太满意", "都蛮满意的", "还可以吧", "一点都不满意"]
)
def test_a_level_is_heard_with_what_belongs_to_it(said: str) -> None:
    assert units_of(heard(said_clearly(said))) == units_of(said)


@pytest.mark.parametrize("row", list(lexicon.rows("ratings.tsv")), ids=lambda row: f"level {row['level']}")
def test_every_level_is_listened_for_by_its_first_word(row: dict[str, str]) -> None:
    first = lexicon.words(row["phrases"])[0]
    assert units_of(heard(said_clearly(first))) == units_of(first)


@pytest.mark.parametrize(
    "said", ["嗯嗯", "等一下我把火关一下", "老头子快来", "孙子要上学了", "我找你们书记满意他来讲"]
)
def test_what_is_no_level_is_none(said: str) -> None:
    assert heard(said_clearly(said)) == ""


def test_a_level_with_something_unheard_before_it_is_not_believed() -> None:
    """没有那么满意: what stands before it could turn it round."""
    found = max(
        (automaton(row).follow(said_clearly("没有那么满意")) for row in levels()), key=lambda one: one.behind
    )
    assert found.text.endswith("满意")
    assert heard(said_clearly("没有那么满意")) == ""


def test_a_level_is_no_wish_to_have_it_slower() -> None:
    """太差了 is like 太快了, in every reading but the best."""
    sense = understand_speech(question("rating"), hearing("太差了", "太快了"), None, setting())
    assert (sense.value, sense.command) == (1, None)


def test_to_speak_slower_is_no_level_for_all_that_sounds_like_one() -> None:
    sense = understand_speech(question("rating"), hearing("说满意点了", "说慢一点咯"), None, setting())
    assert (sense.value, sense.command) == (None, "slower")


def test_who_is_too_quick_is_told_so_at_a_rating_too() -> None:
    assert understand_speech(question("rating"), hearing("太快了"), None, setting()).command == "slower"
