"""Appointments (预约): a service, a place, a time, for a person; no two hold the same last place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hotline.domain.calendar import Place, Timetable, bookable
from hotline.domain.catalogue import Service
from hotline.domain.errors import Refused


@dataclass(frozen=True)
class Wanted:
    """What a resident confirmed."""

    service: str
    place: Place
    starts_at: datetime
    name: str
    village: str
    number: str
    name_recording: str = ""
    note: str = ""


@dataclass(frozen=True)
class Appointment:
    id: int
    code: str
    """Six digits, spoken and texted."""
    service: str
    place: Place
    starts_at: datetime
    name: str
    village: str
    number: str
    status: str
    seat: int
    conversation: str
    created_at: datetime
    name_recording: str = ""
    note: str = ""


class Diary(Protocol):
    """Where appointments are kept."""

    def taken(self, desk: str, since: datetime, until: datetime) -> dict[datetime, int]:
        """How many seats are held at each start."""

    def hold(self, desk: str, starts_at: datetime, seats: int) -> int | None:
        """The number of a free seat; None if all are held."""

    def add(self, wanted: Wanted, *, code: str, seat: int, conversation: str) -> Appointment | None:
        """Keeps it; None if the seat was taken in the same instant."""

    def code_in_use(self, code: str) -> bool: ...


def desk_of(place: Place, village: str) -> str:
    """Which capacity a place draws on: the town window, one village's station, the visiting clerk."""
    return f"village:{village}" if place is Place.VILLAGE else str(place)


def free_times(diary: Diary, place: Place, village: str, *, now: datetime, timetable: Timetable) -> list[datetime]:
    """Every time that still has a place, soonest first."""
    times = list(bookable(now, timetable))
    if not times:
        return []
    taken = diary.taken(desk_of(place, village), times[0], times[-1])
    seats = timetable.seats(place)
    return [at for at in times if taken.get(at, 0) < seats]


def check_place(service: Service, place: Place) -> None:
    """Refused("not_at_home") or Refused("not_in_village") where the service cannot be had there."""
    if place is Place.HOME and not service.at_home:
        raise Refused("not_at_home")
    if place is Place.VILLAGE and not service.at_village:
        raise Refused("not_in_village")


def book(
    diary: Diary, wanted: Wanted, *, conversation: str, timetable: Timetable, draw_code: Callable[[], str]
) -> Appointment:
    """Takes the place for good. Refused("taken") if somebody was quicker."""
    seats = timetable.seats(wanted.place)
    for _ in range(seats + 1):
        seat = diary.hold(desk_of(wanted.place, wanted.village), wanted.starts_at, seats)
        if seat is None:
            break
        code = free_code(diary.code_in_use, draw_code)
        if (booked := diary.add(wanted, code=code, seat=seat, conversation=conversation)) is not None:
            return booked
    raise Refused("taken")


def free_code(in_use: Callable[[str], bool], draw_code: Callable[[], str]) -> str:
    """A six-digit code nobody has; Refused("no_code") if none is found in a hundred draws."""
    for _ in range(100):
        if not in_use(code := draw_code()):
            return code
    raise Refused("no_code")
