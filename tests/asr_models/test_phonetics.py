"""How Mandarin sounds, to an ear that is used to Hunan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr_models.phonetics import distance, fold, syllables

SYLLABLES = st.sampled_from(
    [*syllables("我想预约星期六上午九点办理医保老年证残疾人路灯坏了石桥村转人工二零吕略嗯哦"), "?", "m"]
)


def test_a_character_is_read_by_the_word_it_stands_in() -> None:
    assert syllables("银行")[-1] == "hang"
    assert syllables("不行")[-1] == "xing"


def test_what_is_not_chinese_is_left_out() -> None:
    assert syllables("3点，OK！办证") == ("dian", "ban", "zheng")
    assert syllables("") == ()


@pytest.mark.parametrize(
    ("standard", "hunan"),
    [("zhang", "zang"), ("chi", "ci"), ("shui", "sui"), ("nan", "lan"), ("xing", "xin"), ("deng", "den"),
     ("huang", "fang"), ("hui", "fei"), ("hu", "fu"), ("nv", "lv"), ("sheng", "sen")],
)  # fmt: skip
def test_sounds_merged_in_hunan_fold_alike_and_cost_little(standard: str, hunan: str) -> None:
    assert fold(standard) == fold(hunan)
    assert 0 < distance(standard, hunan) <= 0.1


@pytest.mark.parametrize(("near", "far"), [(("qi", "ji"), ("qi", "ma")), (("lou", "lu"), ("lou", "xiang"))])
def test_near_sounds_cost_less_than_far_ones(near: tuple[str, str], far: tuple[str, str]) -> None:
    assert distance(*near) < 0.3 < 0.6 < distance(*far)


@given(SYLLABLES, SYLLABLES)
def test_distance_is_symmetric_and_between_nought_and_one(a: str, b: str) -> None:
    assert distance(a, b) == distance(b, a)
    assert 0 <= distance(a, b) <= 1
    assert (distance(a, b) == 0) == (a == b)
