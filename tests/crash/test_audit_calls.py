"""The reckoning of calls finds who was rung twice and who never was; what is planted gives cause for one call."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from hotline.crash.audit import Reckoning
from hotline.crash.audit_calls import reckon_calls
from hotline.crash.planted import plant
from hotline.crash.reading import Reader
from hotline.crash.rung import Listener, listeners
from hotline.crash.scenes import read_play
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.calling import CallingRules, CallOrder, ContactRules, Hours
from hotline.domain.numbers import Reach, reach_of
from hotline.domain.waiting import OFFERING
from hotline.rules import office_rules
from hotline.store.tables import CallOutRow, MessageRow
from hotline.store.unit_of_work import Office, Store
from hotline.town import read_town
from ivr.clerking.waiting import sweep
from tasks.missed import plan_callbacks
from tasks.reminders import plan_reminders
from tests.town import migrated

NOON = datetime(2026, 11, 25, 12, tzinfo=TOWN_TIME)
PLAY = read_play()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    shutil.copy(migrated(), tmp_path / "hotline.sqlite")
    store = Store(f"sqlite:///{tmp_path}/hotline.sqlite")
    yield store
    store.close()


def rung_once(office: Office, sid: str = "CA1") -> tuple[Listener, CallOutRow]:
    """Somebody who was to be rung back, and was."""
    one = next(one for one in listeners(PLAY, 1, Reader(PLAY), NOON) if one.cause.because == "missed")
    call = office.calls_out.put(CallOrder(f"missed:{one.number}", one.number, "missed", "missed"), NOON)
    row = office.session.get_one(CallOutRow, call)
    row.state, row.sid, one.rings, one.served = "settled", sid, 1, True
    office.session.flush()
    return one, row


def reckoned(office: Office, one: Listener, taken: dict[str, int]) -> Reckoning:
    found = Reckoning()
    reckon_calls(office, [one], Counter(taken), found)
    return found


def test_all_is_well_where_each_cause_rang_once(store: Store) -> None:
    with store.open() as office:
        one, row = rung_once(office)
        found = reckoned(office, one, {f"call-{row.id}": 1})
    assert found.clean, (found.lost, found.double, found.wrong)


def test_an_attempt_given_to_the_carrier_twice_and_a_telephone_that_rang_twice_are_double(store: Store) -> None:
    with store.open() as office:
        one, row = rung_once(office)
        one.rings = 2
        found = reckoned(office, one, {f"call-{row.id}": 2})
    assert len(found.double) == 2


def test_who_was_never_rung_is_lost_and_a_call_on_no_row_is_not_right(store: Store) -> None:
    with store.open() as office:
        one, row = rung_once(office, sid="")
        row.state, one.rings = "waiting", 0
        found = reckoned(office, one, {"call-999": 1})
    assert (len(found.lost), len(found.wrong), len(found.double)) == (1, 1, 0)


def test_a_second_cause_for_one_wish_is_double_and_an_unsure_call_is_not_right(store: Store) -> None:
    with store.open() as office:
        one, row = rung_once(office)
        office.calls_out.put(CallOrder("another", one.number, "missed", "missed"), NOON)
        row.state = "unsure"
        found = reckoned(office, one, {f"call-{row.id}": 1})
    assert (len(found.double), len(found.wrong)) == (1, 1)


def test_a_place_confirmed_by_call_that_is_not_on_record_is_lost(store: Store) -> None:
    with store.open() as office:
        one, row = rung_once(office)
        one.told.add(("appointments", "307294"))
        assert len(reckoned(office, one, {f"call-{row.id}": 1}).lost) == 1


def test_every_cause_is_somebodys_at_a_landline_and_none_is_offered_a_place_at_night() -> None:
    by_day, by_night = (
        listeners(PLAY, 50, Reader(PLAY), NOON.replace(hour=hour)) for hour in (OFFERING[0].hour, 2)
    )
    assert {one.cause.because for one in by_day} == {"reminder", "missed", "moved", "offer"}
    assert {one.cause.because for one in by_night} == {"reminder", "missed", "moved"}
    assert all(reach_of(one.number) is Reach.LANDLINE for one in by_day)
    assert len({one.number for one in by_day}) == len(by_day)


def test_what_is_planted_gives_each_cause_for_a_call(store: Store) -> None:
    rung = listeners(PLAY, 1, Reader(PLAY), NOON)
    with store.open() as office:
        token, codes = plant(office, rung, NOON)
        office.commit()
    rules = ContactRules(CallingRules(hours=(Hours(NOON.time().min, NOON.time().max),)))
    assert plan_reminders(store, read_town(), rules, lambda: NOON) == 1
    assert plan_callbacks(store, rules, lambda: NOON) == 1
    assert len(sweep(store, replace(office_rules(read_town()), calling=rules.calling), NOON)) == 1
    with store.open() as office:
        reasons = list(office.session.scalars(select(MessageRow.reason).order_by(MessageRow.id)))
    assert token
    assert (len(codes), [reason.partition(":")[0] for reason in reasons]) == (1, ["remind", "offer"])
