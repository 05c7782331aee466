"""The weekly callback as a resident hears it: short, polite, and whatever was said before the end is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hotline.domain.surveys.dispositions import Disposition
from tests.surveys.hall import Hall, Talk

KEYS = {"consent": "1", "attitude": "5", "efficiency": "1", "discipline": "3", "solved": "2"}
GOOD = ("可以", "很满意", "满意", "一般", "办好了", "没有")


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(tmp_path)
    yield hall
    hall.store.close()


@pytest.fixture
def talk(hall: Hall) -> Talk:
    return hall.picks_up(hall.until_rung())


def levels(hall: Hall) -> dict[str, int | None]:
    return {key: row.level for key, row in hall.answers().items() if row.level is not None}


def test_a_whole_survey_is_kept_and_complete(hall: Hall, talk: Talk) -> None:
    asked = [talk.say(words) for words in GOOD]
    assert asked == ["attitude", "efficiency", "discipline", "solved", "remark", ""]
    talk.hang_up()
    person = hall.person()
    assert (person.state, person.disposition, person.medium) == ("done", Disposition.COMPLETE, "voice")
    assert levels(hall) == {"attitude": 5, "efficiency": 4, "discipline": 3}
    assert hall.answers()["solved"].yes is True
    assert hall.answers()["attitude"].recording == "attitude.wav"
    assert "remark" not in hall.answers()


def test_it_says_who_rings_the_service_and_the_day_and_no_more_before_a_yes(talk: Talk) -> None:
    talk.begin()
    told = "".join(talk.said)
    assert all(words in told for words in ("牛田镇政务热线", "上个礼拜三", "到镇里窗口办了"))
    assert not any(words in told for words in ("王桂花", "100000"))


def test_a_remark_is_kept_in_words_with_its_recording(hall: Hall, talk: Talk) -> None:
    talk.say(*GOOD[:5], "一次讲清楚要带什么，莫让我们跑两趟")
    assert hall.answers()["remark"].text == "一次讲清楚要带什么，莫让我们跑两趟"
    assert hall.answers()["remark"].recording == "remark.wav"
    assert any("研究" in line for line in talk.said)


@pytest.mark.parametrize("after", range(2, 6))
def test_who_hangs_up_has_said_what_they_said(hall: Hall, talk: Talk, after: int) -> None:
    talk.say(*GOOD[:after])
    talk.hang_up()
    assert (hall.person().state, hall.person().disposition) == ("done", Disposition.PARTIAL)
    assert len(hall.answers()) == after - 1


def test_who_hangs_up_before_a_rating_has_broken_off_and_is_not_rung_again(hall: Hall, talk: Talk) -> None:
    talk.say("可以")
    talk.hang_up()
    assert hall.person().disposition == Disposition.BREAK_OFF
    hall.later(days=3)
    assert hall.step().calls == []


@pytest.mark.parametrize("after", range(6))
def test_stop_calling_is_heard_at_every_question(hall: Hall, talk: Talk, after: int) -> None:
    talk.say(*GOOD[:after])
    assert talk.say("别再打了") == ""
    with hall.store.open() as office:
        assert office.contact_wishes.opted_out(hall.person().number)
    talk.hang_up()
    expected = Disposition.REFUSED if after < 2 else Disposition.PARTIAL
    assert (hall.person().state, hall.person().disposition) == ("done", expected)


@pytest.mark.parametrize("words", ["还可以", "马马虎虎", "还行吧"])
def test_so_so_is_asked_once_more_and_is_never_satisfied_by_itself(hall: Hall, talk: Talk, words: str) -> None:
    assert talk.say("可以", words) == "attitude"
    assert "基本满意，还是不满意" in talk.said[-1]
    assert talk.say("基本满意") == "efficiency"
    assert levels(hall) == {"attitude": 3}


def test_so_so_twice_is_left_without_a_level_and_keeps_its_words(hall: Hall, talk: Talk) -> None:
    assert talk.say("可以", "还可以", "还可以嘛") == "efficiency"
    assert hall.answers()["attitude"].level is None
    assert hall.answers()["attitude"].words == "还可以嘛"


@pytest.mark.parametrize(
    ("words", "how"),
    [
        ("不用了", Disposition.REFUSED),
        ("不可以", Disposition.REFUSED),
        ("算了", Disposition.REFUSED),
        ("打错了，我没办过", Disposition.NOT_SERVED),
        ("我没去过", Disposition.NOT_SERVED),
        ("他过世了", Disposition.DECEASED),
    ],
)
def test_who_is_not_to_be_asked_is_left_alone(hall: Hall, talk: Talk, words: str, how: Disposition) -> None:
    assert talk.say(words) == "", talk.said
    talk.hang_up()
    assert (hall.person().state, hall.person().disposition) == ("done", how)
    hall.later(days=7)
    assert hall.step().calls == []


@pytest.mark.parametrize("words", ["没空", "我在忙，等下再打", "现在不方便"])
def test_who_has_no_time_is_rung_on_another_day_when_it_suits(hall: Hall, talk: Talk, words: str) -> None:
    assert talk.say(words) == "later", talk.said
    assert talk.say("晚上吧") == ""
    talk.hang_up()
    assert (hall.person().state, hall.person().disposition) == ("waiting", Disposition.NEVER_AVAILABLE)
    again = hall.until_rung()
    assert again.asked_at is not None
    assert again.asked_at.astimezone(hall.watch.now.tzinfo).day == 24
    assert again.asked_at.astimezone(hall.watch.now.tzinfo).hour >= 18
    hall.picks_up(again).say(*GOOD)
    assert hall.person().disposition == Disposition.COMPLETE


@pytest.mark.parametrize("words", ["你是哪个", "么子事哦"])
def test_who_wants_to_know_who_rings_is_told_before_they_say_yes(hall: Hall, talk: Talk, words: str) -> None:
    assert talk.say(words) == "consent", talk.said
    assert "镇政府的热线" in talk.said[-2]
    assert talk.say("那你问吧") == "attitude"


def test_who_is_not_at_home_is_rung_again_and_a_stranger_hears_no_more(hall: Hall, talk: Talk) -> None:
    assert talk.say("他不在家") == ""
    talk.hang_up()
    assert hall.person().state == "waiting"


def test_not_understood_three_times_is_left_to_a_person(hall: Hall, talk: Talk) -> None:
    assert talk.say("哇啦哇啦", "呼噜呼噜", "哗啦啦") == ""
    talk.hang_up()
    assert (hall.person().state, hall.person().disposition) == ("listed", Disposition.LANGUAGE)


def test_a_call_that_drops_goes_on_when_they_ring_back(hall: Hall, talk: Talk) -> None:
    talk.say(*GOOD[:3])
    talk.hang_up()
    talk.contact = type(talk.contact)(talk.contact.number, "voice", "CAback")
    assert talk.begin() == "resume"
    assert talk.say("好，接着讲", "满意", "办好了", "没有") == ""
    assert (hall.person().disposition, len(levels(hall))) == (Disposition.COMPLETE, 3)


def test_by_keypad_one_is_the_worst_and_five_the_best(hall: Hall) -> None:
    call = hall.until_rung()
    talk = hall.picks_up(call, "keypad")
    office = hall.office.front
    for key, digits in KEYS.items():
        served = hall.office.desk.answer(talk.contact)
        assert served.turn.key == key
        office.keys(talk.contact, served.turn.number, digits)
    hall.office.spoken["r"] = "办事要快一点"
    office.recording(talk.contact, hall.office.desk.answer(talk.contact).turn.number, "r")
    assert levels(hall) == {"attitude": 5, "efficiency": 1, "discipline": 3}
    assert hall.answers()["solved"].yes is False
    assert hall.answers()["remark"].text == "办事要快一点"
    assert hall.person().disposition == Disposition.COMPLETE


def unreached(hall: Hall) -> None:
    """Three attempts that nobody answers."""
    for _ in range(3):
        hall.ends(hall.until_rung(), "no-answer")


def test_after_three_attempts_the_same_questions_go_by_text(hall: Hall) -> None:
    unreached(hall)
    person = hall.person()
    assert (person.state, person.disposition) == ("texted", Disposition.NO_ANSWER)
    text = _texts(hall)
    answers = [text(words) for words in ("1", "5", "4", "2", "2", "人太多，要等")]
    assert "服务态度" in answers[0]
    assert (hall.person().state, hall.person().disposition) == ("done", Disposition.COMPLETE)
    assert (hall.person().medium, levels(hall)) == ("sms", {"attitude": 5, "efficiency": 4, "discipline": 2})


def test_a_text_may_be_answered_hours_later(hall: Hall) -> None:
    unreached(hall)
    text = _texts(hall)
    text("1")
    hall.later(hours=5)
    assert "快慢" in text("5")
    hall.later(hours=20)
    text("5")
    assert levels(hall) == {"attitude": 5, "efficiency": 5}


def test_a_text_about_something_else_is_no_answer(hall: Hall) -> None:
    unreached(hall)
    assert "三个小问题" not in _texts(hall)("我想预约办老年证")
    assert hall.answers() == {}


def test_an_unanswered_text_leads_to_a_persons_list_and_a_no_does_not(hall: Hall) -> None:
    unreached(hall)
    hall.later(days=3, hours=1)
    hall.step()
    assert hall.person().state == "listed"


def test_a_text_half_answered_counts_as_what_was_said(hall: Hall) -> None:
    unreached(hall)
    text = _texts(hall)
    text("1")
    text("4")
    hall.later(days=3, hours=1)
    hall.step()
    assert (hall.person().state, hall.person().disposition) == ("done", Disposition.PARTIAL)


def test_who_opts_out_by_text_is_on_nobodys_list(hall: Hall) -> None:
    unreached(hall)
    _texts(hall)("退订")
    hall.later(days=3, hours=1)
    hall.step()
    assert (hall.person().state, hall.person().disposition) == ("done", Disposition.REFUSED)


def _texts(hall: Hall) -> Callable[[str], str]:
    number, sent = hall.person().number, iter(range(100))
    return lambda words: hall.office.front.text(f"SM{next(sent)}", number, words)
