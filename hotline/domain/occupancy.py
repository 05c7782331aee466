"""Who is bound and which seats are sat on: a stretch of time is an integer with a bit for each cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from hotline.domain.rosters import Desk, Shift
from hotline.domain.visits import CELL_S, Travel, cells_in


class Held(NamedTuple):
    """An appointment as the arithmetic sees it."""

    desk: str
    seat: int
    clerk: str
    first: int
    end: int
    """The cell after the last one."""
    stop: str


class Together(NamedTuple):
    """All who are served at one desk over the same cells: a month of a busy desk is ten thousand appointments,
    and a few hundred of these.
    """

    first: int
    end: int
    seats: str
    """Parted by commas, as a database adds them up: 0,3,5."""
    clerks: str
    """Likewise; empty for who keeps no clerk busy."""


@dataclass(frozen=True)
class Span:
    """From one cell to another, the end excluded."""

    first: int
    end: int

    @classmethod
    def between(cls, since: datetime, until: datetime) -> Span:
        """The whole cells within two moments."""
        return cls(-int(-since.timestamp() // CELL_S), int(until.timestamp() // CELL_S))

    @property
    def whole(self) -> int:
        """All of it, as bits."""
        return (1 << max(self.end - self.first, 0)) - 1

    def bits(self, first: int, end: int) -> int:
        """The part of a stretch that lies within, as bits from the first cell."""
        low, high = max(first, self.first) - self.first, min(end, self.end) - self.first
        return ((1 << (high - low)) - 1) << low if high > low else 0


class Occupied(NamedTuple):
    """Cells from the first of a span."""

    bound: Mapping[str, int]
    """By clerk: those in which nothing can begin or go on, the ways to and from the visit included."""
    sat: list[int]
    """By seat."""
    load: Mapping[str, int]
    """How many cells each clerk is busy."""


def duty(shifts: Iterable[Shift], span: Span) -> dict[str, int]:
    """The cells each clerk works. People of one shift share its times: they are worked out once."""
    found: dict[str, int] = {}
    begins: datetime | None = None
    ends: datetime | None = None
    bits = 0
    for shift in shifts:
        if shift.begins is not begins or shift.ends is not ends:
            begins, ends = shift.begins, shift.ends
            stretch = Span.between(begins, ends)
            bits = span.bits(stretch.first, stretch.end)
        found[shift.clerk] = found.get(shift.clerk, 0) | bits
    return found


def occupied(desk: Desk, span: Span, ways: Ways, kept: tuple[Iterable[Together], Iterable[Held]]) -> Occupied:
    """What is kept at a desk, and what its people have elsewhere; at the desk itself nobody has a way to go."""
    low = span.first - MARGIN
    sat, bound, load = _Parts(_Bits), _Parts(_Bits), _Bits()
    for first, end, seats, clerks in kept[0]:
        part, at = divmod(first - low, PART)
        bits = ((1 << end - first) - 1) << at
        sitting, busy = sat[part], bound[part]
        for name in seats.split(","):
            sitting[name] |= bits
        for name in clerks.split(","):
            busy[name] |= bits
    for clerk, bits in _joined(bound).items():
        load[clerk] = bits.bit_count()
    for of, seat, clerk, first, end, stop in kept[1]:
        way = ways.cells_to(stop)
        _mark(bound, (first - way - low, end + way - low), clerk)
        if of == desk.id:
            _mark(sat, (first - low, end - low), str(seat))
        load[clerk] += end - first
    by_seat, by_clerk = _joined(sat), _joined(bound)
    for found in (by_clerk, load):
        found.pop("", None)
    shifted = {clerk: bits >> MARGIN for clerk, bits in by_clerk.items()}
    return Occupied(shifted, [by_seat.get(str(seat), 0) >> MARGIN for seat in range(desk.seats)], load)


class Ways:
    """How many cells the way takes from where a visit is to each stop, worked out once."""

    def __init__(self, travel: Travel, here: str) -> None:
        self._travel, self._here = travel, here
        self._found: dict[str, int] = {}

    def cells_to(self, stop: str) -> int:
        if stop not in self._found:
            self._found[stop] = cells_in(self._travel.minutes(self._here, stop))
        return self._found[stop]


MARGIN = 4 * 96
"""Cells before a span in which something that reaches into it may have begun."""
PART = 96


class _Bits(defaultdict[str, int]):
    """By name; what is not there is 0."""

    def __init__(self) -> None:
        super().__init__(int)


_Parts = defaultdict[int, _Bits]
"""A stretch in parts of a day: many small integers are quicker to fill than one of a month."""


def _mark(parts: _Parts, cells: tuple[int, int], name: str) -> None:
    part, at = divmod(cells[0], PART)
    parts[part][name] |= ((1 << cells[1] - cells[0]) - 1) << at


def _joined(parts: _Parts) -> dict[str, int]:
    """By name, from MARGIN cells before the span on; what lies before that is dropped."""
    whole: dict[str, int] = {}
    for part, marked in parts.items():
        at = part * PART
        for name, bits in marked.items():
            whole[name] = whole.get(name, 0) | (bits << at if at >= 0 else bits >> -at)
    return whole
