"""A rota where a town has written none: at every desk as many people as it has seats, at the usual hours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from hotline.domain.calendar import TOWN_TIME, Place, Timetable
from hotline.domain.rosters import Desk, Shift


@dataclass(frozen=True)
class UsualRota:
    """The timetable's hours on every day, for the window, each village's station and visits."""

    timetable: Timetable
    villages: tuple[str, ...]

    def desks(self) -> Sequence[Desk]:
        return self._desks

    @cached_property
    def _desks(self) -> tuple[Desk, ...]:
        seats = self.timetable.seats
        stations = (Desk(f"village:{v}", v, Place.VILLAGE, seats(Place.VILLAGE), village=v) for v in self.villages)
        return (
            Desk("window", "window", Place.WINDOW, seats(Place.WINDOW)),
            *stations,
            Desk("home", "home", Place.HOME, seats(Place.HOME)),
        )

    def shifts(self, desk: str, since: datetime, until: datetime) -> Sequence[Shift]:
        found = next((one for one in self._desks if one.id == desk), None)
        if found is None:
            return ()
        return [
            Shift(f"{desk}/{number}", desk, begins, ends)
            for begins, ends in self._hours(since, until)
            for number in range(1, found.seats + 1)
        ]

    def _hours(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        day, last = since.astimezone(TOWN_TIME).date(), until.astimezone(TOWN_TIME).date()
        while day <= last:
            for hours in (*self.timetable.daytime, *self.timetable.evening):
                begins = datetime.combine(day, hours.first, TOWN_TIME)
                ends = datetime.combine(day, hours.last, TOWN_TIME)
                if begins < until and ends > since:
                    yield begins, ends
            day += timedelta(days=1)
