"""What kind of day it is for the office: working day, weekend, public holiday or closed, and like which weekday.

The State Council's swaps (调休) come with `official`; a town's own overrides win over it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hotline.domain.market import NO_MARKET, Market

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class DayKind(StrEnum):
    WORK = "work"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    CLOSED = "closed"
    """Nobody serves anywhere, not even by appointment."""


@dataclass(frozen=True)
class Override:
    """What a town says of one day, whatever the State Council's calendar says."""

    kind: DayKind
    like: str = ""
    """The weekday whose roster counts (“按星期五上班”); empty: the day's own."""
    name: str = ""


@dataclass(frozen=True)
class OfficeDay:
    day: date
    kind: DayKind
    like: str
    """The weekday whose roster counts; a swapped Saturday that works is still `sat`, and `work`."""
    name: str = ""
    """What is celebrated, or what it was swapped for."""

    @property
    def works(self) -> bool:
        return self.kind is DayKind.WORK

    @property
    def sort(self) -> str:
        """Kind and weekday in one word, as `sorts_of` writes them."""
        return f"{self.kind}:{self.like}"


Official = Callable[[date], tuple[bool, str]]
"""Whether a day is a working day, and the name of the holiday it belongs to (empty for an ordinary one)."""


@dataclass(frozen=True)
class OfficeCalendar:
    """Which days the office works; no overrides and no market by default."""

    official: Official
    overrides: Mapping[date, Override]
    market: Market = NO_MARKET

    def day(self, day: date) -> OfficeDay:
        own = WEEKDAYS[day.weekday()]
        if (said := self.overrides.get(day)) is not None:
            return OfficeDay(day, said.kind, said.like or own, said.name)
        works, name = self.official(day)
        if works:
            return OfficeDay(day, DayKind.WORK, own, name)
        return OfficeDay(day, DayKind.HOLIDAY if name else DayKind.WEEKEND, own, name)

    def is_market(self, day: date) -> bool:
        return bool(self.market.days) and self.market.held_on(day)

    def works_on(self, day: date) -> bool:
        return self.day(day).works


def _every(kind: DayKind) -> frozenset[str]:
    return frozenset(f"{kind}:{weekday}" for weekday in WEEKDAYS)


MARKET = "market"
SORTS: Mapping[str, frozenset[str]] = {
    "workday": _every(DayKind.WORK),
    **{day: frozenset((f"work:{day}",)) for day in WEEKDAYS[:5]},
    "weekend": _every(DayKind.WEEKEND),
    **{day: frozenset((f"weekend:{day}",)) for day in WEEKDAYS[5:]},
    "holiday": _every(DayKind.HOLIDAY),
    MARKET: _every(DayKind.WORK) | _every(DayKind.WEEKEND) | _every(DayKind.HOLIDAY),
}
"""What a roster may name: the sorts of day it then means. `mon` is a Monday that works, `sat` a Saturday that
does not, `workday` also a swapped Saturday; `market` is any day on which there is a market."""


def sorts_of(days: tuple[str, ...]) -> frozenset[str]:
    """Every sort of day that a roster's words can mean."""
    return frozenset().union(*(SORTS[name] for name in days))
