"""The waiting list by text and telephone: offered, taken, declined, lapsed; also after a restart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from hotline.domain.appointments import Appointment, Made, Wanted, book
from hotline.domain.calendar import TOWN_TIME, Place
from hotline.domain.waiting import Entry, join
from hotline.store.tables import MessageRow
from ivr.clerking.waiting import sweep
from ivr.contact import Contact, Served
from tests.office.test_desk import say
from tests.town import Office

NINE = datetime(2026, 11, 28, 9, tzinfo=TOWN_TIME)
HOLDER, FIRST, SECOND = "13900000001", "13900000002", "13900000003"


class Town:
    """An office whose window is full at nine on Saturday, with two who wait for just that."""

    def __init__(self, folder: Path) -> None:
        self.office = Office(folder)
        self.sent = count()
        with self.office.store.open() as records:
            for number in range(2):
                wanted = Wanted("12", Place.WINDOW, NINE, "王桂花", "V03", HOLDER if number == 0 else "")
                made = Made("", partial(str, f"30729{number}"), self.office.watch())
                book(records.appointments, wanted, made, plan=self.office.desk.rules.plan)
            for number in (FIRST, SECOND):
                entry = Entry(0, "12", Place.WINDOW, "V03", "李冬梅", number, "2026-11-28T09:00")
                join(records.waiting, entry)
            records.commit()

    def text(self, number: str, words: str) -> str:
        return self.office.front.text(f"SM{next(self.sent)}", number, words)

    def told(self, number: str) -> list[str]:
        """Reasons of the texts written to a number."""
        with self.office.store.open() as records:
            query = select(MessageRow.reason).where(MessageRow.to == number).order_by(MessageRow.id)
            return [reason.split(":")[0] for reason in records.session.scalars(query)]

    def booked(self, number: str) -> Sequence[Appointment]:
        with self.office.store.open() as records:
            return records.appointments.coming(number, self.office.watch())

    def sweep(self) -> list[int]:
        return sweep(self.office.store, self.office.desk.rules, self.office.watch())


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def test_one_word_gives_a_place_back_and_the_first_in_line_is_asked(town: Town) -> None:
    assert "取消" in town.text(HOLDER, "取消")
    assert town.booked(HOLDER) == []
    assert (town.told(FIRST), town.told(SECOND)) == (["offer"], [])


def test_one_word_takes_the_place_that_is_held(town: Town) -> None:
    town.text(HOLDER, "不来了")
    answer = town.text(FIRST, "要")
    (booked,) = town.booked(FIRST)
    assert booked.code in answer
    assert booked.starts_at == NINE
    assert town.told(FIRST) == ["offer", "booked"]


def test_who_says_no_passes_the_place_on_at_once(town: Town) -> None:
    town.text(HOLDER, "取消")
    town.text(FIRST, "不要")
    assert town.told(SECOND) == ["offer"]
    town.text(SECOND, "要")
    assert len(town.booked(SECOND)) == 1
    assert town.booked(FIRST) == []


def test_an_unanswered_place_is_passed_on_after_half_an_hour_also_after_a_restart(town: Town) -> None:
    town.text(HOLDER, "取消")
    town.office.watch.passes(minutes=29)
    assert town.sweep() == []
    town.office.open()
    town.office.watch.passes(minutes=1)
    assert len(town.sweep()) == 1
    assert (town.told(FIRST), town.told(SECOND)) == (["offer"], ["offer"])
    assert town.sweep() == []
    town.text(SECOND, "要")
    assert len(town.booked(SECOND)) == 1


def test_who_answers_too_late_is_told_that_it_is_gone(town: Town) -> None:
    town.text(HOLDER, "取消")
    town.office.watch.passes(minutes=31)
    town.sweep()
    assert "已经给了别人" in town.text(FIRST, "要")
    assert town.booked(FIRST) == []


def test_who_speaks_of_something_else_is_heard_and_the_place_stays_held(town: Town) -> None:
    town.text(HOLDER, "取消")
    assert "哪个村" in town.text(FIRST, "我要反映路灯坏了")
    assert town.booked(FIRST) == []
    assert town.told(SECOND) == []


def test_a_place_is_not_offered_at_night(town: Town) -> None:
    town.office.watch.now = town.office.watch.now.replace(hour=22)
    town.text(HOLDER, "取消")
    assert town.told(FIRST) == []
    town.office.watch.passes(hours=10)
    assert len(town.sweep()) == 1
    assert town.told(FIRST) == ["offer"]


def test_who_rings_while_a_place_is_held_is_asked_first_and_takes_it_by_key(town: Town) -> None:
    town.text(HOLDER, "取消")
    contact = Contact(FIRST, "keypad", "CK1")
    served: Served = town.office.desk.answer(contact)
    assert served.turn.key == "offer"
    say(town.office, served, contact, value=True)
    assert len(town.booked(FIRST)) == 1


def test_calling_off_at_the_question_is_a_no(town: Town) -> None:
    town.text(HOLDER, "取消")
    town.text(FIRST, "算了")
    assert town.told(SECOND) == ["offer"]


def test_two_sweeps_at_once_ask_nobody_twice(town: Town) -> None:
    town.office.watch.now = town.office.watch.now.replace(hour=22)
    town.text(HOLDER, "取消")
    town.office.watch.passes(hours=10)
    assert len([*town.sweep(), *town.sweep()]) == 1


def test_a_crash_before_the_commit_leaves_the_offer_as_it_was(town: Town) -> None:
    town.text(HOLDER, "取消")
    with town.office.store.engine.begin() as connection:
        connection.exec_driver_sql(
            "create trigger broken before insert on journal when new.key = 'accept'"
            " begin select raise(abort, 'x'); end"
        )
    with pytest.raises(Exception, match="x"):
        town.text(FIRST, "要")
    assert town.booked(FIRST) == []
    with town.office.store.engine.begin() as connection:
        connection.exec_driver_sql("drop trigger broken")
    town.text(FIRST, "要")
    assert len(town.booked(FIRST)) == 1


def test_nothing_is_offered_to_a_word_out_of_the_blue(town: Town) -> None:
    """要 with no place held is no booking, and 要 within a sentence is no answer."""
    town.text(SECOND, "要")
    town.text(SECOND, "我要办老年证")
    assert town.booked(SECOND) == []
