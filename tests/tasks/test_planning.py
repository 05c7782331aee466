"""Reminders and calls back come from the database: once each, in time, and not where they are no longer true."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.calling import ContactRules
from hotline.store.tables import AppointmentRow, CallbackRow, CallOutRow, CallRow, MessageRow
from ivr.carriers.twilio import TwilioCarrier
from ivr.contact import Contact
from tasks.missed import plan_callbacks
from tasks.outbox import deliver
from tasks.reminders import plan_reminders, withdraw_stale
from tests.carriers.far_side import ACCOUNT, far_side
from tests.town import TOWN, Office

NUMBER, RULES = "13800001234", ContactRules()
EVENING = datetime(2026, 11, 28, 19, 30, tzinfo=TOWN_TIME)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.store.close()


def booked(office: Office, code: str = "307294", number: str = NUMBER) -> None:
    row = AppointmentRow(
        code=code, service="12", place="window", desk="window", starts_at=EVENING, held_seat=int(code) % 97,
        name="王", village="V01", number=number, conversation="c", status="booked", created_at=office.watch.now,
        first_cell=0, end_cell=2,
    )  # fmt: skip
    with office.store.open() as records:
        records.session.add(row)
        records.commit()


def plan(office: Office) -> int:
    return plan_reminders(office.store, TOWN, RULES, office.watch)


def messages(office: Office) -> list[MessageRow]:
    with office.store.open() as records:
        return list(records.session.scalars(select(MessageRow).order_by(MessageRow.id)))


def calls(office: Office) -> list[CallOutRow]:
    with office.store.open() as records:
        return list(records.session.scalars(select(CallOutRow).order_by(CallOutRow.id)))


def test_both_reminders_are_written_once_each_when_they_are_due(office: Office) -> None:
    booked(office)
    assert plan(office) == 0
    seen = []
    for _ in range(4 * 24 * 4):
        office.watch.passes(minutes=15)
        if plan(office):
            seen.append(office.watch.now)
    assert seen == [EVENING - timedelta(days=1), EVENING - timedelta(hours=2)]
    day, hours = messages(office)
    assert (day.reason, hours.reason) == ("remind:day:307294:20261128T1130", "remind:hours:307294:20261128T1130")
    assert "白空了" in day.body
    assert "回“取消”" in day.body
    assert (day.expires_at, hours.expires_at) == (EVENING - timedelta(hours=2), EVENING)


def test_a_reminder_missed_by_a_long_stop_is_still_sent_if_it_is_worth_it(office: Office) -> None:
    booked(office)
    office.watch.now = EVENING - timedelta(hours=5)
    assert plan(office) == 1
    office.watch.now = EVENING
    assert plan(office) == 0


@pytest.mark.parametrize("change", [{"status": "cancelled"}, {"starts_at": EVENING + timedelta(days=1)}])
def test_what_was_cancelled_or_moved_is_not_reminded_of(office: Office, change: dict[str, object]) -> None:
    booked(office)
    office.watch.now = EVENING - timedelta(hours=20)
    plan(office)
    with office.store.open() as records:
        kept = records.session.scalars(select(AppointmentRow)).one()
        for name, value in change.items():
            setattr(kept, name, value)
        records.commit()
    with far_side() as far:
        carrier = TwilioCarrier(ACCOUNT, number="0737-8812345", public_url="http://here", api_base_url=far.url)
        deliver(office.store, carrier, messages(office)[0].id, office.watch)
        assert far.messages == []
    assert messages(office)[0].state == "withdrawn"


def test_the_sweep_takes_back_what_waits_and_leaves_what_stands(office: Office) -> None:
    booked(office)
    booked(office, "222222", "13800005555")
    office.watch.now = EVENING - timedelta(hours=20)
    assert plan(office) == 2
    with office.store.open() as records:
        records.session.scalars(select(AppointmentRow).where(AppointmentRow.code == "307294")).one().status = "x"
        records.commit()
    assert (withdraw_stale(office.store), withdraw_stale(office.store)) == (1, 0)
    assert [m.state for m in messages(office)] == ["withdrawn", "waiting"]


def test_a_landline_is_reminded_by_a_call_within_calling_hours(office: Office) -> None:
    booked(office, number="7378812345")
    rung = []
    with far_side() as far:
        carrier = TwilioCarrier(ACCOUNT, number="0737-8812345", public_url="http://here", api_base_url=far.url)
        for _ in range(4 * 24 * 4):
            office.watch.passes(minutes=15)
            if plan(office):
                deliver(office.store, carrier, messages(office)[-1].id, office.watch)
                rung.append(office.watch.now.astimezone(TOWN_TIME))
        assert far.messages == []
    assert [f"{at:%d %H:%M}" for at in rung] == ["27 19:30", "28 17:15"]
    assert {(call.script, call.kind) for call in calls(office)} == {("remind", "reminder")}


def inbound(office: Office, sid: str = "CA1", number: str = NUMBER) -> None:
    with office.store.open() as records:
        records.records.add(
            CallRow(sid=sid, number=number, direction="inbound", status="in-progress", surface="voice",
                    conversation="", started_at=office.watch.now, seconds=0)
        )  # fmt: skip
        records.commit()


def hang_up(office: Office, sid: str = "CA1") -> None:
    office.front.call_status(sid, "completed", 20)


def call_back(office: Office) -> int:
    return plan_callbacks(office.store, RULES, office.watch)


def turn(office: Office, digits: str, sid: str = "CA1") -> None:
    contact = Contact(NUMBER, "keypad", sid)
    number = office.desk.answer(contact).turn.number
    office.front.keys(contact, number, digits)


@pytest.mark.parametrize("pressed", [[], ["1"]])
def test_who_hung_up_before_or_in_the_middle_is_rung_back_once(office: Office, pressed: list[str]) -> None:
    inbound(office)
    for digits in pressed:
        turn(office, digits)
    hang_up(office)
    assert call_back(office) == 0, "they may ring again themselves"
    office.watch.passes(minutes=31)
    assert [call_back(office) for _ in range(3)] == [1, 0, 0]
    [call] = calls(office)
    assert (call.script, call.number, call.attempt) == ("missed", NUMBER, 1)


def test_two_missed_calls_of_a_day_are_one_call_back(office: Office) -> None:
    for sid in ("CA1", "CA2"):
        inbound(office, sid)
        office.watch.passes(minutes=1)
        hang_up(office, sid)
    office.watch.passes(minutes=31)
    assert call_back(office) == 1


def test_a_call_missed_at_night_is_returned_in_the_morning(office: Office) -> None:
    office.watch.now = datetime(2026, 11, 25, 23, 0, tzinfo=TOWN_TIME)
    inbound(office)
    hang_up(office)
    office.watch.passes(minutes=31)
    call_back(office)
    assert calls(office)[0].due_at == datetime(2026, 11, 26, 8, 30, tzinfo=TOWN_TIME)


def test_who_went_on_by_text_or_was_served_or_said_no_is_not_rung_back(office: Office) -> None:
    inbound(office)
    turn(office, "1")
    hang_up(office)
    office.watch.passes(minutes=5)
    office.front.text("SM1", NUMBER, "是")
    inbound(office, "CA9", "110")
    hang_up(office, "CA9")
    inbound(office, "CA8", "13700001111")
    hang_up(office, "CA8")
    with office.store.open() as records:
        records.contact_wishes.opt_out("13700001111", "sms", office.watch.now)
        records.commit()
    office.watch.passes(minutes=31)
    assert call_back(office) == 0


def test_who_was_served_and_hung_up_at_the_question_for_more_is_not_rung_back(office: Office) -> None:
    inbound(office)
    served = office.desk.answer(Contact(NUMBER, "keypad", "CA1"))
    progress = next(key for key, option in served.turn.menu.items() if option.value == "progress")
    turn(office, progress)
    turn(office, "2")  # there is no code to tell
    assert office.desk.answer(Contact(NUMBER, "keypad", "CA1")).turn.key == "errand"
    hang_up(office)
    office.watch.passes(minutes=31)
    assert call_back(office) == 0


def test_who_is_promised_a_person_is_left_to_the_person(office: Office) -> None:
    inbound(office)
    turn(office, "1")
    hang_up(office)
    with office.store.open() as records:
        call = records.records.call("CA1")
        assert call is not None
        records.records.add(
            CallbackRow(number=NUMBER, reason="asked", conversation=call.conversation, due_at=office.watch.now,
                        created_at=office.watch.now, state="open")
        )  # fmt: skip
        records.commit()
    office.watch.passes(minutes=31)
    assert call_back(office) == 0
