"""One turn, one transaction: what the desk promises whatever the line does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from hotline.store.tables import CallbackRow, ConversationRow, JournalRow, MessageRow, TurnRow
from ivr.contact import Contact, Evidence, Served
from ivr.desk import StrangeConversation
from ivr.understanding.answer import Command, Understood
from tests.town import Office

VOICE = Contact("13907370001", "voice", "CA1")
COMPLETE = {"service": "12", "place": "window", "when": "2026-11-28T09:00", "name": "王桂花", "village": "V03"}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def say(office: Office, served: Served, contact: Contact = VOICE, **sense: Any) -> Served:
    """Answers the turn that was served, open or not."""
    meant, number = Understood(**sense), served.turn.number
    return office.desk.hear(served.conversation, contact, number, sense=lambda *_: meant, evidence=Evidence())


def to_confirm(office: Office, contact: Contact = VOICE, **changed: str) -> Served:
    served = office.desk.answer(contact)
    return say(office, served, contact, value="book", slots=COMPLETE | changed)


def count(office: Office, table: type) -> int:
    with office.store.open() as records:
        return len(records.session.scalars(select(table)).all())


def test_an_answer_to_an_earlier_turn_changes_nothing_and_serves_the_open_one(office: Office) -> None:
    first = office.desk.answer(VOICE)
    second = say(office, first, value="book")
    again = say(office, first, value="report")
    assert (second.turn.key, again.turn.key, again.turn.number) == ("service", "service", second.turn.number)
    assert count(office, TurnRow) == 1


def test_a_booking_confirmed_twice_is_made_once(office: Office) -> None:
    confirm = to_confirm(office)
    done = say(office, confirm, value=True)
    again = say(office, confirm, value=True)
    assert done.turn.says == again.turn.says
    with office.store.open() as records:
        assert len(records.appointments.all()) == 1
    assert count(office, MessageRow) == 1


def test_who_insists_on_a_time_that_is_not_free_is_rung_back(office: Office) -> None:
    served = to_confirm(office, when="2026-11-28T22:00")
    for _ in range(10):
        if served.turn.key != "when":
            break
        served = say(office, served, value="2026-11-28T22:00")
    assert served.turn.key == "errand"
    assert count(office, CallbackRow) == 1


def test_journal_booking_and_message_come_together_or_not_at_all(office: Office) -> None:
    confirm = to_confirm(office)
    before = count(office, JournalRow)
    with office.store.engine.begin() as connection:
        connection.exec_driver_sql(
            "create trigger broken before insert on journal when new.key = 'book'"
            " begin select raise(abort, 'x'); end"
        )
    with pytest.raises(Exception, match="x"):
        say(office, confirm, value=True)
    assert count(office, JournalRow) == before
    with office.store.open() as records:
        assert records.appointments.all() == []
    with office.store.engine.begin() as connection:
        connection.exec_driver_sql("drop trigger broken")
    assert say(office, confirm, value=True).turn.key == "errand"


def test_a_conversation_survives_the_death_of_the_service(office: Office) -> None:
    to_confirm(office)
    office.open()
    back = office.desk.answer(Contact(VOICE.number, "voice", "CA2"))
    assert (back.turn.key, back.turn.says) == ("resume", ())
    contact = Contact(VOICE.number, "voice", "CA2")
    confirm = say(office, back, contact, value=True)
    assert confirm.turn.key == "confirm"
    say(office, confirm, contact, value=True)
    with office.store.open() as records:
        assert len(records.appointments.all()) == 1


def test_no_to_carrying_on_begins_anew_in_the_same_breath(office: Office) -> None:
    to_confirm(office)
    contact = Contact(VOICE.number, "voice", "CA2")
    back = office.desk.answer(contact)
    anew = say(office, back, contact, value=False)
    assert (anew.turn.key, anew.turn.number, anew.begun) == ("errand", 0, True)
    assert anew.conversation != back.conversation


def test_after_half_an_hour_a_dropped_call_is_a_new_one(office: Office) -> None:
    to_confirm(office)
    office.watch.passes(minutes=31)
    assert office.desk.answer(Contact(VOICE.number, "voice", "CA2")).turn.key == "errand"


def test_a_call_that_dropped_before_anything_was_said_just_begins(office: Office) -> None:
    office.desk.answer(VOICE)
    assert office.desk.answer(Contact(VOICE.number, "voice", "CA2")).turn.key == "errand"


def test_the_newest_call_holds_the_conversation(office: Office) -> None:
    confirm = to_confirm(office)
    office.desk.answer(Contact(VOICE.number, "voice", "CA2"))
    assert say(office, confirm, value=True).elsewhere
    with office.store.open() as records:
        assert records.appointments.all() == []


def test_two_callers_with_withheld_numbers_are_two_parties(office: Office) -> None:
    one, two = Contact("", "voice", "CA1"), Contact("", "voice", "CA2")
    first = say(office, office.desk.answer(one), one, value="book")
    second = office.desk.answer(two)
    assert second.conversation != first.conversation
    assert second.turn.key == "errand"


def test_the_last_place_goes_to_one_of_many(office: Office) -> None:
    """Two seats at the window at nine: eight callers, two bookings, and the others are told."""
    contacts = [Contact(f"1390737000{n}", "voice", f"CA{n}") for n in range(8)]
    confirms = [to_confirm(office, contact) for contact in contacts]
    with ThreadPoolExecutor(8) as pool:
        served = list(pool.map(lambda pair: say(office, *pair, value=True), zip(confirms, contacts, strict=True)))
    with office.store.open() as records:
        assert sorted(a.seat for a in records.appointments.all()) == [0, 1]
    assert sorted(s.turn.key for s in served) == ["errand"] * 2 + ["when"] * 6
    told = {s.turn.says[0].name for s in served if s.turn.key == "when"}
    assert told == {"when.gone"}


def test_a_rehearsed_turn_is_the_turn_and_leaves_no_trace(office: Office) -> None:
    confirm = to_confirm(office)
    foreseen = office.desk.foresee(confirm.conversation, VOICE, confirm.turn.number, Understood(value=True))
    with office.store.open() as records:
        assert records.appointments.all() == []
    done = say(office, confirm, value=True)
    assert foreseen is not None
    assert foreseen.says == done.turn.says


def test_a_drifted_conversation_is_set_aside_for_a_person(office: Office) -> None:
    served = to_confirm(office)
    with office.store.open() as records:
        records.session.execute(update(JournalRow).values(key="renamed"))
        records.commit()
    back = office.desk.answer(Contact(VOICE.number, "voice", "CA2"))
    assert back.turn.key == "errand"
    with office.store.open() as records:
        row = records.session.get(ConversationRow, served.conversation)
        assert row is not None
        assert row.state == "drifted"
        assert [c.reason for c in records.session.scalars(select(CallbackRow))] == ["drift"]


def test_a_conversation_nobody_knows_is_refused(office: Office) -> None:
    with pytest.raises(StrangeConversation):
        office.desk.hear("nothing", VOICE, 0, sense=lambda *_: Understood(), evidence=Evidence())


def test_danger_opens_a_case_and_a_call_back_before_anyone_answers(office: Office) -> None:
    served = office.desk.answer(VOICE)
    served = say(office, served, danger="fire", text="屋里起火了")
    assert [p.name for p in served.turn.says] == ["danger.warn.fire", "danger.alone"]
    with office.store.open() as records:
        [case] = records.grievances.all()
        [back] = records.session.scalars(select(CallbackRow)).all()
    assert (case.urgency, case.story) == ("danger", "屋里起火了")
    assert back.reason == "danger"


def test_a_person_on_duty_is_rung_and_if_nobody_answers_a_message_is_taken(tmp_path: Path) -> None:
    office = Office(tmp_path, person="0737-8800000")
    served = say(office, office.desk.answer(VOICE), command=Command.PERSON)
    assert served.turn.transfer is not None
    after = office.desk.transferred(served.conversation, VOICE, served.turn.number, answered=False)
    assert (after.turn.key, [p.name for p in after.turn.says]) == ("message", ["person.none"])


def test_a_correction_at_the_read_back_keeps_what_was_right(office: Office) -> None:
    confirm = to_confirm(office)
    changed = say(office, confirm, denied=True, slots={"when": "2026-11-29"})
    assert changed.turn.ask is not None
    assert changed.turn.ask.prompt.name == "confirm.book.changed"
    assert changed.turn.ask.prompt.values["when"] == "2026-11-29T09:00"
