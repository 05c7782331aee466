"""What an agent has brought is rated once, on five levels: by text, by voice, by key; a bad one is rung about."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from hotline.domain.agency import HelperCase
from hotline.domain.appointments import Made, Wanted, book
from hotline.domain.calendar import TOWN_TIME, Place
from hotline.store.tables import CallbackRow, CallOutRow
from ivr.clerking.staff_moves import StaffMoves
from tests.errands.line import Line, heard
from tests.errands.test_how_one_is_told import ring, text
from tests.town import Office

MOBILE, LANDLINE, CODE = "13800001234", "7378812346", "307294"
NINE = datetime(2026, 11, 28, 9, tzinfo=TOWN_TIME)


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return Line(Office(tmp_path))


def delivered(line: Line, number: str = MOBILE) -> None:
    office = line.office
    with office.store.open() as records:
        wanted = Wanted("12", Place.WINDOW, NINE, "王桂花", "V03", number)
        book(records.appointments, wanted, Made("", lambda: CODE, office.watch()), plan=office.desk.rules.plan)
        staff = StaffMoves(records, office.desk.rules, "staff:li", office.watch())
        staff.help(CODE, "李芳")
        staff.deliver(CODE)
        records.commit()


def rating(line: Line) -> HelperCase:
    with line.office.store.open() as records:
        found = records.helper_cases.of(1)
    assert found is not None
    return found


def test_the_text_asks_and_a_digit_answers(line: Line) -> None:
    delivered(line)
    line.leave()
    assert "5很满意" in line.company.texts[-1][1]
    assert "记下了" in text(line, MOBILE, "5")
    assert (rating(line).rating, rating(line).state) == (5, "rated")


def test_words_answer_as_well_and_a_bad_level_is_rung_about_once(line: Line) -> None:
    delivered(line)
    assert "工作人员给您回电话" in text(line, MOBILE, "不满意")
    assert rating(line).rating == 2
    (task,) = line.rows(CallbackRow)
    assert (task.reason, task.number) == ("bad_rating", MOBILE)  # type: ignore[union-attr]
    text(line, MOBILE, "1")
    assert (rating(line).rating, len(line.rows(CallbackRow))) == (2, 1)


def test_who_writes_of_something_else_is_heard(line: Line) -> None:
    delivered(line)
    assert "哪个村" in text(line, MOBILE, "路灯坏了几个月都不亮")
    assert rating(line).rating is None


def test_after_a_day_a_text_is_no_longer_taken_for_a_rating(line: Line) -> None:
    delivered(line)
    line.office.watch.passes(hours=25)
    text(line, MOBILE, "5")
    assert rating(line).rating is None


def test_who_rings_is_asked_before_they_part(line: Line) -> None:
    delivered(line)
    said = ring(line, MOBILE, "没有了", "很满意")
    assert "您满意吗" in said[0]
    assert said[-1].endswith("再见。")
    assert rating(line).rating == 5


def test_a_landline_is_rung_and_rates_by_key(line: Line) -> None:
    delivered(line, LANDLINE)
    line.leave()
    (call,) = line.rows(CallOutRow)
    assert call.script == "rate"  # type: ignore[union-attr]
    assert "您满意吗" in heard(line.pick_up(call.id))
    assert "记下了" in line.press(call.id, 0, "4")
    assert rating(line).rating == 4
