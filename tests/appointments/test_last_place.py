"""Sixty-four at once for the last place: the database lets exactly one have it."""

from __future__ import annotations

import random
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import datetime
from multiprocessing import get_context

import pytest
from sqlalchemy import func, select

from hotline.domain.appointments import Made, Move, Wanted, book, cancel, change
from hotline.domain.calendar import TOWN_TIME, Place, Timetable
from hotline.domain.errors import Refused
from hotline.domain.slots import Plan
from hotline.domain.usual_rota import UsualRota
from hotline.domain.visits import Travel
from hotline.store.tables import HeldCellRow
from hotline.store.unit_of_work import Store
from tests.town import WEDNESDAY

NINE = datetime(2026, 11, 28, 9, tzinfo=TOWN_TIME)
ONE_SEAT = Timetable(capacity=((Place.WINDOW, 1), (Place.VILLAGE, 1), (Place.HOME, 1)))
PLAN = Plan(UsualRota(ONE_SEAT, ("V01", "V02")), Travel({("V01", "V02"): 60}))
CALLERS = 64


@pytest.fixture
def url(either_url: str) -> str:
    return either_url


def wanted(number: int, place: Place = Place.WINDOW, at: datetime = NINE, village: str = "V01") -> Wanted:
    return Wanted("1", place, at, f"居民{number}", village, f"139{number:08}")


def made(number: int) -> Made:
    drawn = random.Random(number)
    return Made(f"c{number}", lambda: f"{drawn.randrange(100_000, 1_000_000)}", WEDNESDAY)


def try_to_book(store: Store, number: int, want: Wanted) -> str:
    """won, or why not."""
    with store.open() as office:
        try:
            book(office.appointments, want, made(number), plan=PLAN)
        except Refused as no:
            return no.reason
        office.commit()
    return "won"


def many(url: str, numbers: range) -> list[str]:
    """One process with a thread for each caller, all at the same place and time."""
    store = Store(url)
    try:
        with ThreadPoolExecutor(len(numbers)) as pool:
            return list(pool.map(lambda n: try_to_book(store, n, wanted(n)), numbers))
    finally:
        store.close()


def held(url: str) -> int:
    store = Store(url)
    with store.open() as office:
        count = office.session.scalar(select(func.count()).select_from(HeldCellRow)) or 0
    store.close()
    return count


def test_of_sixty_four_threads_one_gets_the_last_place(url: str) -> None:
    if url.startswith("sqlite"):
        outcomes = many(url, range(CALLERS))
    else:  # as many connections as the pool has, twice over
        outcomes = many(url, range(24)) + many(url, range(24, CALLERS))
    assert sorted(outcomes) == ["taken"] * (CALLERS - 1) + ["won"]
    assert held(url) == 4  # two quarters of an hour of one seat and of one person


def test_of_sixty_four_callers_in_four_processes_one_gets_the_last_place(url: str) -> None:
    parts = [range(n, n + CALLERS // 4) for n in range(0, CALLERS, CALLERS // 4)]
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        outcomes = [one for part in pool.map(many, [url] * 4, parts) for one in part]
    assert sorted(outcomes) == ["taken"] * (CALLERS - 1) + ["won"]
    assert held(url) == 4


def test_visits_too_far_apart_are_not_both_booked_though_they_do_not_overlap(url: str) -> None:
    """An hour from village to village: the clerk can be at nine in one or at half past nine in the other."""
    half_past = NINE.replace(minute=30)
    store = Store(url)
    wishes = [wanted(n, Place.HOME, NINE if n % 2 else half_past, "V01" if n % 2 else "V02") for n in range(16)]
    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(lambda n: try_to_book(store, n, wishes[n]), range(16)))
    store.close()
    assert sorted(outcomes) == ["taken"] * 15 + ["won"]


def test_two_who_change_to_each_others_place_lose_nothing_and_do_not_wait_for_ever(url: str) -> None:
    store, ten = Store(url), NINE.replace(hour=10)
    with store.open() as office:
        pair = [
            book(office.appointments, wanted(n, at=at), made(n), plan=PLAN) for n, at in enumerate((NINE, ten))
        ]
        office.commit()

    def swap(number: int) -> str:
        with store.open() as office:
            old = office.appointments.by_code(pair[number].code)
            assert old is not None
            try:
                to = ten if number == 0 else NINE
                change(office.appointments, old, to, plan=PLAN, move=Move("moved", "resident", WEDNESDAY))
            except Refused as no:
                return no.reason
            office.commit()
        return "moved"

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(swap, range(2))) == ["taken", "taken"]
    with store.open() as office:
        assert sorted(a.starts_at for a in office.appointments.all()) == [NINE, ten]
    store.close()


def test_a_place_given_back_can_be_had_again_at_once(url: str) -> None:
    store = Store(url)
    with store.open() as office:
        one = book(office.appointments, wanted(1), made(1), plan=PLAN)
        cancel(office.appointments, one, Move("cancelled", "resident", WEDNESDAY))
        office.commit()
    assert try_to_book(store, 2, wanted(2)) == "won"
    store.close()


def test_of_two_who_saw_the_same_version_one_is_told_it_has_changed(url: str) -> None:
    store = Store(url)
    with store.open() as office:
        seen = book(office.appointments, wanted(1), made(1), plan=PLAN)
        office.commit()
    with store.open() as office:
        cancel(office.appointments, seen, Move("cancelled", "staff:li", WEDNESDAY))
        office.commit()
    with store.open() as office, pytest.raises(Refused, match="changed"):
        change(
            office.appointments, seen, NINE.replace(hour=10), plan=PLAN, move=Move("moved", "resident", WEDNESDAY)
        )
    store.close()
