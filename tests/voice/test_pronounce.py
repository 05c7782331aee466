"""Polyphones, sandhi, names."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.voice.pronounce import Pronouncer


@pytest.fixture(scope="module")
def pronouncer() -> Pronouncer:
    return Pronouncer()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("银行", "yin2 hang2"),
        ("行不行", "xing2 bu5 xing2"),
        ("重复", "chong2 fu4"),
        ("重新来过", "chong2 xin1 lai2 guo4"),
        ("办得了", "ban4 de5 liao3"),
        ("办不了", "ban4 bu4 liao3"),
        ("办好了", "ban4 hao3 le5"),
        ("没得了", "mei2 de5 le5"),
        ("得先带身份证", "dei3 xian1 dai4 shen1 fen4 zheng4"),
        ("还有别的事吗", "hai2 you3 bie2 de5 shi4 ma5"),
        ("还给您", "huan2 gei3 nin2"),
        ("慢慢地讲", "man4 man4 de5 jiang3"),
        ("地里", "di4 li5"),
        ("几点", "ji2 dian3"),
        ("村长", "cun1 zhang3"),
        ("长沙", "chang2 sha1"),
        ("调解", "tiao2 jie3"),
        ("种田", "zhong4 tian2"),
        ("睡不着", "shui4 bu5 zhao2"),
        ("照片", "zhao4 pian4"),
        ("五保供养", "wu2 bao3 gong1 yang3"),
    ],
)
def test_a_word_with_two_readings_is_read_as_it_is_meant(pronouncer: Pronouncer, text: str, said: str) -> None:
    assert " ".join(pronouncer.pinyin(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("一个", "yi2 ge4"),
        ("一张", "yi4 zhang1"),
        ("一遍", "yi2 bian4"),
        ("一点", "yi4 dian3"),
        ("一号", "yi1 hao4"),
        ("十一月二十一号", "shi2 yi1 yue4 er4 shi2 yi1 hao4"),
        ("一百一十", "yi4 bai3 yi1 shi2"),
        ("第一", "di4 yi1"),
        ("礼拜一上午", "li3 bai4 yi1 shang4 wu3"),
        ("统一", "tong3 yi1"),
        ("看一看", "kan4 yi5 kan4"),
        ("一个一个", "yi2 ge4 yi2 ge4"),
    ],
)
def test_one_changes_its_tone_as_people_change_it(pronouncer: Pronouncer, text: str, said: str) -> None:
    assert " ".join(pronouncer.pinyin(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("不对", "bu2 dui4"),
        ("不行", "bu4 xing2"),
        ("是不是", "shi4 bu5 shi4"),
        ("我不", "wo3 bu4"),
    ],
)
def test_not_changes_its_tone_before_a_falling_one(pronouncer: Pronouncer, text: str, said: str) -> None:
    assert " ".join(pronouncer.pinyin(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("你好", "ni2 hao3"),
        ("九点", "jiu2 dian3"),
        ("两点整", "liang2 dian2 zheng3"),
        ("我想预约", "wo2 xiang3 yu4 yue1"),
        ("我可以走了", "wo3 ke2 yi2 zou3 le5"),
        ("我给你讲", "wo2 gei3 ni2 jiang3"),
        ("养老保险", "yang2 lao3 bao2 xian3"),
        ("小组长", "xiao3 zu2 zhang3"),
    ],
)
def test_a_third_tone_rises_before_another(pronouncer: Pronouncer, text: str, said: str) -> None:
    assert " ".join(pronouncer.pinyin(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("石桥村单小英", "shi2 qiao2 cun1 shan4 xiao3 ying1"),
        ("任桂花，是哪个村的", "ren2 gui4 hua1 shi4 na3 ge5 cun1 de5"),
        ("曾国强", "zeng1 guo2 qiang2"),
        ("单子", "dan1 zi5"),
        ("查进度", "cha2 jin4 du4"),
    ],
)
def test_surnames_are_read_as_surnames(pronouncer: Pronouncer, text: str, said: str) -> None:
    assert " ".join(pronouncer.pinyin(text)) == said


def test_the_small_er_joins_its_syllable_and_the_child_does_not(pronouncer: Pronouncer) -> None:
    assert pronouncer.pinyin("一点儿") == ["yi4", "dian3r"]
    assert pronouncer.pinyin("儿子女儿") == ["er2", "zi5", "nv3", "er2"]


def test_letters_are_named_and_foreign_scripts_passed_over(pronouncer: Pronouncer) -> None:
    assert pronouncer.pinyin("A类") == ["ei1", "lei4"]
    assert pronouncer.pinyin("，。 ?!\n привет 😀") == []


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30))
def test_any_text_has_some_pronunciation(pronouncer: Pronouncer, text: str) -> None:
    assert all(syllable for syllable in pronouncer.pinyin(text))


def test_syllables_stay_with_their_words(pronouncer: Pronouncer) -> None:
    assert pronouncer.pinyin_by_word("我想办老年人优待证")[-2:] == [
        ["lao3", "nian2", "ren2"],
        ["you1", "dai4", "zheng4"],
    ]
