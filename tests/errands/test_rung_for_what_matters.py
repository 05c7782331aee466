"""Who can only be rung hears of a case what matters, the newest at once, not what they have just said or heard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hotline.domain.case_life import THE_MACHINE
from hotline.domain.grievances import Told, accept
from hotline.holidays import is_working_day
from hotline.store.tables import CallbackRow, CallOutRow, MessageRow
from ivr.casework import Casework
from tests.cases.room import SUPERVISOR, WATER
from tests.errands.line import Line
from tests.errands.test_how_one_is_told import LANDLINE, MOBILE, ring
from tests.town import TOWN, Office

CODE = "118822"
TOLD = Told("G1", "自来水停了三天", "V02", "三组", "", "王桂花", LANDLINE, "", "urgent")


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return Line(Office(tmp_path))


def told(line: Line, by: Told = TOLD) -> None:
    with line.office.store.open() as records:
        work = Casework(TOWN, is_working_day, records, line.office.watch())
        opened = accept(
            records.grievances,
            by,
            conversation="c",
            now=line.office.watch(),
            draw_code=lambda: CODE,
            is_working_day=is_working_day,
        )
        work.telling.accepted(opened)
        work.opened(opened, THE_MACHINE)
        records.commit()


def make(line: Line, move: str, who: Any, **given: Any) -> None:
    with line.office.store.open() as records:
        work = Casework(TOWN, is_working_day, records, line.office.watch())
        work.make(CODE, move, who, {"reason": "管子修好了", **given})
        records.commit()
    line.leave()


def rung_for(line: Line) -> list[str]:
    return [str(row.given.get("text", "")) for row in line.rows(CallOutRow)]  # type: ignore[union-attr]


def test_a_landline_is_rung_for_who_has_it_until_when_more_time_and_the_result(line: Line) -> None:
    told(line)
    make(line, "sign", WATER)
    make(line, "start", WATER)
    make(line, "pause", WATER, reason="缺照片")
    make(line, "resume", WATER)
    make(line, "extend", WATER, days=3, reason="等配件")
    make(line, "answer", WATER)
    make(line, "review", SUPERVISOR)
    said = rung_for(line)
    assert len(said) == 4, said
    assert "水利站已经接手在办" in said[0]
    assert "还差材料：缺照片" in said[1]
    assert "要多些时间：等配件" in said[2]
    assert "管子修好了" in said[3]
    assert line.company.texts == []


def test_who_has_a_mobile_is_texted_every_step(line: Line) -> None:
    told(line, Told(**{**vars(TOLD), "number": MOBILE}))
    for move, more in (("sign", {}), ("pause", {}), ("resume", {}), ("extend", {"days": 3})):
        make(line, move, WATER, **more)
    assert [number for number, _ in line.company.texts] == [MOBILE] * 5, "the code, and four steps"
    assert line.company.calls == []


def test_who_wants_to_be_rung_is_rung_like_a_landline_and_has_the_code_in_writing(line: Line) -> None:
    told(line, Told(**{**vars(TOLD), "number": MOBILE, "tell_by": "call"}))
    for move in ("sign", "pause", "resume"):
        make(line, move, WATER)
    assert [number for number, _ in line.company.texts] == [MOBILE]
    assert line.company.calls == [MOBILE]
    assert len(rung_for(line)) == 2, "the second is rung for later: one call at a time"


def test_news_that_was_not_told_in_the_night_is_told_with_the_newest_in_one_call(line: Line) -> None:
    line.office.watch.now = line.office.watch.now.replace(hour=22)
    told(line)
    make(line, "sign", WATER)
    make(line, "extend", WATER, days=2, reason="等配件")
    line.office.watch.passes(hours=11)
    line.leave()
    assert line.company.calls == [LANDLINE]
    assert [row.state for row in line.rows(CallOutRow)] == ["withdrawn", "placed"]


def test_nobody_is_rung_for_the_code_they_have_just_heard(line: Line) -> None:
    ring(line, LANDLINE, "石桥村三组自来水停了三天，我叫王桂花", "对的", "没有")
    line.leave()
    assert (line.company.calls, line.company.texts) == ([], [])


def test_a_call_tells_its_step_and_the_code_digit_by_digit(line: Line) -> None:
    told(line)
    make(line, "sign", WATER)
    said = line.talk(line.rows(CallOutRow)[0].id, "好了")[0]
    assert "幺幺八 八二二" in said
    assert "（" not in said


def test_a_person_rings_with_the_code_in_figures_where_nobody_picks_up(line: Line) -> None:
    told(line)
    make(line, "sign", WATER)
    for _ in "12":
        call = line.rows(CallOutRow)[-1]
        line.office.watch.now = max(line.office.watch.now, call.due_at)
        line.leave()
        line.ends(call.id, "no-answer")
    (task,) = line.rows(CallbackRow)
    assert CODE in task.text  # type: ignore[union-attr]


def test_who_has_just_said_that_it_is_solved_is_not_rung_to_be_told_so(line: Line) -> None:
    told(line)
    make(line, "sign", WATER)
    make(line, "answer", WATER)
    make(line, "review", SUPERVISOR)
    before = len(rung_for(line))
    make(line, "call_back", THE_MACHINE)
    make(line, "close", THE_MACHINE)
    assert len(rung_for(line)) == before


def test_a_no_and_an_answer_on_the_spot_are_rung_for(line: Line) -> None:
    other = {**vars(TOLD), "topic": "G15", "kind": "complaint"}
    told(line, Told(**other))
    make(line, "refuse", SUPERVISOR, reason="不归镇里管")
    assert "不归镇里管" in rung_for(line)[0]
    assert "举报" not in rung_for(line)[0], "phones are shared: what it is about is not said"
    make(line, "accept_anew", SUPERVISOR)
    make(line, "answer_at_once", SUPERVISOR, reason="已经处理")
    assert "已经处理" in rung_for(line)[-1]
    assert [row.state for row in line.rows(MessageRow)] == ["called"] * 3
