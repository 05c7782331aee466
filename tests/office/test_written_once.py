"""What must be there once is there once however many write it; and a database that hung up costs nobody a turn."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import psycopg
import pytest

from hotline.domain.appointments import Made, Wanted, book
from hotline.domain.calendar import TOWN_TIME, Place, Timetable
from hotline.domain.calling import CallOrder
from hotline.domain.case_life import THE_MACHINE
from hotline.domain.errors import Refused
from hotline.domain.grievances import Told, accept
from hotline.holidays import is_working_day
from hotline.store import standing
from hotline.store.case_search import Sought
from hotline.store.unit_of_work import Office, Store
from hotline.store.upgrade import upgrade
from ivr.clerk import OfficeRules
from tests.town import TOWN, WEDNESDAY

PLAN = OfficeRules(
    TOWN, Timetable(capacity=((Place.WINDOW, 5), (Place.VILLAGE, 1), (Place.HOME, 1))), is_working_day
).plan
AT_ONCE = 24
NINE = datetime(2026, 11, 28, 9, tzinfo=TOWN_TIME)


@pytest.fixture
def store(either_store: Store) -> Store:
    return either_store


def all_at_once(store: Store, work: Callable[[Office, int], Any]) -> list[Any]:
    def one(number: int) -> Any:
        with store.open() as office:
            done = work(office, number)
            office.commit()
        return done

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_of_many_with_the_same_reason_one_message_is_written(store: Store) -> None:
    made = all_at_once(store, lambda office, n: office.messages.put("booked:1", "13907370001", f"第{n}次"))
    assert [one is None for one in made].count(False) == 1
    with store.open() as office:
        (kept,) = office.messages.latest()
        assert kept.id in made
        assert (kept.state, kept.attempts, kept.segments, kept.kind) == ("waiting", 0, 1, "asked")


def test_of_many_who_order_the_same_call_one_does(store: Store) -> None:
    order = CallOrder("remind:1", "13907370001", "reminder", "remind", {"code": "307294"})
    made = all_at_once(store, lambda office, _n: office.calls_out.put(order, WEDNESDAY))
    assert [one is None for one in made].count(False) == 1
    with store.open() as office:
        assert office.calls_out.put(order, WEDNESDAY, 2) is not None
        assert [call.given for call in office.calls_out.latest()] == [{"code": "307294"}] * 2


def test_a_message_refused_as_double_leaves_the_transaction_whole(store: Store) -> None:
    with store.open() as office:
        office.messages.put("r1", "13907370001", "一")
        office.commit()
    with store.open() as office:
        office.records.know_resident("13907370001", name="王桂花")
        assert office.messages.put("r1", "13907370001", "二") is None
        office.commit()
    with store.open() as office:
        assert [row.name for row in office.records.residents()] == ["王桂花"]
        assert [row.body for row in office.messages.latest()] == ["一"]


def test_a_number_heard_of_by_many_at_once_is_one_resident(store: Store) -> None:
    all_at_once(store, lambda office, n: office.records.know_resident("13907370001", name=f"居民{n}"))
    with store.open() as office:
        (one,) = office.records.residents()
        name = one.name
        office.records.know_resident("13907370001", village="V03")
        known = office.records.resident("13907370001")
        assert known is not None
        assert (known.name, known.village) == (name, "V03"), "what was not told anew stays"


def draws(*codes: str) -> Callable[[], str]:
    left = iter(codes)
    return lambda: next(left)


def test_an_appointment_never_gets_the_code_of_a_case_or_of_another_appointment(store: Store) -> None:
    told = Told("G1", "自来水停了", "V02", "", "", "", "13907370001", "", "normal")
    wanted = Wanted("2", Place.WINDOW, NINE, "王桂花", "V01", "13907370001")
    with store.open() as office:
        accept(
            office.grievances, told, conversation="c1", now=WEDNESDAY, draw_code=draws("100001"),
            is_working_day=is_working_day,
        )  # fmt: skip
        one = book(office.appointments, wanted, Made("c2", draws("100001", "100002"), WEDNESDAY), plan=PLAN)
        other = book(office.appointments, wanted, Made("c3", draws("100002", "100003"), WEDNESDAY), plan=PLAN)
        assert (one.code, other.code) == ("100002", "100003")
        with pytest.raises(Refused, match="no_code"):
            book(office.appointments, wanted, Made("c4", lambda: "100001", WEDNESDAY), plan=PLAN)
        office.commit()
    with store.open() as office:
        assert [a.code for a in office.appointments.all()] == ["100002", "100003"]
        assert [move.what for a in office.appointments.all() for move in office.appointments.moves(a.id)] == [
            "booked"
        ] * 2
        assert [case.code for case in office.grievances.search(Sought(), THE_MACHINE)] == ["100001"]


def test_those_together_are_those_held(store: Store) -> None:
    """The rows added up by the database against each of them, and without one's own."""
    with store.open() as office:
        for number, at in enumerate((NINE, NINE, NINE.replace(hour=10), NINE)):
            wanted = Wanted("2", Place.WINDOW, at, "王桂花", "V01", "1", minutes=60 if number == 3 else 30)
            last = book(office.appointments, wanted, Made("c", draws(f"{100_000 + number}"), WEDNESDAY), plan=PLAN)
        for besides in (0, last.id):
            reach = (0, 10**7, besides)
            each = standing.held(office.session, "window", (), reach)
            groups = standing.together(office.session, "window", reach)
            found = [
                (first, end, int(seat), clerk)
                for first, end, seats, clerks in groups
                for seat, clerk in zip(seats.split(","), clerks.split(","), strict=True)
            ]
            assert sorted(found) == sorted((one[3], one[4], one[1], one[2]) for one in each)
            assert len(found) == (3 if besides else 4)
        assert standing.elsewhere(office.session, "window", ("window/1",), (0, 10**7, 0)) == []


def test_a_database_that_hung_up_costs_nobody_a_turn(postgres_url: str) -> None:
    upgrade(postgres_url)
    store = Store(postgres_url)
    with ExitStack() as several:
        for _ in range(3):
            several.enter_context(store.open()).records.residents()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ended = connection.execute(f"SELECT pg_terminate_backend(pid, 5000) {others}").fetchall()
    assert len(ended) == 3
    with ExitStack() as several:
        for _ in range(3):
            assert several.enter_context(store.open()).records.residents() == []
    store.close()
