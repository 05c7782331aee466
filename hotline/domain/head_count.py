"""Free starts by counting heads: who is bound is looked up only where the number of them does not tell.

Where fewer appointments are in the way than people serve, one of the people is free, whoever they are; of seats
the same is true. A month of a busy desk is decided so but for a few starts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate

from hotline.domain.calendar import Place
from hotline.domain.occupancy import Span, Together
from hotline.domain.rosters import Desk
from hotline.domain.slots import Plan, Taken, board, starts_on_duty
from hotline.domain.visits import Visit

FEW = 20
"""Starts, for which it is quicker to pick what lies near them than to take a whole month."""


def free_starts(plan: Plan, desk: Desk, visit: Visit, taken: Taken) -> int:
    """Where a visit can begin, as bits from the first cell of the span: what `board(…).starts` says, sooner."""
    if taken.held or visit.place is Place.CAR:
        return board(plan, desk, visit, taken).starts  # a way to go, or a car, is no head
    free: list[int] = []
    unsure: list[int] = []
    span = taken.span
    needed = _in_the_way(taken.together, span, visit.cells)
    for start, people in _serving(taken, visit.cells).items():
        (free if needed[start] < min(people, desk.seats) else unsure).append(start)
    if not unsure:
        return _bits(free)
    near = _near(taken.together, [span.first + start for start in unsure], visit.cells)
    return _bits(free) | board(plan, desk, visit, taken._replace(together=near)).starts & _bits(unsure)


def _in_the_way(together: Iterable[Together], span: Span, cells: int) -> list[int]:
    """By start: how many appointments a visit of so many cells would meet."""
    length = span.end - span.first
    change = [0] * (length + 1)
    for first, end, seats, _ in together:
        low, high = max(first - cells + 1 - span.first, 0), min(end - span.first, length)
        if low < high:
            heads = seats.count(",") + 1
            change[low] += heads
            change[high] -= heads
    return list(accumulate(change[:length]))


def _serving(taken: Taken, cells: int) -> Counter[int]:
    """How many people serve for long enough from each start on; starts without anybody are left out."""
    there: Counter[int] = Counter()
    for begins, people in Counter(starts_on_duty(taken, cells).values()).items():
        for start, bit in enumerate(reversed(f"{begins:b}")):
            if bit == "1":
                there[start] += people
    return there


def _near(together: Sequence[Together], starts: Sequence[int], cells: int) -> Sequence[Together]:
    """Those that a visit from one of these cells on might meet; all of them where the starts are many."""
    if len(starts) > FEW:
        return together
    return [one for one in together if any(one[0] - cells < start < one[1] for start in starts)]


def _bits(starts: Iterable[int]) -> int:
    found = 0
    for start in starts:
        found |= 1 << start
    return found
