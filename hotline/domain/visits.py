"""What a visit takes: where, how long, and the way there; time counted in cells of a quarter of an hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hotline.domain.calendar import TOWN_TIME, Place

CELL_S = 900


@dataclass(frozen=True)
class Travel:
    """How long a clerk needs from one stop to the next, in minutes."""

    legs: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Between villages by id, the town hall being ""; either direction."""
    usual: int = 30
    """Between two places the table does not name."""
    within: int = 15
    """From house to house in one village."""

    def minutes(self, here: str, there: str) -> int:
        """Between two stops: "" the town hall, V03 a village's station, home:V03 a house there."""
        if here == there:
            return self.within if here.startswith("home:") else 0
        one, other = here.removeprefix("home:"), there.removeprefix("home:")
        if one == other:
            return self.within
        return self.legs.get((one, other), self.legs.get((other, one), self.usual))


@dataclass(frozen=True)
class Visit:
    """What is asked for: where, for whom it matters from which village, and for how long."""

    place: Place
    village: str
    minutes: int = 30

    @property
    def cells(self) -> int:
        return cells_in(self.minutes)

    @property
    def stop(self) -> str:
        """Where the clerk is while it lasts."""
        if self.place is Place.HOME:
            return f"home:{self.village}"
        return self.village if self.place is Place.VILLAGE else ""


def cell_at(at: datetime) -> int:
    return int(at.timestamp() // CELL_S)


def time_of(cell: int) -> datetime:
    return datetime.fromtimestamp(cell * CELL_S, TOWN_TIME)


def cells_in(minutes: int) -> int:
    """How many cells so many minutes take, the last one begun counted whole."""
    return -(-minutes * 60 // CELL_S)
