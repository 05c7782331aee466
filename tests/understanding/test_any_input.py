"""Whatever comes in, something sensible goes out; keys; numbers; what a recogniser is told to expect."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ivr.dialogue.steps import Wants
from ivr.evaluation.questions import NOW, question, setting
from ivr.understanding import expected_for, understand_keys, understand_speech, understand_text
from ivr.understanding.answer import Command, Setting, Understood
from tests.understanding.test_garbled_speech import hearing

QUESTIONS = ("errand", "service", "place", "when", "which", "name", "village", "confirm", "part", "story", "topic",
             "where", "number", "rating")  # fmt: skip
WILD = st.text(
    st.characters() | st.sampled_from("不对是的明天上午九点半我叫王老年证石桥村0123456789:：/月号一幺"),
    max_size=40,
)


def _kept(sense: Understood) -> None:
    assert 0.0 <= sense.confidence <= 1.0
    assert sense.unclear or sense.confidence > 0.0
    assert not sense.complete or not sense.unclear


@settings(deadline=None)
@example("errand", "不对000")
@given(st.sampled_from(QUESTIONS), WILD)
def test_any_text_is_taken(key: str, text: str) -> None:
    _kept(understand_text(question(key), text, setting(key)))


@settings(deadline=None)
@given(st.sampled_from(QUESTIONS), st.lists(WILD, max_size=3))
def test_any_hearing_is_taken(key: str, texts: list[str]) -> None:
    _kept(understand_speech(question(key), hearing(*texts), lambda said: [-1.0] * len(said), setting(key)))


@settings(deadline=None)
@given(st.sampled_from(QUESTIONS), st.text("0123456789*#", max_size=20))
def test_any_keys_are_taken(key: str, digits: str) -> None:
    _kept(understand_keys(question(key), digits, setting(key)))


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "😀" * 100, "\ud800", "a" * 1_000_000, "九点" * 50_000, "1" * 5_000]
)
def test_hostile_text_is_taken(text: str) -> None:
    _kept(understand_text(question("errand"), text, setting()))


def test_zero_is_a_person_and_the_star_once_more() -> None:
    assert understand_keys(question("village"), "0", setting()).command is Command.PERSON
    assert understand_keys(question("village"), "*", setting()).command is Command.REPEAT


def test_keys_are_what_the_menu_says() -> None:
    offered = Setting(NOW, {"1": "V03", "2": "V07"})
    assert understand_keys(question("village"), "2", offered).value == "V07"
    assert understand_keys(question("village"), "3", offered).unclear


def test_keys_for_yes_no_rating_and_number() -> None:
    assert understand_keys(question("confirm"), "1", setting()).value is True
    assert understand_keys(question("confirm"), "2", setting()).value is False
    assert understand_keys(question("rating"), "4", setting()).value == 4
    assert understand_keys(question("rating"), "7", setting()).unclear
    number = understand_keys(question("number"), "13873012345", setting())
    assert (number.value, number.complete) == ("13873012345", True)
    assert not understand_keys(question("number"), "1387", setting()).complete


@settings(deadline=None)
@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", " ", "，"]))
def test_a_mobile_number_read_out_is_that_number(digits: str, pause: str) -> None:
    read = "".join("零幺二三四五六七八九"[int(digit)] for digit in digits)
    grouped = pause.join((read[:3], read[3:7], read[7:]))
    assert understand_text(question("number"), grouped, setting()).value == digits


@pytest.mark.parametrize("key", QUESTIONS)
def test_the_recogniser_is_told_phrases_it_can_hear(key: str) -> None:
    expected = expected_for(question(key), setting(key))
    assert "转人工" in expected.seldom
    assert "着火了" in expected.seldom
    every = expected.phrases + expected.seldom
    assert all(phrase and all("一" <= character <= "鿿" for character in phrase) for phrase in every)
    assert expected.closed == (question(key).slot.wants in (Wants.CHOICE, Wants.WHEN, Wants.YES_NO, Wants.RATING))
