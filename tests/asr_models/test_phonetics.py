"""How Mandarin sounds, to an ear that is used to Hunan."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr_models.phonetics import NOWHERE, PhraseBook, best_span, distance, fold, syllables

SYLLABLES = st.sampled_from(
    [*syllables("我想预约星期六上午九点办理医保老年证残疾人路灯坏了石桥村转人工二零吕略嗯哦"), "?", ""]
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


def test_a_phrase_is_found_where_it_lies() -> None:
    span = best_span(syllables("医保"), syllables("我想预烟星期六上午九点半礼衣宝"))
    assert (span.cost, span.start, span.end) == (0.0, 13, 15)


def test_a_syllable_too_many_costs_less_than_a_wrong_one() -> None:
    more = best_span(syllables("残疾证"), syllables("办残疾人证"))
    wrong = best_span(syllables("残疾证"), syllables("办残疾马"))
    assert 0 < more.cost < wrong.cost


@pytest.mark.parametrize(("phrase", "sentence"), [((), ("ban",)), (("ban",), ()), ((), ())])
def test_nothing_is_found_nowhere(phrase: tuple[str, ...], sentence: tuple[str, ...]) -> None:
    assert best_span(phrase, sentence) == NOWHERE


@settings(max_examples=40, deadline=None)
@given(
    st.lists(SYLLABLES, min_size=1, max_size=5), st.lists(SYLLABLES, max_size=6), st.lists(SYLLABLES, max_size=6)
)
def test_a_phrase_within_a_sentence_is_always_found(
    phrase: list[str], before: list[str], after: list[str]
) -> None:
    span = best_span(phrase, [*before, *phrase, *after])
    assert span.cost == 0
    assert span.start < span.end <= len(before) + len(phrase) + len(after)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(SYLLABLES, max_size=4), max_size=6), st.lists(st.lists(SYLLABLES, max_size=8), max_size=3)
)
def test_a_book_finds_what_each_phrase_finds_alone(phrases: list[list[str]], sentences: list[list[str]]) -> None:
    book = PhraseBook([tuple(phrase) for phrase in phrases])
    spans = book.spans([tuple(sentence) for sentence in sentences])
    assert spans == [[best_span(phrase, sentence) for phrase in phrases] for sentence in sentences]


def test_three_hundred_phrases_in_five_readings_take_no_time() -> None:
    words = ["医保", "老年证", "残疾证", "高龄津贴", "养老保险", "社保卡", "低保", "路灯", "自来水", "石桥村"]
    book = PhraseBook([syllables(a + b) for a in words for b in words] * 3)
    readings = [syllables("我想给我老倌办一个残疾人证看哪天方便") for _ in range(5)]
    book.spans(readings)
    took = []
    for _ in range(5):
        began = time.perf_counter()
        book.spans(readings)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.05, "6 ms when the machine is idle"
