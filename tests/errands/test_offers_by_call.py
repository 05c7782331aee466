"""A freed place is offered by a call where a text cannot be had; what is said on it is the same use case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from hotline.domain.appointments import Appointment, Made, Move, Wanted, book, cancel
from hotline.domain.calendar import TOWN_TIME, Place
from hotline.domain.waiting import Entry, join
from hotline.store.tables import CallOutRow, MessageRow
from ivr.clerking.waiting import sweep
from tests.errands.line import Line, heard
from tests.town import Office

NINE = datetime(2026, 11, 28, 9, tzinfo=TOWN_TIME)
HOLDER, LANDLINE, MOBILE = "13900000001", "7378812346", "13900000003"


class Hall:
    """The window is full at nine on Saturday; a landline waits for just that, and a mobile after it."""

    def __init__(self, folder: Path, first: str = LANDLINE) -> None:
        self.office = Office(folder)
        self.line = Line(self.office)
        with self.office.store.open() as records:
            for number in range(2):
                wanted = Wanted("12", Place.WINDOW, NINE, "王桂花", "V03", HOLDER if number == 0 else "")
                made = Made("", partial(str, f"30729{number}"), self.office.watch())
                book(records.appointments, wanted, made, plan=self.office.desk.rules.plan)
            for number in (first, MOBILE):
                join(
                    records.waiting,
                    Entry(0, "12", Place.WINDOW, "V03", "李冬梅", number, "2026-11-28T09:00"),
                )
            records.commit()

    def place_is_freed(self) -> None:
        with self.office.store.open() as records:
            held = records.appointments.by_code("307290")
            assert held is not None
            cancel(records.appointments, held, Move("cancelled", "resident", self.office.watch()))
            records.commit()
        self.sweep()

    def sweep(self) -> None:
        sweep(self.office.store, self.office.desk.rules, self.office.watch())
        self.line.leave()

    def booked(self, number: str) -> Sequence[Appointment]:
        with self.office.store.open() as records:
            return records.appointments.coming(number, self.office.watch())

    def calls(self) -> list[Any]:
        return [row for row in self.line.rows(CallOutRow) if row.script == "offer"]  # type: ignore[union-attr]


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    return Hall(tmp_path)


def test_a_landline_is_rung_hears_day_and_time_and_takes_the_place_by_voice(hall: Hall) -> None:
    hall.place_is_freed()
    (call,) = hall.calls()
    assert (hall.line.company.calls, hall.line.company.texts) == ([LANDLINE], [])
    first, second = hall.line.talk(call.id, "要")
    assert "牛田镇政务热线" in first
    assert "十一月二十八号礼拜六上午九点" in first
    assert "约好了" in second
    assert [one.starts_at for one in hall.booked(LANDLINE)] == [NINE]
    hall.line.leave()
    assert len(hall.line.company.calls) == 1, "what was heard on the line is not told by another call"


def test_it_is_taken_by_key_as_well(hall: Hall) -> None:
    hall.place_is_freed()
    (call,) = hall.calls()
    assert "九点" in heard(hall.line.pick_up(call.id))
    assert "约好了" in hall.line.press(call.id, 0, "1")
    assert len(hall.booked(LANDLINE)) == 1


def test_a_no_goes_to_the_next_at_once(hall: Hall) -> None:
    hall.place_is_freed()
    (call,) = hall.calls()
    assert "让给别人" in hall.line.talk(call.id, "不要")[-1]
    hall.line.leave()
    assert [number for number, _ in hall.line.company.texts] == [MOBILE]
    assert hall.booked(LANDLINE) == []


def test_an_unanswered_call_holds_the_place_for_the_half_hour_then_the_next_is_told(hall: Hall) -> None:
    hall.place_is_freed()
    (call,) = hall.calls()
    hall.line.ends(call.id, "no-answer")
    hall.office.watch.passes(minutes=20)
    hall.sweep()
    assert hall.line.company.texts == []
    hall.office.watch.passes(minutes=11)
    hall.sweep()
    assert [number for number, _ in hall.line.company.texts] == [MOBILE]


def test_who_rings_back_within_the_half_hour_is_asked_first(hall: Hall) -> None:
    hall.place_is_freed()
    hall.line.ends(hall.calls()[0].id, "busy")
    said = heard(hall.office.front.incoming_call("CK1", LANDLINE, "inbound"))
    assert "给您留了个位子" in said


def test_an_undelivered_text_becomes_a_call_while_the_place_is_held(tmp_path: Path) -> None:
    hall = Hall(tmp_path, first=MOBILE[:-1] + "2")
    hall.place_is_freed()
    hall.line.undelivered("SM0001", "30003")
    hall.line.leave()
    (call,) = hall.calls()
    assert "约好了" in hall.line.talk(call.id, "要")[-1]


def test_who_has_opted_out_of_texts_is_rung(tmp_path: Path) -> None:
    first = MOBILE[:-1] + "2"
    hall = Hall(tmp_path, first=first)
    with hall.office.store.open() as records:
        records.contact_wishes.opt_out(first, "sms", hall.office.watch())
        records.commit()
    hall.place_is_freed()
    assert (hall.line.company.calls, hall.line.company.texts) == ([first], [])


def test_at_noon_who_can_only_be_rung_keeps_their_turn_and_the_next_is_told(hall: Hall) -> None:
    hall.office.watch.now = hall.office.watch.now.replace(hour=12)
    hall.place_is_freed()
    assert (hall.line.company.calls, [number for number, _ in hall.line.company.texts]) == ([], [MOBILE])


def test_a_call_whose_place_was_taken_meanwhile_does_not_ring(hall: Hall) -> None:
    hall.office.watch.now = hall.office.watch.now.replace(hour=9)
    with hall.office.store.open() as records:
        held = records.appointments.by_code("307290")
        assert held is not None
        cancel(records.appointments, held, Move("cancelled", "resident", hall.office.watch()))
        records.commit()
    sweep(hall.office.store, hall.office.desk.rules, hall.office.watch())
    hall.office.front.incoming_call("CK1", LANDLINE, "inbound")
    hall.office.watch.passes(minutes=31)
    sweep(hall.office.store, hall.office.desk.rules, hall.office.watch())
    hall.line.leave()
    assert hall.line.company.calls == []
    expired = [row.state for row in hall.line.rows(MessageRow)]
    assert "expired" in expired


def test_a_call_that_comes_too_late_says_so(hall: Hall) -> None:
    hall.place_is_freed()
    (call,) = hall.calls()
    hall.office.watch.passes(minutes=31)
    hall.sweep()
    assert "已经给了别人" in hall.line.talk(call.id)[-1]
