"""A rating is no place on a list: 第一个 says nothing of how satisfied somebody is."""

from __future__ import annotations

from datetime import datetime

import pytest

from hotline.domain.calendar import TOWN_TIME
from ivr.dialogue.steps import Ask, Wants
from ivr.scripts.answer_survey import levels
from ivr.scripts.common import prompt, slot
from ivr.understanding.answer import Setting
from ivr.understanding.understand import understand_text

NOW = datetime(2026, 11, 25, 10, tzinfo=TOWN_TIME)
KEYS = {str(n): option.value for n, option in enumerate(levels(), start=1)}


@pytest.mark.parametrize("words", ["第一个", "最后一个", "后面那个"])
def test_a_place_among_the_levels_is_no_level(words: str) -> None:
    ask = Ask(slot("attitude", Wants.RATING, levels()), prompt("survey.attitude"))
    assert understand_text(ask, words, Setting(NOW, KEYS)).value is None
