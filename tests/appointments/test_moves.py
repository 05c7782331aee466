"""What staff and callers do with an appointment: every rule by an example."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from icalendar import Calendar
from sqlalchemy import select

from hotline.day_sheet import Day, day_sheet
from hotline.domain.appointments import Appointment, Made, Wanted, book, check_place
from hotline.domain.calendar import TOWN_TIME, Place
from hotline.domain.errors import Refused
from hotline.feeds import calendar_of
from hotline.store.tables import CallbackRow, HeldCellRow, MessageRow
from hotline.store.unit_of_work import Office as Records
from hotline.town import BrokenList
from hotline.travel import parse_travel, read_travel
from ivr.clerking.staff_moves import StaffMoves
from ivr.scripts.welcome import open_question
from ivr.understanding.answer import Setting
from ivr.understanding.understand import understand_text
from tests.town import TOWN, WEDNESDAY, WORDS, Office

NINE = datetime(2026, 11, 28, 9, tzinfo=TOWN_TIME)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def booked(office: Office, records: Records, at: datetime = NINE, place: Place = Place.WINDOW) -> Appointment:
    wanted = Wanted("12", place, at, "王桂花", "V03", "13907370001", note="<b>坐轮椅</b>")
    return book(records.appointments, wanted, Made("c", lambda: "307294", WEDNESDAY), plan=office.desk.rules.plan)


def moves(office: Office, records: Records, now: datetime = WEDNESDAY, seen: int | None = None) -> StaffMoves:
    return StaffMoves(records, office.desk.rules, "staff:li", now, seen)


def test_what_happened_is_kept_in_order_with_who_did_it(office: Office) -> None:
    with office.store.open() as records:
        one = booked(office, records)
        moves(office, records).move(one.code, NINE.replace(hour=10))
        moves(office, records).cancel(one.code)
        kept = [(m.what, m.by) for m in records.appointments.moves(one.id)]
    assert kept == [("booked", "resident"), ("moved", "staff:li"), ("cancelled", "staff:li")]


def test_a_refused_change_leaves_the_old_place_held(office: Office) -> None:
    with office.store.open() as records:
        one = booked(office, records)
        with pytest.raises(Refused, match="taken"):
            moves(office, records).move(one.code, NINE.replace(hour=7))
        assert records.appointments.by_code(one.code) == one
        assert len(records.session.scalars(select(HeldCellRow)).all()) == 4


def test_an_hour_can_be_moved_by_half_an_hour_over_itself(office: Office) -> None:
    with office.store.open() as records:
        wanted = Wanted("12", Place.VILLAGE, NINE, "王桂花", "V03", "1", minutes=60)
        made = Made("c", lambda: "307294", WEDNESDAY)
        book(records.appointments, wanted, made, plan=office.desk.rules.plan)
        moved = moves(office, records).move("307294", NINE + timedelta(minutes=30))
        cells = records.session.scalars(select(HeldCellRow.cell)).all()
    assert moved.code == "307294"
    assert len(cells) == 8
    assert min(cells) * 900 == (NINE + timedelta(minutes=30)).timestamp()


def test_who_did_not_come_is_rung_by_five_on_the_next_working_day(office: Office) -> None:
    with office.store.open() as records:
        one = booked(office, records)
        with pytest.raises(Refused, match="too_early"):
            moves(office, records).no_show(one.code)
        moves(office, records, NINE + timedelta(hours=1)).no_show(one.code)  # a Saturday
        (asked,) = records.session.scalars(select(CallbackRow)).all()
    assert (asked.reason, asked.number, asked.text) == ("no_show", "13907370001", "307294")
    assert asked.due_at == datetime(2026, 11, 30, 17, tzinfo=TOWN_TIME)


def test_who_was_looking_at_an_older_version_is_told_so(office: Office) -> None:
    with office.store.open() as records:
        one = booked(office, records)
        moves(office, records).move(one.code, NINE.replace(hour=10))
        with pytest.raises(Refused, match="changed"):
            moves(office, records, seen=one.version).cancel(one.code)


def test_what_has_begun_or_is_over_cannot_be_called_off(office: Office) -> None:
    with office.store.open() as records:
        one = booked(office, records)
        with pytest.raises(Refused, match="past"):
            moves(office, records, NINE).cancel(one.code)
        moves(office, records, NINE).done(one.code)
        with pytest.raises(Refused, match="no_such_move"):
            moves(office, records).cancel(one.code)


def test_a_helper_case_goes_from_hand_to_delivery_to_rating(office: Office) -> None:
    with office.store.open() as records:
        one, staff = booked(office, records), moves(office, records)
        staff.help(one.code, "张三")
        staff.progress(one.code, "材料已交县里")
        with pytest.raises(Refused, match="not_delivered"):
            staff.rate(one.code, 5)
        staff.deliver(one.code)
        with pytest.raises(Refused, match="over"):
            staff.progress(one.code, "又交了一次")
        assert staff.rate(one.code, 5).state == "rated"
        reasons = records.session.scalars(select(MessageRow.reason)).all()
    assert [reason.split(":")[0] for reason in reasons] == ["delivered"]


def test_a_car_is_one_car_for_both_its_ways(office: Office) -> None:
    """Fetched at nine from half an hour away: the only car is out from eight to nine, and again afterwards."""
    plan = replace(office.desk.rules.plan, travel=parse_travel("from\tto\tminutes\ntown\tV03\t30\n"))
    with office.store.open() as records:
        for code, at, outcome in (
            ("100001", NINE.replace(hour=10), "had"),
            ("100002", NINE.replace(hour=10), "taken"),
            ("100003", NINE.replace(hour=11), "taken"),
            ("100004", NINE.replace(hour=15), "had"),
        ):
            wanted = Wanted("12", Place.CAR, at, "王桂花", "V03", "1")
            made = Made("c", partial(str, code), WEDNESDAY)
            if outcome == "taken":
                with pytest.raises(Refused, match="taken"):
                    book(records.appointments, wanted, made, plan=plan)
            else:
                one = book(records.appointments, wanted, made, plan=plan)
                assert (one.car, one.desk) == ("1", "window")


def test_a_car_is_sent_only_for_services_that_allow_it() -> None:
    service = TOWN.services["12"]
    with pytest.raises(Refused, match="no_car"):
        check_place(service, Place.CAR)
    check_place(replace(service, pick_up=True), Place.CAR)


def test_the_day_sheet_shows_everything_in_clear_and_nothing_as_markup(office: Office) -> None:
    with office.store.open() as records:
        one = booked(office, records)
    desk = office.desk.rules.plan.desk("window")
    assert desk is not None
    page = day_sheet(Day(NINE.date(), desk, WEDNESDAY), [one], TOWN, {one.id: "张三"})
    for shown in ("王桂花", "13907370001", "307294", "09:00", "石桥村", "张三", "2026年11月28日 星期六", "身份证"):
        assert shown in page
    assert "<b>坐轮椅" not in page
    assert "这一天没有预约" in day_sheet(Day(NINE.date(), desk, WEDNESDAY), [], TOWN, {})


def test_the_feed_is_a_calendar_that_others_read(office: Office) -> None:
    with office.store.open() as records:
        one = booked(office, records)
        moved = moves(office, records).move(one.code, NINE.replace(hour=10))
    calendar = Calendar.from_ical(calendar_of([moved], TOWN, name="li", revised={}))
    (event,) = calendar.walk("VEVENT")
    assert event.decoded("dtstart") == NINE.replace(hour=10)
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=30)
    assert (event["sequence"], "王桂花" in event["summary"]) == (1, True)


def test_the_towns_own_ways_are_read_and_a_broken_row_is_named(tmp_path: Path) -> None:
    assert read_travel().minutes("", "V03") == 15
    broken = tmp_path / "travel.tsv"
    broken.write_text("from\tto\tminutes\ntown\tV03\tfar\n", "utf8")
    with pytest.raises(BrokenList, match="line 2"):
        read_travel(broken)


@pytest.mark.parametrize(
    ("words", "errand"),
    [
        ("我想改时间", "change"),
        ("我想改到礼拜天上午", "change"),
        ("我不来了", "cancel"),
        ("取消", "cancel"),
        ("取消预约", "cancel"),
        ("要", "accept"),
        ("不要", "decline"),
        ("算了", "nothing"),
        ("我要办老年证", "book"),
        ("我要反映垃圾车不来了", "report"),
        ("我的低保被取消了，我要投诉", "report"),
        ("他腿脚不便来不了，想上门办残疾证", "book"),
    ],
)
def test_errands_of_an_appointment_are_told_from_others(words: str, errand: str) -> None:
    ask = open_question(WORDS, edition=2)
    assert understand_text(ask, words, Setting(WEDNESDAY)).value == errand


def test_a_conversation_on_the_first_version_knows_nothing_of_calling_off() -> None:
    assert understand_text(open_question(WORDS), "取消", Setting(WEDNESDAY)).value == "nothing"
