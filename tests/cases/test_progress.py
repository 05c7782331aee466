"""How a matter stands, asked by phone and by text; and the resident's last word on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.domain.grievances import Grievance
from ivr.contact import Contact
from tests.cases.room import SUPERVISOR, WATER, Room
from tests.conversations.resident import report
from tests.town import Office

NUMBER, OTHER = "13907370001", "13907370002"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def room(office: Office) -> Room:
    return Room(office.store, office.watch)


def say(office: Office, number: str, *lines: str) -> str:
    """The answer to the last of some texts."""
    said = ""
    for line in lines:
        said = office.front.text(f"SM{number}{line}{office.watch():%f}", number, line)
        office.watch.passes(seconds=1, microseconds=1)
    return said


def case_of(office: Office, number: str = NUMBER, **told: str) -> None:
    facts = {"code": "516082", "topic": "G1", "village": "V02", "name": "王桂花", "story": "自来水停了三天了"}
    report(office, {"reported": [facts | {"number": number} | told]})


def reviewed(room: Room) -> Grievance:
    room.make("516082", "sign", WATER)
    room.make("516082", "answer", WATER, reason="水管换好了")
    return room.make("516082", "review", SUPERVISOR)


def test_one_matter_is_told_at_once_with_the_day_of_its_answer(office: Office) -> None:
    case_of(office)
    said = say(office, NUMBER, "查进度")
    assert "农饮水" in said
    assert "已经派下去" in said
    assert "十二月二号" in said


def test_the_code_alone_is_enough_by_text(office: Office) -> None:
    case_of(office)
    for wording in ("516082", "516 082", "编号五一六零八二", "我的编号是516082，办得怎么样了"):
        assert "已经派下去" in say(office, OTHER, wording), wording


def test_from_another_number_a_code_tells_the_state_and_nothing_else(office: Office) -> None:
    case_of(office)
    said = say(office, OTHER, "516082")
    assert "已经派下去" in said
    assert not any(word in said for word in ("王桂花", "农饮水", "停了三天", "竹林"))


def test_a_withheld_number_needs_the_code(office: Office) -> None:
    case_of(office)
    contact = Contact("", "keypad", "CK1")
    office.front.incoming_call("CK1", "", "inbound")
    served = office.desk.answer(contact)
    menu = {option.value: key for key, option in served.turn.menu.items()}
    office.front.keys(contact, served.turn.number, menu["progress"])
    served = office.desk.answer(contact)
    assert served.turn.key == "code"
    said = str(office.front.keys(contact, served.turn.number, "516082#"))
    assert "已经派下去" in said
    assert "王桂花" not in said


def test_a_code_nobody_has_is_asked_for_once_more_and_then_left(office: Office) -> None:
    case_of(office)
    assert "没有查到" in say(office, OTHER, "100001")
    said = say(office, OTHER, "100002")
    assert "没有查到" in said
    assert "还有别的事" in said


def test_nobody_who_has_nothing_is_kept_on_the_line(office: Office) -> None:
    assert "编号" in say(office, NUMBER, "查进度")
    assert "还有别的事" in say(office, NUMBER, "没有")


def test_of_several_the_one_that_is_meant(office: Office) -> None:
    case_of(office)
    case_of(office, code="307294", topic="G1", story="水表坏了")
    said = say(office, NUMBER, "查进度")
    assert "两件事" in said
    assert "三零七" in said  # two about the same are told apart by their codes
    assert "307294" not in say(office, NUMBER, "307294").replace("三零七 二九四", "")


def test_a_confidential_case_is_not_named_on_a_shared_telephone(office: Office) -> None:
    case_of(office, topic="G15", story="窗口骂人", kind="complaint")
    said = say(office, NUMBER, "查进度")
    assert "已经受理" in said
    assert "干部" not in said


def test_solved_closes_it(office: Office, room: Room) -> None:
    case_of(office)
    reviewed(room)
    said = say(office, NUMBER, "516082")
    assert "水管换好了" in said
    assert "解决了吗" in said
    assert "办结" in say(office, NUMBER, "是")
    with office.store.open() as records:
        case = records.grievances.by_code("516082")
    assert case is not None
    assert case.status == "closed"


def test_not_solved_takes_it_up_again(office: Office, room: Room) -> None:
    case_of(office)
    reviewed(room)
    say(office, NUMBER, "516082")
    assert "重新办" in say(office, NUMBER, "不是，还是没水")
    with office.store.open() as records:
        case = records.grievances.by_code("516082")
        assert case is not None
        (*_, last) = records.grievances.history(case.id)
    assert (case.status, last.move, last.role) == ("handling", "reopen", "machine")


def test_a_merged_case_stands_where_the_other_one_stands(office: Office, room: Room) -> None:
    case_of(office)
    case_of(office, code="307294", number=OTHER)
    room.make("307294", "merge", SUPERVISOR, into="516082")
    room.make("516082", "sign", WATER)
    said = say(office, OTHER, "307294")
    assert "有人接手了" in said
    assert "还有别人反映" in said


def test_what_waits_for_papers_says_so(office: Office, room: Room) -> None:
    case_of(office)
    room.make("516082", "sign", WATER)
    room.make("516082", "pause", WATER, reason="要户口本")
    said = say(office, NUMBER, "查进度")
    assert "等您补材料" in said
    assert "以前给您回音" not in said
