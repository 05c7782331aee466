"""What is late is told in time, once, to the right person, after a restart as well."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.domain.grievances import Grievance
from hotline.holidays import is_working_day
from hotline.store.tables import CaseAlertRow
from hotline.store.unit_of_work import Store
from tasks.late_cases import Watchman, escalate
from tests.cases.room import SUPERVISOR, WATER, Room
from tests.town import TOWN


def sweep(room: Room) -> list[str]:
    """(what:level) of the alerts that are new."""
    found = escalate(Watchman(room.store, TOWN, is_working_day, room.watch))
    return [":".join(reason.split(":")[2:4]) for reason in found]


def alerts(room: Room, case: Grievance) -> list[tuple[str, str, str]]:
    with room.store.open() as office:
        query = select(CaseAlertRow).where(CaseAlertRow.case == case.id).order_by(CaseAlertRow.id)
        return [(row.what, row.level, row.told) for row in office.session.scalars(query)]


def test_water_not_signed_for_in_half_an_hour_is_told_and_half_an_hour_later_supervised(room: Room) -> None:
    case = room.opened()
    room.watch.passes(minutes=29)
    assert sweep(room) == []
    room.watch.passes(minutes=1)
    assert sweep(room) == ["unsigned:officer"]
    assert sweep(room) == []
    room.watch.passes(minutes=30)
    assert sweep(room) == ["unsigned:supervisor"]
    assert room.now(case).supervised
    assert alerts(room, case) == [("unsigned", "officer", "刘水生"), ("unsigned", "supervisor", "周正平")]


def test_nothing_is_told_twice_after_a_restart_and_nothing_is_forgotten(room: Room) -> None:
    room.opened()
    room.watch.passes(minutes=31)
    assert sweep(room) == ["unsigned:officer"]
    room.store.close()
    room.store = Store(room.store.engine.url.render_as_string(hide_password=False))
    assert sweep(room) == []
    room.watch.passes(days=3)  # the machine was off for three days
    assert sorted(sweep(room)) == ["unsigned:supervisor"]


def test_an_answer_that_is_owed_is_told_on_time_and_supervised_a_working_day_later(room: Room) -> None:
    case = room.make(room.opened(), "sign", WATER)
    assert case.answer_by is not None
    room.watch.now = case.answer_by - timedelta(seconds=1)
    assert sweep(room) == []
    room.watch.now = case.answer_by
    assert sweep(room) == ["unanswered:officer"]
    room.watch.now = case.answer_by + timedelta(days=1)  # a Thursday
    assert sweep(room) == ["unanswered:supervisor"]


def test_a_case_that_waits_for_papers_is_not_late_but_not_forgotten(room: Room) -> None:
    case = room.make(room.opened(), "sign", WATER)
    room.make(case, "pause", WATER, reason="要户口本")
    room.watch.passes(days=10)
    assert sweep(room) == []
    room.watch.passes(days=5)
    assert sweep(room) == ["waiting:officer"]


def test_what_is_confidential_is_told_to_the_supervisor_only(room: Room) -> None:
    case = room.opened(topic="G15", kind="complaint", story="窗口骂人", urgency="normal")
    room.watch.passes(days=1, hours=8)
    assert sweep(room) == ["unsigned:supervisor"]
    assert [level for _, level, _ in alerts(room, case)] == ["supervisor"]


def test_an_extension_puts_the_alert_off(room: Room) -> None:
    case = room.make(room.opened(), "sign", WATER)
    room.make(case, "extend", WATER, days=10, reason="等配件")
    room.watch.passes(days=9)
    assert sweep(room) == []


def test_what_is_answered_or_over_is_never_late(room: Room) -> None:
    answered = room.make(room.make(room.opened(), "sign", WATER), "answer", WATER, reason="好了")
    refused = room.make(room.opened(dispatched=False), "refuse", SUPERVISOR, reason="不归这里")
    room.watch.passes(days=60)
    assert sweep(room) == []
    assert alerts(room, answered) == alerts(room, refused) == []


def test_two_sweeps_at_once_tell_once(room: Room) -> None:
    cases = [room.opened() for _ in range(5)]
    room.watch.passes(minutes=31)
    with ThreadPoolExecutor(3) as pool:
        told = [reason for found in pool.map(lambda _: sweep(room), range(3)) for reason in found]
    assert told == ["unsigned:officer"] * 5
    assert [len(alerts(room, case)) for case in cases] == [1] * 5


def test_an_officer_with_a_number_in_the_list_gets_a_text(room: Room) -> None:
    posts = tuple(replace(post, phone="13900000001") for post in TOWN.officers)
    room.opened()
    room.watch.passes(hours=2)
    escalate(Watchman(room.store, replace(TOWN, officers=posts), is_working_day, room.watch))
    assert sum("请马上办" in body for body in room.texts()) == 1
    assert sum("请督办" in body for body in room.texts()) == 1
    assert not any("王桂花" in body or "13907370001" in body for body in room.texts())


@pytest.mark.parametrize("urgency", ["danger", "urgent", "normal"])
def test_the_first_alert_comes_when_the_clock_runs_out_and_not_before(room: Room, urgency: str) -> None:
    case = room.opened(urgency=urgency, topic="G4")
    room.watch.now = case.sign_by - timedelta(seconds=1)
    assert sweep(room) == []
    room.watch.now = case.sign_by
    assert sweep(room) == ["unsigned:officer"]
