"""Whoever rings or writes back after a missed survey call is told why they were rung, and may answer it there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.domain.surveys.dispositions import Disposition
from ivr.contact import Contact
from tests.surveys.hall import Hall, Talk

ANSWERS = ("可以", "很满意", "满意", "满意", "办好了", "没有")


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(tmp_path)
    hall.ends(hall.until_rung(), "no-answer")
    hall.later(minutes=10)
    yield hall
    hall.store.close()


def rings_back(hall: Hall) -> Talk:
    person = hall.person()
    assert person.call is not None
    return Talk(hall, hall.call(person.call), Contact(person.number, "voice", "CAback"))


def test_who_rings_back_hears_why_and_answers_there(hall: Hall) -> None:
    talk = rings_back(hall)
    assert talk.begin() == "consent"
    told = "".join(talk.said)
    assert "回访电话" in told
    assert "上个礼拜三" in told
    assert talk.say(*ANSWERS) == ""
    assert (hall.person().state, hall.person().disposition) == ("done", Disposition.COMPLETE)
    hall.later(days=3)
    assert hall.step().calls == []


def test_who_asks_who_rang_is_told(hall: Hall) -> None:
    talk = rings_back(hall)
    assert talk.say("你是哪个") == "consent"
    assert any("镇政府的热线" in line for line in talk.said)


@pytest.mark.parametrize("words", ["我想预约办老年证", "路灯坏了一个月了"])
def test_who_wants_something_else_is_served_and_rung_another_day(hall: Hall, words: str) -> None:
    talk = rings_back(hall)
    assert talk.say(words) not in ("consent", "")
    assert hall.answers() == {}
    assert hall.person().state == "waiting"
    again = hall.until_rung()
    assert again.asked_at is not None
    assert again.asked_at.astimezone(hall.watch.now.tzinfo).day == 24


def test_a_no_is_a_no_and_the_caller_is_served_besides(hall: Hall) -> None:
    talk = rings_back(hall)
    assert talk.say("不用了") == "errand"
    assert (hall.person().state, hall.person().disposition) == ("done", Disposition.REFUSED)
    assert talk.say("没有了") == ""


def test_what_was_said_before_hanging_up_is_kept_and_nobody_rings_again(hall: Hall) -> None:
    rings_back(hall).say(*ANSWERS[:3])
    hall.later(days=2)
    assert hall.step().calls == []
    assert (hall.person().state, hall.person().disposition) == ("done", Disposition.PARTIAL)


def test_by_keys_as_well(hall: Hall) -> None:
    verbs = hall.office.front.incoming_call("CAkeys", hall.person().number, "inbound")
    assert "回访电话" in str(verbs)
    assert "三个小问题" in str(verbs)


def write(hall: Hall, *texts: str) -> str:
    answer = ""
    for n, words in enumerate(texts):
        hall.later(seconds=30)
        answer = hall.office.front.text(f"SM{hall.watch.now:%H%M%S}{n}", hall.person().number, words)
    return answer


@pytest.mark.parametrize("words", ["你是哪个", "刚才哪个打我电话", "什么事"])
def test_who_writes_back_is_told_why_and_may_answer(hall: Hall, words: str) -> None:
    answer = write(hall, words)
    assert "刚才是镇里的回访电话" in answer, answer
    assert "三个小问题" in answer, answer
    assert hall.person().state == "waiting"
    write(hall, "1", "5", "4", "4", "1", "没有")
    assert (hall.person().state, hall.person().disposition) == ("done", Disposition.COMPLETE)
    assert hall.person().medium == "sms"


def test_who_writes_about_something_else_is_not_told(hall: Hall) -> None:
    answer = write(hall, "我想预约办老年证")
    assert "回访" not in answer
    assert hall.answers() == {}


def test_after_a_day_nobody_remembers_what_a_missed_call_was(hall: Hall) -> None:
    hall.later(days=1)
    assert rings_back(hall).begin() == "errand"


def test_who_has_answered_meanwhile_gets_the_ordinary_welcome(hall: Hall) -> None:
    rings_back(hall).say(*ANSWERS)
    hall.later(minutes=30)
    talk = Talk(hall, hall.call(1), Contact(hall.person().number, "voice", "CAlater"))
    assert talk.begin() == "errand"
