"""Slot arithmetic: where a desk still has a seat and a person, in cells of a quarter of an hour.

A stretch of time is an integer with a bit for each cell, the first cell lowest, so that a month of a desk with
twenty people is worked out with a few operations on a few integers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from hotline.domain.calendar import TOWN_TIME, Place
from hotline.domain.occupancy import Held, Span, Together, Ways, duty, occupied
from hotline.domain.rosters import Desk, Rota
from hotline.domain.visits import CELL_S, Travel, Visit, cells_in, time_of

GRID = 2
"""Places begin at the full and the half hour: at every second cell."""
DAYS_KEPT = 2000
"""Of all desks together, who serves when."""


@dataclass(frozen=True)
class Spot:
    """A seat, a person and, where one is sent, a car, from a cell on."""

    desk: str
    seat: int
    clerk: str
    first: int
    end: int
    car: str = ""
    run: int = 0
    """Cells the car needs for each of its two ways: there and back."""

    def resources(self) -> list[tuple[str, int]]:
        """Every (resource, cell) it takes, in the one order in which all take them."""
        during = range(self.first, self.end)
        found = [(f"{self.desk}#{self.seat}", cell) for cell in during]
        if self.clerk:
            found += [(f"clerk:{self.clerk}", cell) for cell in during]
        if self.car:
            runs = (*range(self.first - self.run, self.first), *range(self.end, self.end + self.run))
            found += [(f"car:{self.car}", cell) for cell in runs]
        return sorted(found)


@dataclass(frozen=True)
class Plan:
    """What places are made of: who serves where and when, how far it is, and how many cars there are."""

    rota: Rota
    travel: Travel = field(default_factory=Travel)
    cars: tuple[str, ...] = ("1",)
    horizon_days: int = 28
    notice: timedelta = timedelta(minutes=60)
    _roaming: dict[tuple[date, int], frozenset[str]] = field(default_factory=dict, compare=False, repr=False)
    _days: dict[tuple[str, date], tuple[int, Mapping[str, int]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def desks(self, visit: Visit) -> list[Desk]:
        """The desks that serve such a visit."""
        kind = Place.WINDOW if visit.place is Place.CAR else visit.place
        own = {"", visit.village} if kind is not Place.VILLAGE else {visit.village}
        return [desk for desk in self.rota.desks() if desk.kind is kind and desk.village in own]

    def desk(self, name: str) -> Desk | None:
        return next((desk for desk in self.rota.desks() if desk.id == name), None)

    def on_duty(self, desk: str, span: Span) -> dict[str, int]:
        """The cells in which each clerk serves at a desk, as bits from the first of the span."""
        found: dict[str, int] = {}
        day, last = (time_of(cell).date() for cell in (span.first, max(span.end - 1, span.first)))
        while day <= last:
            midnight, served = self._served(desk, day)
            ahead = midnight - span.first
            for clerk, bits in served.items():
                found[clerk] = found.get(clerk, 0) | (bits << ahead if ahead >= 0 else bits >> -ahead)
            day += timedelta(days=1)
        whole = span.whole
        return {clerk: bits & whole for clerk, bits in found.items()}

    def _served(self, desk: str, day: date) -> tuple[int, Mapping[str, int]]:
        """The first cell of a day, and who serves in which of its cells; kept, for a plan does not change."""
        if (kept := self._days.get((desk, day))) is not None:
            return kept
        if len(self._days) >= DAYS_KEPT:
            self._days.clear()
        begins = datetime.combine(day, time(), TOWN_TIME)
        ends = begins + timedelta(days=1)
        span = Span.between(begins, ends)
        made = self._days[desk, day] = (span.first, duty(self.rota.shifts(desk, begins, ends), span))
        return made

    def roaming(self, day: date, days: int = 1) -> frozenset[str]:
        """Who may have to travel between two appointments of these days: their bookings are made one by one."""
        if (day, days) not in self._roaming:
            self._roaming[day, days] = frozenset(self._find_roaming(day, days))
        return self._roaming[day, days]

    def _find_roaming(self, day: date, days: int) -> Iterator[str]:
        begins = datetime.combine(day, time(), TOWN_TIME)
        stops: dict[str, set[str]] = {}
        for desk in self.rota.desks():
            for shift in self.rota.shifts(desk.id, begins, begins + timedelta(days=days)):
                stops.setdefault(shift.clerk, set()).add("home:" if desk.kind is Place.HOME else desk.id)
        return (clerk for clerk, at in stops.items() if len(at) > 1 or "home:" in at)


@dataclass(frozen=True)
class Board:
    """One desk over a span: from which cells each clerk, each seat and each car is free for long enough."""

    base: int
    clerks: Mapping[str, int]
    seats: Sequence[int]
    cars: Mapping[str, int] | None = None
    """None where no car is wanted."""
    load: Mapping[str, int] = field(default_factory=dict)
    """Cells each clerk has in the span already: the one with fewest goes next."""

    @property
    def starts(self) -> int:
        """Where a visit can begin, as bits from the base."""
        found = _either(self.clerks.values()) & _either(self.seats)
        return found if self.cars is None else found & _either(self.cars.values())

    def choose(self, first: int) -> tuple[str, int, str] | None:
        """Who, on which seat, fetched by which car; None if it cannot be had."""
        bit = 1 << (first - self.base) if first >= self.base else 0
        clerks = [clerk for clerk, free in self.clerks.items() if free & bit]
        seats = [seat for seat, free in enumerate(self.seats) if free & bit]
        cars = [""] if self.cars is None else [car for car, free in self.cars.items() if free & bit]
        if not clerks or not seats or not cars:
            return None
        return min(clerks, key=lambda clerk: (self.load.get(clerk, 0), clerk)), seats[0], cars[0]


class Taken(NamedTuple):
    """What stands in the way within a span: who is there, and what is kept already."""

    span: Span
    on_duty: Mapping[str, int]
    """By clerk, the cells they serve at the desk."""
    together: Sequence[Together]
    """At the desk, where nobody has a way to go between two visits."""
    held: Sequence[Held]
    """What the clerks have elsewhere; at a desk from which people are sent out, everything."""
    car_cells: Sequence[tuple[str, int]] = ()
    """(car, cell)"""


def board(plan: Plan, desk: Desk, visit: Visit, taken: Taken) -> Board:
    """What is free at a desk for such a visit."""
    span = taken.span
    bound, sat, load = occupied(desk, span, Ways(plan.travel, visit.stop), (taken.together, taken.held))
    grid = _grid(span)
    return Board(
        span.first,
        starts_on_duty(taken, visit.cells, bound),
        [_runs(span.whole & ~seat, visit.cells) & grid for seat in sat],
        _cars(plan, visit, taken) if visit.place is Place.CAR else None,
        load,
    )


def starts_on_duty(taken: Taken, cells: int, bound: Mapping[str, int] | None = None) -> dict[str, int]:
    """By clerk: from where they serve for so many cells, and are not bound, as bits from the span's first cell."""
    grid, bound = _grid(taken.span), bound or {}
    return {clerk: _runs(on & ~bound.get(clerk, 0), cells) & grid for clerk, on in taken.on_duty.items()}


def _grid(span: Span) -> int:
    return _every_second(-span.first % GRID, span.whole.bit_length())


@lru_cache(maxsize=8)
def _every_second(first: int, length: int) -> int:
    return sum(1 << cell for cell in range(first, length, GRID))


def _cars(plan: Plan, visit: Visit, taken: Taken) -> dict[str, int]:
    """From which cells each car can fetch before and bring home after."""
    span, run = taken.span, car_run(plan, visit)
    free = dict.fromkeys(plan.cars, span.whole)
    for car, cell in taken.car_cells:
        if car in free:
            free[car] &= ~span.bits(cell, cell + 1)
    return {car: (_runs(bits, run) << run) & (_runs(bits, run) >> visit.cells) for car, bits in free.items()}


def car_run(plan: Plan, visit: Visit) -> int:
    """Cells a car needs to fetch somebody, or to bring them home and come back."""
    return cells_in(2 * plan.travel.minutes("", visit.village))


def starts_in(free: int, base: int, not_before: datetime) -> list[datetime]:
    """The moments, in town time, for which bits are set."""
    first = max(0, -int(-not_before.timestamp() // CELL_S) - base)
    bits = free >> first << first
    found = []
    while bits:
        lowest = bits & -bits
        found.append(time_of(base + lowest.bit_length() - 1))
        bits ^= lowest
    return found


def _runs(free: int, length: int) -> int:
    """The cells from which so many are free in a row."""
    have = 1
    while have < length:
        step = min(have, length - have)
        free &= free >> step
        have += step
    return free


def _either(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found
