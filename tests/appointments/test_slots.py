"""The arithmetic of places against counting them one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.domain.calendar import TOWN_TIME, Place
from hotline.domain.head_count import free_starts
from hotline.domain.occupancy import Held, Span, Together, Ways, duty, occupied
from hotline.domain.rosters import Desk, Shift
from hotline.domain.slots import GRID, Plan, Taken, board, starts_in
from hotline.domain.visits import Travel, Visit, cell_at, cells_in

MORNING = datetime(2026, 11, 28, 8, tzinfo=TOWN_TIME)
BASE = cell_at(MORNING)
CELLS = 40
VILLAGES = ("V01", "V02", "V03")
STOPS = ("", *VILLAGES, *(f"home:{v}" for v in VILLAGES))
CLERKS = ("li", "wang", "zhao")
WINDOW = Desk("window", "窗口", Place.WINDOW, 2)
HOME = Desk("home", "上门", Place.HOME, 2)


@dataclass(frozen=True)
class Roster:
    """A rota written down."""

    every_desk: tuple[Desk, ...]
    every_shift: tuple[Shift, ...]

    def desks(self) -> Sequence[Desk]:
        return self.every_desk

    def shifts(self, desk: str, since: datetime, until: datetime) -> Sequence[Shift]:
        return [s for s in self.every_shift if s.desk == desk and s.begins < until and s.ends > since]


def shift(clerk: str, desk: str, first: int, cells: int, odd_minutes: int = 0) -> Shift:
    begins = MORNING + timedelta(minutes=15 * first + odd_minutes)
    return Shift(clerk, desk, begins, begins + timedelta(minutes=15 * cells))


shifts = st.lists(
    st.builds(
        shift,
        st.sampled_from(CLERKS),
        st.sampled_from(["window", "home"]),
        st.integers(0, CELLS),
        st.integers(1, 20),
        st.sampled_from([0, 0, 5, 15]),
    ),
    max_size=6,
)
held = st.lists(
    st.builds(
        lambda desk, seat, clerk, first, length, stop: Held(
            desk, seat, clerk, BASE + first, BASE + first + length, stop
        ),
        st.sampled_from(["window", "home"]),
        st.integers(0, 1),
        st.sampled_from(["", *CLERKS]),
        st.integers(-8, CELLS),
        st.integers(1, 8),
        st.sampled_from(STOPS),
    ),
    max_size=8,
)
at_the_window = st.builds(
    lambda seat, clerk, first, length: Held("window", seat, clerk, BASE + first, BASE + first + length, ""),
    st.integers(0, 3),
    st.sampled_from(["", *CLERKS]),
    st.integers(-8, CELLS),
    st.integers(1, 8),
)
travels = st.builds(
    Travel,
    st.dictionaries(
        st.tuples(st.sampled_from(["", *VILLAGES]), st.sampled_from(["", *VILLAGES])),
        st.integers(1, 70),
        max_size=5,
    ),
    st.integers(1, 60),
    st.integers(1, 20),
)
visits = st.builds(
    Visit,
    st.sampled_from([Place.WINDOW, Place.HOME, Place.CAR]),
    st.sampled_from(VILLAGES),
    st.sampled_from([10, 15, 30, 40, 60, 90]),
)
car_cells = st.lists(st.tuples(st.sampled_from(["1", "2"]), st.integers(BASE - 4, BASE + CELLS)), max_size=10)


def works(roster: Sequence[Shift], desk: Desk, clerk: str, cell: int) -> bool:
    """Whether the clerk is on duty for the whole quarter of an hour."""
    begins, ends = cell * 900, cell * 900 + 900
    return any(
        s.desk == desk.id and s.clerk == clerk and s.begins.timestamp() <= begins and s.ends.timestamp() >= ends
        for s in roster
    )


def apart(one: tuple[int, int], other: Held, minutes: int) -> bool:
    """Whether there is time for the way between the two, whichever is first."""
    return other.first * 15 >= one[1] * 15 + minutes or one[0] * 15 >= other.end * 15 + minutes


def possible(roster: Sequence[Shift], plan: Plan, desk: Desk, visit: Visit, taken: Taken) -> set[int]:
    """Every start, found by trying each one with each clerk, seat and car."""
    found = set()
    length = cells_in(visit.minutes)
    for start in range(taken.span.first, taken.span.end):
        cells = range(start, start + length)
        if start % GRID or cells[-1] >= taken.span.end:
            continue
        clerk_free = any(
            all(works(roster, desk, clerk, cell) for cell in cells)
            and all(
                apart((start, start + length), other, plan.travel.minutes(visit.stop, other.stop))
                for other in taken.held
                if other.clerk == clerk
            )
            for clerk in CLERKS
        )
        seat_free = any(
            all(
                apart((start, start + length), other, 0)
                for other in taken.held
                if (other.desk, other.seat) == (desk.id, seat)
            )
            for seat in range(desk.seats)
        )
        if clerk_free and seat_free and car_possible(plan, visit, taken, start):
            found.add(start)
    return found


def car_possible(plan: Plan, visit: Visit, taken: Taken, start: int) -> bool:
    if visit.place is not Place.CAR:
        return True
    run, end = cells_in(2 * plan.travel.minutes("", visit.village)), start + visit.cells
    needed = [*range(start - run, start), *range(end, end + run)]
    return any(
        all(taken.span.first <= cell < taken.span.end and (car, cell) not in taken.car_cells for cell in needed)
        for car in plan.cars
    )


def bits(free: int, base: int) -> set[int]:
    return {base + n for n in range(free.bit_length()) if free >> n & 1}


@settings(max_examples=400, deadline=None)
@given(shifts, held, travels, visits, car_cells)
def test_the_free_starts_are_just_those_that_trying_finds(
    roster: list[Shift], taken: list[Held], travel: Travel, visit: Visit, runs: list[tuple[str, int]]
) -> None:
    plan = Plan(Roster((WINDOW, HOME), tuple(roster)), travel, ("1", "2"))
    (desk,) = plan.desks(visit)
    span = Span(BASE, BASE + CELLS)
    given_ = Taken(span, plan.on_duty(desk.id, span), (), taken, runs)
    found = board(plan, desk, visit, given_)
    assert bits(found.starts, span.first) == possible(roster, plan, desk, visit, given_)


@settings(max_examples=200, deadline=None)
@given(shifts, held, travels, visits, car_cells)
def test_a_spot_is_found_exactly_where_a_start_is_free(
    roster: list[Shift], taken: list[Held], travel: Travel, visit: Visit, runs: list[tuple[str, int]]
) -> None:
    plan = Plan(Roster((WINDOW, HOME), tuple(roster)), travel, ("1", "2"))
    (desk,) = plan.desks(visit)
    span = Span(BASE, BASE + CELLS)
    found = board(plan, desk, visit, Taken(span, plan.on_duty(desk.id, span), (), taken, runs))
    free = bits(found.starts, span.first)
    assert free == {cell for cell in range(BASE - 8, BASE + CELLS + 8) if found.choose(cell) is not None}


@settings(max_examples=300, deadline=None)
@given(held, travels, visits)
def test_those_added_up_are_in_the_way_as_each_of_them_is(kept: list[Held], travel: Travel, visit: Visit) -> None:
    span, ways = Span(BASE, BASE + CELLS), Ways(travel, visit.stop)
    kept = disjoint([one._replace(stop=visit.stop) if one.desk == WINDOW.id else one for one in kept])
    here, there = ([one for one in kept if (one.desk == WINDOW.id) is at] for at in (True, False))
    still = Ways(Travel(within=0), "")  # who stays at a desk has no way to go
    alone = occupied(WINDOW, span, ways, ((), there))
    one_by_one = occupied(WINDOW, span, still, ((), [one._replace(stop="") for one in here]))
    both = occupied(WINDOW, span, ways, (added_up(here), there))
    for clerk in CLERKS:
        assert both.bound.get(clerk, 0) == alone.bound.get(clerk, 0) | one_by_one.bound.get(clerk, 0)
        assert both.load.get(clerk, 0) == alone.load.get(clerk, 0) + one_by_one.load.get(clerk, 0)
    assert both.sat == one_by_one.sat
    assert "" not in both.bound


@settings(max_examples=400, deadline=None)
@given(shifts, st.lists(at_the_window, max_size=30), travels, visits, car_cells, st.integers(0, 4))
def test_counting_heads_finds_the_same_starts(
    roster: list[Shift],
    kept: list[Held],
    travel: Travel,
    visit: Visit,
    runs: list[tuple[str, int]],
    seats: int,
) -> None:
    plan = Plan(Roster((replace(WINDOW, seats=seats), HOME), tuple(roster)), travel, ("1", "2"))
    span = Span(BASE, BASE + CELLS)
    for desk in plan.desks(visit):
        taken = Taken(span, plan.on_duty(desk.id, span), added_up(disjoint(kept)), (), runs)
        assert free_starts(plan, desk, visit, taken) == board(plan, desk, visit, taken).starts


def disjoint(kept: list[Held]) -> list[Held]:
    """As the database has it: no seat and no clerk twice in one cell."""
    taken: set[tuple[str, int]] = set()
    found = []
    for one in kept:
        names = [f"{one.desk}#{one.seat}", *([one.clerk] if one.clerk else [])]
        cells = {(name, cell) for name in names for cell in range(one.first, one.end)}
        if not cells & taken:
            taken |= cells
            found.append(one)
    return found


def added_up(kept: list[Held]) -> list[Together]:
    cells = sorted({(one.first, one.end) for one in kept})
    groups = [[one for one in kept if (one.first, one.end) == both] for both in cells]
    return [
        Together(first, end, ",".join(str(one.seat) for one in group), ",".join(one.clerk for one in group))
        for (first, end), group in zip(cells, groups, strict=True)
    ]


@given(shifts, st.integers(-200, 200), st.integers(1, 400))
def test_who_is_on_duty_is_the_same_day_by_day_as_all_at_once(
    roster: list[Shift], first: int, length: int
) -> None:
    span = Span(BASE + first, BASE + first + length)
    plan = Plan(Roster((WINDOW, HOME), tuple(roster)))
    for desk in (WINDOW, HOME):
        at_once = duty([s for s in roster if s.desk == desk.id], span)
        for _again in range(2):
            by_day = plan.on_duty(desk.id, span)
            assert {c: bits for c, bits in by_day.items() if bits} == {c: b for c, b in at_once.items() if b}


@given(st.integers(0, 2**60), st.integers(-100, 100))
def test_starts_are_listed_from_the_first_that_is_not_too_soon(free: int, earlier: int) -> None:
    not_before = MORNING + timedelta(minutes=earlier)
    listed = starts_in(free, BASE, not_before)
    assert listed == sorted(listed)
    assert [cell_at(at) for at in listed] == sorted(
        cell for cell in bits(free, BASE) if cell * 900 >= not_before.timestamp()
    )


def test_the_way_is_the_same_there_and_back_and_nothing_to_where_one_is() -> None:
    travel = Travel({("V01", "V02"): 20}, usual=40, within=10)
    assert travel.minutes("home:V01", "V02") == travel.minutes("V02", "home:V01") == 20
    assert (travel.minutes("V01", "V01"), travel.minutes("", "")) == (0, 0)
    assert travel.minutes("home:V01", "home:V01") == 10
    assert travel.minutes("", "home:V03") == 40
