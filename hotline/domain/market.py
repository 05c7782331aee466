"""Market days (赶场): every so many days of the month, lunar or common, as each town keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hotline.domain.lunar import today_of

_LONGEST_WAIT = 31


@dataclass(frozen=True)
class Market:
    """On which days of a month the town's market is held. No days: the town keeps none."""

    days: frozenset[int] = frozenset()
    lunar: bool = True

    def held_on(self, day: date) -> bool:
        """Whether there is a market on this day."""
        return (today_of(day)[1] if self.lunar else day.day) in self.days

    def next_from(self, today: date) -> date | None:
        """The first market from this day on, itself included; None where there is none."""
        ahead = (today + timedelta(days=count) for count in range(_LONGEST_WAIT))
        return next((day for day in ahead if self.held_on(day)), None)


NO_MARKET = Market()
