"""A survey by text stays open for days: what is about something else is served, and the survey waits meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hotline.domain.surveys.dispositions import Disposition
from hotline.store.tables import ConversationRow, MessageRow
from tests.surveys.hall import Hall
from tests.surveys.test_script import unreached

Write = Callable[[str], str]
BOOKING = "我叫王桂花，青山村的，想后天上午九点到镇里窗口办老年证"
COMPLAINT = "我是王桂花，我们青山村三组路灯坏了一个月了"


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(tmp_path)
    unreached(hall)
    yield hall
    hall.store.close()


@pytest.fixture
def write(hall: Hall) -> Write:
    number, sent = hall.person().number, iter(range(100))

    def write(words: str) -> str:
        hall.later(seconds=20)
        return hall.office.front.text(f"SM{next(sent)}", number, words)

    return write


def told(hall: Hall) -> dict[str, int | bool | str | None]:
    """What is on record, by question."""
    return {key: row.level or row.yes or row.text for key, row in hall.answers().items()}


@pytest.mark.parametrize("answered", [(), ("1",), ("1", "4"), ("1", "4", "5", "5"), ("1", "4", "5", "5", "1")])
@pytest.mark.parametrize("hours", [0, 5])
def test_a_booking_is_a_booking_at_any_question_and_the_survey_waits(
    hall: Hall, write: Write, answered: tuple[str, ...], hours: float
) -> None:
    for words in answered:
        write(words)
    before = told(hall)
    hall.later(hours=hours)
    assert "老年" in write(BOOKING)
    assert told(hall) == before
    write("对")
    ended = write("没有了")
    assert told(hall) == before
    assert ("小问题" in ended) is bool(answered)
    number = hall.person().number
    with hall.store.open() as office:
        assert [row.status for row in office.appointments.all() if row.number == number][-1] == "booked"


def test_the_survey_is_gone_on_with_after_the_errand(hall: Hall, write: Write) -> None:
    write("1")
    write("4")
    hall.later(hours=5)
    write(BOOKING)
    write("对")
    assert "办事快慢" in write("没有了")
    for words in ("5", "2", "2", "一次讲清楚要带什么"):
        write(words)
    assert told(hall)["efficiency"] == 5
    assert told(hall)["remark"] == "一次讲清楚要带什么"
    assert hall.person().disposition == Disposition.COMPLETE


def test_an_errand_left_half_done_does_not_swallow_the_next_answer(hall: Hall, write: Write) -> None:
    write("1")
    hall.later(hours=1)
    write("我想预约办老年证")
    hall.later(hours=1)
    assert "快慢" in write("4")
    assert told(hall) == {"attitude": 4}


@pytest.mark.parametrize(
    "words",
    [
        "人太多，要等",
        "办老年证的人要热情一点",
        "窗口人太多，办老年证要等一上午",
        "希望预约办事快一点",
        "路边的灯都不亮",
    ],
)
def test_a_remark_about_the_service_is_a_remark_whatever_it_names(hall: Hall, write: Write, words: str) -> None:
    for answer in ("1", "4", "5", "5", "1"):
        write(answer)
    assert "谢谢" in write(words)
    assert told(hall)["remark"] == words


def test_hours_later_a_complaint_is_no_remark(hall: Hall, write: Write) -> None:
    for answer in ("1", "4", "5", "5", "1"):
        write(answer)
    hall.later(hours=5)
    assert "路灯" in write(COMPLAINT)
    assert "remark" not in told(hall)


@pytest.mark.parametrize(
    ("words", "kept"),
    [("我想反映窗口态度不好，不满意", {"attitude": 2}), ("很不满意，路灯坏了一个月了", {"attitude": 1})],
)
def test_who_rates_and_tells_why_has_rated(hall: Hall, write: Write, words: str, kept: dict[str, int]) -> None:
    write("1")
    write(words)
    assert told(hall) == kept


def test_he_is_not_at_home_is_no_answer_where_it_is_why_somebody_is_wanted(hall: Hall, write: Write) -> None:
    assert "老年" in write("他不在家，想请你们上门办老年证")
    assert hall.person().state == "texted"


@pytest.mark.parametrize("words", ["取消预约", "查一下办得怎么样了", "以后打电话给我，莫发短信"])
def test_other_wishes_go_to_the_office(hall: Hall, write: Write, words: str) -> None:
    write("1")
    write(words)
    with hall.store.open() as office:
        scripts = [row.script for row in office.session.query(ConversationRow).order_by(ConversationRow.opened_at)]
    assert scripts[-1] == "welcome"
    assert told(hall) == {}


@pytest.mark.parametrize("words", ["算了", "取消", "不想答"])
def test_who_has_had_enough_ends_the_survey(hall: Hall, write: Write, words: str) -> None:
    write("1")
    write("4")
    write(words)
    assert hall.person().state == "done" or words == "不想答"
    assert told(hall) == {"attitude": 4}


def ask(hall: Hall, kind: str, about: str = "") -> None:
    """Another text of ours that asks something, sent now."""
    now, number = hall.watch.now, hall.person().number
    with hall.store.open() as office:
        row = MessageRow(reason=f"{kind}:1", to=number, body="", kind=kind, about=about)
        row.state, row.created_at, row.sent_at = "delivered", now, now
        office.session.add(row)
        office.commit()


@pytest.mark.parametrize(("kind", "about", "words"), [("offer", "waiting:1", "要"), ("asked", "rate:307294", "5")])
def test_what_was_asked_last_is_what_is_answered(
    hall: Hall, write: Write, kind: str, about: str, words: str
) -> None:
    for answer in ("1", "4", "5", "5"):
        write(answer)
    hall.later(hours=2)
    ask(hall, kind, about)
    hall.later(hours=2)
    before = told(hall)
    write(words)
    assert told(hall) == before


def test_an_answer_to_the_survey_stays_one_after_another_text(hall: Hall, write: Write) -> None:
    write("1")
    hall.later(hours=2)
    ask(hall, "recheck", "ledger:1")
    hall.later(hours=2)
    write("4")
    assert told(hall) == {"attitude": 4}
