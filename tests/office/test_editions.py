"""A conversation keeps the lists it began with, and the next one has the new ones, in every process."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from hotline.bootstrap import edition_of
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.lists import Document
from hotline.domain.town_document import town_of
from hotline.store.repositories.catalogue import Accepted
from hotline.store.tables import ConversationRow
from hotline.store.unit_of_work import Office as Records
from hotline.town import demonstration, document_of, read_town
from ivr.contact import Contact, Evidence, Served
from ivr.desk import Desk
from ivr.editions import KEPT, Edition, Editions
from ivr.scripts.common import Vocabulary
from ivr.understanding.answer import Understood
from tests.town import Office

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
FIRST, SECOND = Contact("13907370001", "voice", "CA1"), Contact("13907370002", "voice", "CA2")
CARD = "12"
BOOKING = {"service": CARD, "place": "window", "when": "2026-11-28T09:00", "name": "王桂花", "village": "V03"}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.desk = with_editions(office)
    return office


def make(records: Records, number: int) -> Edition:
    return edition_of(number, town_of(document_of(records, number)))


def with_editions(office: Office) -> Desk:
    """The desk of one more process."""
    return replace(office.desk, editions=Editions(edition_of(0, town_of(demonstration())), make))


def without_card() -> Document:
    left = [row for row in demonstration()["services"] if row["id"] != CARD]
    return {**demonstration(), "services": left}


def accept(office: Office, document: Document) -> int:
    with office.store.open() as records:
        newest = records.catalogue.newest()
        number = records.catalogue.add(document, based_on=newest, by=Accepted(0, "liu", "", None, NOW))
        records.commit()
    return number


def say(desk: Desk, served: Served, contact: Contact, **sense: Any) -> Served:
    meant = Understood(**sense)
    number = served.turn.number
    return desk.hear(served.conversation, contact, number, sense=lambda *_: meant, evidence=Evidence())


def offered(served: Served) -> set[str]:
    assert served.turn.ask is not None
    return {option.value for slot in served.turn.ask.also for option in slot.options}


def kept_number(office: Office, served: Served) -> int:
    with office.store.open() as records:
        row = records.session.get(ConversationRow, served.conversation)
        assert row is not None
        return row.catalogue


def test_what_was_offered_can_still_be_booked_after_it_was_taken_out(office: Office) -> None:
    began = office.desk.answer(FIRST)
    confirm = say(office.desk, began, FIRST, value="book", slots=BOOKING)
    accept(office, without_card())
    elsewhere = with_editions(office)  # another process takes the answer
    done = say(elsewhere, confirm, FIRST, value=True)
    with office.store.open() as records:
        assert [a.service for a in records.appointments.all()] == [CARD]
    assert kept_number(office, done) == 0


def test_the_next_conversation_has_the_new_lists_in_every_process(office: Office) -> None:
    desks = office.desk, with_editions(office)
    old = desks[0].answer(FIRST)
    assert accept(office, without_card()) == 1
    for desk, contact in zip(desks, (SECOND, Contact("13907370003", "voice", "CA3")), strict=True):
        new = desk.answer(contact)
        assert kept_number(office, new) == 1
        assert CARD not in offered(new)
    assert CARD in offered(desks[0].answer(FIRST))
    assert kept_number(office, old) == 0


def test_the_number_is_read_when_a_conversation_begins_and_not_at_its_turns(office: Office) -> None:
    asked: list[str] = []
    event.listen(
        office.store.engine, "before_cursor_execute", lambda *given: asked.append(given[2])
    )  # given[2] is the statement
    served = office.desk.answer(FIRST)
    assert sum("catalogue_versions" in statement for statement in asked) == 1
    asked.clear()
    say(office.desk, served, FIRST, value="book", slots=BOOKING)
    assert not any("catalogue_versions" in statement for statement in asked)


def test_overrides_and_rosters_of_a_version_are_its_rules(office: Office) -> None:
    document = deepcopy(dict(demonstration()))
    document["days"] = [{"date": "2026-11-25", "kind": "closed", "like": "", "name": "换届选举"}]
    accept(office, document)
    with office.store.open() as records:
        assert office.desk.editions is not None
        rules = office.desk.editions.newest(records).rules
    day = datetime(2026, 11, 25, 9, tzinfo=TOWN_TIME)
    assert not rules.is_working_day(day.date())
    assert list(rules.plan.rota.shifts("window:1", day, day.replace(hour=20))) == []
    before = edition_of(0, read_town()).rules.plan.rota
    assert len(list(before.shifts("window:1", day, day.replace(hour=20)))) == 3


def test_versions_that_nobody_needs_are_let_go_and_made_again_where_one_does(office: Office) -> None:
    made: list[int] = []

    def counted(records: Records, number: int) -> Edition:
        made.append(number)
        return make(records, number)

    editions = Editions(edition_of(0, town_of(demonstration())), counted)
    for _ in range(KEPT + 1):
        accept(office, demonstration())
        with office.store.open() as records:
            editions.newest(records)
            editions.newest(records)
    assert made == [1, 2, 3, 4, 5]
    with office.store.open() as records:
        assert editions.of(records, 1).number == 1
        with pytest.raises(KeyError):
            editions.of(records, 99)
    assert len(Vocabulary(office.desk.rules.town).services) == 40
