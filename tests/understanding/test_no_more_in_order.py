"""That there is nothing else is heard as one, and is no danger."""

from __future__ import annotations

import pytest

from asr_models.recogniser import Expected
from asr_models.sound_units import units_of
from asr_models.whisper_recogniser import told_in_order
from ivr.evaluation.questions import NOW, question, setting
from ivr.understanding import understand_speech
from ivr.understanding.in_order import rows_of
from tests.asr_models.clear_frames import said_clearly
from tests.understanding.test_garbled_speech import hearing

OPEN = question("errand")
EXPECTED = Expected(rows=rows_of(OPEN, NOW.date()))


@pytest.mark.parametrize(
    "said", ["没有了", "没有别的事了", "没有别的事", "好没有了", "没得了谢谢你", "就这些", "不用了"]
)
def test_that_there_is_nothing_else_is_heard_in_its_words(said: str) -> None:
    assert units_of(told_in_order(said_clearly(said), EXPECTED)) == units_of(said)


@pytest.mark.parametrize(
    "said", ["人要死了", "我想办医保", "没有水了", "没有电了", "房子着火了", "有人晕倒了", "家里没有米了"]
)
def test_what_is_something_else_is_not_heard_so(said: str) -> None:
    assert told_in_order(said_clearly(said), EXPECTED) == ""


def test_a_danger_in_a_worse_reading_is_none() -> None:
    sense = understand_speech(OPEN, hearing("没有别的事了", "人要死了"), None, setting())
    assert (sense.value, sense.danger) == ("nothing", "")


@pytest.mark.parametrize("said", ["人要死了", "没有别的事了，人要死了", "没有别的，就是有人晕倒了"])
def test_danger_that_is_told_is_believed(said: str) -> None:
    assert understand_speech(OPEN, hearing(said, "没有别的事了"), None, setting()).danger
