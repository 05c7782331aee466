"""Text, call, or not at all, and to which telephone: kept with the number, and every step is told like that."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hotline.cli import cli
from hotline.domain.appointments import Made, Wanted, book
from hotline.domain.calendar import TOWN_TIME, Place
from hotline.store.tables import CallbackRow, MessageRow
from ivr.contact import Contact, Evidence
from ivr.surfaces.sentences import spoken
from ivr.understanding.understand import understand_text
from tests.errands.line import Line
from tests.town import Office

LANDLINE, MOBILE, DAUGHTER = "7378812346", "13800001234", "13900009999"
NINE = datetime(2026, 11, 28, 9, tzinfo=TOWN_TIME)
_SIDS = count()
WORDS = "【牛田镇政务】有人接手了。"
OTHER = "一三九零零零零九九九九"


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return Line(Office(tmp_path))


def ring(line: Line, number: str, *answers: str) -> list[str]:
    """A call by voice: what is said after each answer."""
    contact = Contact(number, "voice", f"CV{next(_SIDS)}")
    served = line.office.desk.answer(contact)
    said = []
    for answer in answers:
        served = line.office.desk.hear(
            served.conversation,
            contact,
            served.turn.number,
            sense=lambda turn, setting, text=answer: understand_text(turn.ask, text, setting),  # type: ignore[misc]
            evidence=Evidence(heard=answer),
        )
        said.append("".join(sentence.text for sentence in spoken(served.turn, "voice")))
    return said


def text(line: Line, number: str, words: str) -> str:
    return line.office.front.text(f"ST{next(_SIDS)}", number, words)


def step(line: Line, number: str, **more: Any) -> Any:
    """A step of a case, as the outbox has it once it has tried to leave."""
    with line.office.store.open() as records:
        made = records.messages.put(f"case:{next(_SIDS)}", number, WORDS, kind="step", **more)
        records.commit()
    line.leave()
    with line.office.store.open() as records:
        return records.session.get(MessageRow, made)


def test_who_says_so_on_the_line_is_rung_and_not_texted(line: Line) -> None:
    assert step(line, MOBILE).state == "queued"
    assert "打电话告诉您" in ring(line, MOBILE, "以后打电话告诉我")[-1]
    assert (step(line, MOBILE).state, line.company.calls) == ("called", [MOBILE])


def test_who_writes_so_is_texted_again(line: Line) -> None:
    text(line, MOBILE, "有事打电话告诉我")
    assert "发短信告诉您" in text(line, MOBILE, "发短信就行")
    assert step(line, MOBILE, channel="either").state == "queued"


def test_who_does_not_want_to_know_is_told_no_step_but_still_what_they_ask_for(line: Line) -> None:
    assert "不告诉您" in text(line, MOBILE, "以后不用告诉我了")
    assert step(line, MOBILE).state == "barred"
    with line.office.store.open() as records:
        records.messages.put("asked", MOBILE, "【牛田镇政务】约好了。", kind="asked")
        records.commit()
    line.leave()
    assert [number for number, _ in line.company.texts] == [MOBILE]


def test_a_number_is_read_back_before_texts_go_to_it(line: Line) -> None:
    said = ring(line, LANDLINE, "短信发给我女儿", "一三九零零零零九九九八", "不对", OTHER, "对的")
    assert "一三九" in said[1].replace("幺", "一") or "139" in said[1]
    assert "好，短信发到" in said[-1]
    assert step(line, LANDLINE).state == "queued"
    assert [number for number, _ in line.company.texts] == [DAUGHTER, DAUGHTER]
    assert "737****2346" in line.company.texts[0][1], "whose texts they are is told once, masked"


def test_a_landline_is_no_place_for_texts(line: Line) -> None:
    said = ring(line, LANDLINE, "短信发给我女儿", "零七三七八八一二三四六", "对的")
    assert "收不到短信" in said[-1]


def test_a_number_that_gets_the_texts_may_answer_them(line: Line) -> None:
    ring(line, LANDLINE, "短信发给我女儿", OTHER, "对的")
    with line.office.store.open() as records:
        wanted = Wanted("12", Place.WINDOW, NINE, "王桂花", "V03", LANDLINE)
        made = Made("", lambda: "307294", line.office.watch())
        book(records.appointments, wanted, made, plan=line.office.desk.rules.plan)
        records.commit()
    assert "取消" in text(line, DAUGHTER, "取消")
    with line.office.store.open() as records:
        assert records.appointments.coming(LANDLINE, line.office.watch()) == []


def test_where_the_other_telephone_refuses_texts_the_landline_is_rung(line: Line) -> None:
    ring(line, LANDLINE, "短信发给我女儿", OTHER, "对的")
    text(line, DAUGHTER, "退订")
    assert step(line, LANDLINE).state == "called"
    assert line.company.calls == [LANDLINE]


BOOKING = "我叫王桂花，石桥村的，想礼拜六上午九点到镇里窗口办老年证"


def test_a_landline_that_books_is_asked_for_a_mobile_once(line: Line) -> None:
    said = ring(line, LANDLINE, BOOKING, "对的", "没有")
    assert "您用的是座机" in said[1]
    assert "短信也发给您" not in said[2]
    again = ring(line, LANDLINE, BOOKING.replace("九点", "十点"), "对的")
    assert "约好了" in again[-1]


def test_a_mobile_told_in_the_same_breath_is_read_back_and_gets_the_confirmation(line: Line) -> None:
    said = ring(line, LANDLINE, BOOKING, "对的", "有的，" + OTHER, "对的")
    assert "短信也发给您" in said[-1]
    line.leave()
    assert [number for number, _ in line.company.texts] == [DAUGHTER, DAUGHTER]
    assert line.company.calls == []


def test_a_mobile_is_never_asked(line: Line) -> None:
    assert "约好了" in ring(line, MOBILE, BOOKING, "对的")[-1]


def test_who_asks_for_a_call_is_promised_one_by_a_time(line: Line) -> None:
    assert "给您回电话" in text(line, MOBILE, "给我回个电话")
    (task,) = line.rows(CallbackRow)
    assert (task.number, task.reason) == (MOBILE, "asked")  # type: ignore[union-attr]


def test_residents_show_tells_what_they_wish(line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring(line, LANDLINE, "短信发给我女儿", OTHER, "对的", "不用告诉我了")
    monkeypatch.setenv("HOTLINE_DATABASE_URL", line.office.url)
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path))
    shown = CliRunner().invoke(cli, ["residents", "show", LANDLINE, "--json"])
    view = json.loads(shown.output)
    assert (view["channel"], view["text_to"]) == ("silent", DAUGHTER)
    assert CliRunner().invoke(cli, ["residents", "show", "13000000000"]).exit_code == 1
