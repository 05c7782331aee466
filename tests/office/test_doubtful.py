"""Where an answer may have been heard wrongly, and what else it could be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.doubtful import spots

Expected = list[tuple[str, tuple[str, ...]]]
CHINESE = st.text("我要办医保老年证，。 九点十", max_size=12)


@pytest.mark.parametrize(
    ("heard", "careful", "others", "confidence", "doubtful"),
    [
        ("我要办医宝", "我要办医保。", ["我要办医堡"], 0.7, [("宝", ("保", "堡"))]),
        ("礼拜六九点", "礼拜六十点", [], 0.95, [("九", ("十",))]),
        ("办低保", "我来办低保", [], 0.9, [("办", ("我来办",))]),
        ("我要交", "我要交医保", [], 0.9, [("交", ("交医保",))]),
        ("啊我要办", "我要办", [], 0.9, [("啊", ("",))]),
        ("我是王贵花", "我是王桂花呀", ["我是黄桂花"], 0.6, [("王贵花", ("王桂花呀", "黄桂花"))]),
        ("我要办医保", "我要办，医保。", [], 0.9, []),
        ("我要办医保", "", ["我要办衣包"], 0.9, []),
        ("我要办医保", "", ["我要办衣包"], 0.8, [("医保", ("衣包",))]),
        ("好", "好", [], 0.3, [("好", ())]),
        ("", "有人说话", [], 0.1, [("", ("有人说话",))]),
        ("", "", [], 0.0, []),
    ],
)
def test_what_is_doubtful(
    heard: str, careful: str, others: list[str], confidence: float, doubtful: Expected
) -> None:
    found = spots(heard, careful, others, confidence)
    assert [(one.text, one.choices) for one in found if one.doubtful] == doubtful


@given(CHINESE, CHINESE, st.lists(CHINESE, max_size=3), st.floats(0, 1))
def test_the_pieces_are_what_was_heard_and_offer_something_else(
    heard: str, careful: str, others: list[str], confidence: float
) -> None:
    found = spots(heard, careful, others, confidence)
    assert "".join(one.text for one in found) == heard
    for one in found:
        assert one.text not in one.choices
        assert len(one.choices) == len(set(one.choices)) <= 9


@given(CHINESE.filter(bool), CHINESE.filter(bool))
def test_taking_the_second_transcript_everywhere_gives_it(heard: str, careful: str) -> None:
    def bare(text: str) -> str:
        return "".join(character for character in text if character.isalnum())

    found = spots(heard, careful, [], 0.95)
    taken = "".join(one.choices[0] if one.choices else one.text for one in found)
    assert bare(taken) == bare(careful)
