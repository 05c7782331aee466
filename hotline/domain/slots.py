"""Slot arithmetic: where a desk still has a seat and a person, in cells of a quarter of an hour.

A stretch of time is an integer with a bit for each cell, the first cell lowest, so that a month of a desk with
twenty people is worked out with a few operations on a few integers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from hotline.domain.calendar import TOWN_TIME, Place
from hotline.domain.rosters import Desk, Rota, Shift
from hotline.domain.visits import CELL_S, Travel, Visit, cells_in, time_of

GRID = 2
"""Places begin at the full and the half hour: at every second cell."""


class Held(NamedTuple):
    """An appointment as the arithmetic sees it."""

    desk: str
    seat: int
    clerk: str
    first: int
    end: int
    """The cell after the last one."""
    stop: str


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

    def desks(self, visit: Visit) -> list[Desk]:
        """The desks that serve such a visit."""
        kind = Place.WINDOW if visit.place is Place.CAR else visit.place
        own = {"", visit.village} if kind is not Place.VILLAGE else {visit.village}
        return [desk for desk in self.rota.desks() if desk.kind is kind and desk.village in own]

    def desk(self, name: str) -> Desk | None:
        return next((desk for desk in self.rota.desks() if desk.id == name), None)

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


@dataclass(frozen=True)
class Span:
    """From one cell to another, the end excluded."""

    first: int
    end: int

    @classmethod
    def between(cls, since: datetime, until: datetime) -> Span:
        """The whole cells within two moments."""
        return cls(-int(-since.timestamp() // CELL_S), int(until.timestamp() // CELL_S))

    def bits(self, first: int, end: int) -> int:
        """The part of a stretch that lies within, as bits from the first cell."""
        low, high = max(first, self.first) - self.first, min(end, self.end) - self.first
        return ((1 << (high - low)) - 1) << low if high > low else 0


def board(plan: Plan, desk: Desk, visit: Visit, taken: Taken) -> Board:
    """What is free at a desk for such a visit."""
    span = taken.span
    on_duty = _on_duty(desk, taken)
    bound, sat, load = _occupied(plan.travel, desk, visit, taken)
    whole = (1 << max(span.end - span.first, 0)) - 1
    grid = _every_second(-span.first % GRID, whole.bit_length())
    return Board(
        span.first,
        {clerk: _runs(on & ~bound.get(clerk, 0), visit.cells) & grid for clerk, on in on_duty.items()},
        [_runs(whole & ~seat, visit.cells) & grid for seat in sat],
        _cars(plan, visit, taken) if visit.place is Place.CAR else None,
        load,
    )


def _on_duty(desk: Desk, taken: Taken) -> dict[str, int]:
    """The cells each clerk works at the desk. People of one shift share its times: they are worked out once."""
    found: dict[str, int] = {}
    begins: datetime | None = None
    ends: datetime | None = None
    bits = 0
    for shift in taken.shifts:
        if shift.desk != desk.id:
            continue
        if shift.begins is not begins or shift.ends is not ends:
            begins, ends = shift.begins, shift.ends
            stretch = Span.between(begins, ends)
            bits = taken.span.bits(stretch.first, stretch.end)
        found[shift.clerk] = found.get(shift.clerk, 0) | bits
    return found


@lru_cache(maxsize=8)
def _every_second(first: int, length: int) -> int:
    return sum(1 << cell for cell in range(first, length, GRID))


class Taken(NamedTuple):
    """What stands in the way within a span: shifts tell who is there, the rest who is not free."""

    span: Span
    shifts: Sequence[Shift]
    held: Sequence[Held]
    car_cells: Sequence[tuple[str, int]] = ()
    """(car, cell)"""


def _occupied(
    travel: Travel, desk: Desk, visit: Visit, taken: Taken
) -> tuple[dict[str, int], list[int], dict[str, int]]:
    """Cells in which each clerk is bound, the ways to and from this visit included; cells of each seat; loads."""
    here, low = visit.stop, taken.span.first - MARGIN
    ways: dict[str, int] = {}
    bound: dict[str, _Bits] = {}
    load: dict[str, int] = {}
    sat = [_Bits(int) for _ in range(desk.seats)]
    for of, seat, clerk, first, end, stop in taken.held:
        length = end - first
        part, at = divmod(first - low, PART)
        bits = ((1 << length) - 1) << at
        if of == desk.id and 0 <= seat < desk.seats:
            sat[seat][part] |= bits
        if clerk:
            if stop not in ways:
                ways[stop] = cells_in(travel.minutes(here, stop))
            if clerk not in bound:
                bound[clerk], load[clerk] = _Bits(int), 0
            if way := ways[stop]:
                part, at = divmod(first - way - low, PART)
                bits = ((1 << length + 2 * way) - 1) << at
            bound[clerk][part] |= bits
            load[clerk] += length
    return {clerk: _joined(bits) for clerk, bits in bound.items()}, [_joined(bits) for bits in sat], load


MARGIN = 4 * 96
"""Cells before a span in which something that reaches into it may have begun."""
PART = 96
_Bits = defaultdict[int, int]
"""A stretch in parts of a day: many small integers are quicker to fill than one of a month."""


def _joined(bits: _Bits) -> int:
    whole = 0
    for part, some in bits.items():
        at = part * PART
        whole |= some << at if at >= 0 else some >> -at
    return whole >> MARGIN


def _cars(plan: Plan, visit: Visit, taken: Taken) -> dict[str, int]:
    """From which cells each car can fetch before and bring home after."""
    span, run = taken.span, car_run(plan, visit)
    whole = (1 << max(span.end - span.first, 0)) - 1
    free = dict.fromkeys(plan.cars, whole)
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
