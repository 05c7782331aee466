"""The waiting list: a place that becomes free is offered to the first whom it suits, and held half an hour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Protocol

from hotline.domain.appointments import (
    BOOKED,
    LAPSED,
    OFFERED,
    Appointment,
    Diary,
    Made,
    Move,
    Wanted,
    book,
    free_times,
    set_status,
)
from hotline.domain.calendar import TOWN_TIME, Place
from hotline.domain.errors import Refused
from hotline.domain.slots import Plan
from hotline.domain.visits import Visit
from hotline.domain.wishes import Wish

WAITING, ASKED, PLACED, LEFT = "waiting", "asked", "placed", "left"
HELD_FOR = timedelta(minutes=30)
OFFERING = (time(8), time(20, 30))
"""Nobody can answer within half an hour what comes at night."""
LAPSES = 2
"""Offers left unanswered after which nobody is waiting any more."""


@dataclass(frozen=True)
class Entry:
    """Somebody who waits for a place."""

    id: int
    service: str
    place: Place
    village: str
    name: str
    number: str
    wish: str
    """A `Wish`, written."""
    minutes: int = 30
    name_recording: str = ""
    for_whom: str = ""
    text_to: str = ""
    state: str = WAITING
    lapses: int = 0
    offer: int | None = None
    """The appointment held for them."""
    held_until: datetime | None = None
    last_offered: datetime | None = None
    """The time offered last: it is not offered to them again."""
    conversation: str = ""
    joined_at: datetime | None = None

    @property
    def visit(self) -> Visit:
        return Visit(self.place, self.village, self.minutes)

    def wanted(self, starts_at: datetime) -> Wanted:
        """What they would have confirmed."""
        return Wanted(
            self.service, self.place, starts_at, self.name, self.village, self.number,
            name_recording=self.name_recording, minutes=self.minutes, for_whom=self.for_whom, text_to=self.text_to,
        )  # fmt: skip

    def suits(self, at: datetime) -> bool:
        local = at.astimezone(TOWN_TIME)
        return at != self.last_offered and Wish.parse(self.wish).admits(local.replace(tzinfo=None))


class WaitingList(Protocol):
    def add(self, entry: Entry) -> Entry: ...

    def waiting_for(self, number: str, service: str) -> Entry | None: ...

    def in_line(self) -> Sequence[Entry]:
        """Who waits and has been offered nothing, first come first, who let an offer lapse behind."""

    def save(self, entry: Entry) -> None: ...


def join(waiting: WaitingList, entry: Entry) -> Entry:
    """Puts somebody on the list, once for one matter. Refused("no_number") where nobody could be told."""
    if not (entry.text_to or entry.number):
        raise Refused("no_number")
    return waiting.waiting_for(entry.number, entry.service) or waiting.add(entry)


def anybody(_entry: Entry) -> bool:
    return True


def offer_next(
    diary: Diary, waiting: WaitingList, made: Made, *, plan: Plan, reachable: Callable[[Entry], bool] = anybody
) -> tuple[Entry, Appointment] | None:
    """Holds a free place for the first whom one suits. None at night, or if there is nothing for anybody.

    Whoever is not `reachable` now keeps their turn for a better hour.
    """
    if not OFFERING[0] <= made.now.astimezone(TOWN_TIME).time() < OFFERING[1]:
        return None
    later = replace(plan, notice=plan.notice + HELD_FOR)
    free: dict[Visit, list[datetime]] = {}
    for entry in filter(reachable, waiting.in_line()):
        if entry.visit not in free:
            free[entry.visit] = free_times(diary, entry.visit, now=made.now, plan=later)
        for at in filter(entry.suits, free[entry.visit]):
            if (held := _hold(diary, entry.wanted(at), made, plan)) is not None:
                return _asked(waiting, entry, held, made.now), held
    return None


def _hold(diary: Diary, wanted: Wanted, made: Made, plan: Plan) -> Appointment | None:
    try:
        return book(diary, wanted, replace(made, by="clock"), plan=plan, status=OFFERED)
    except Refused:
        return None


def _asked(waiting: WaitingList, entry: Entry, held: Appointment, now: datetime) -> Entry:
    asked = replace(entry, state=ASKED, offer=held.id, held_until=now + HELD_FOR, last_offered=held.starts_at)
    waiting.save(asked)
    return asked


def accept(diary: Diary, waiting: WaitingList, offer: tuple[Entry, Appointment], move: Move) -> Appointment:
    """The held place is theirs. Refused("lapsed") if it has been passed on."""
    entry, held = offer
    if entry.state != ASKED or held.status != OFFERED:
        raise Refused("lapsed")
    booked = set_status(diary, held, BOOKED, move)
    waiting.save(replace(entry, state=PLACED, held_until=None))
    return booked


def decline(diary: Diary, waiting: WaitingList, offer: tuple[Entry, Appointment], move: Move) -> None:
    """The place is free for the next; whoever said no waits no longer. Refused("lapsed")."""
    entry, held = offer
    if entry.state != ASKED or held.status != OFFERED:
        raise Refused("lapsed")
    set_status(diary, held, LAPSED, move)
    waiting.save(replace(entry, state=LEFT, offer=None, held_until=None))


def lapse(diary: Diary, waiting: WaitingList, offer: tuple[Entry, Appointment], now: datetime) -> bool:
    """Passes on what was not answered in time; False if it was, or the time is not up."""
    entry, held = offer
    if entry.state != ASKED or held.status != OFFERED or entry.held_until is None or now < entry.held_until:
        return False
    set_status(diary, held, LAPSED, Move(LAPSED, "clock", now))
    lapses = entry.lapses + 1
    state = LEFT if lapses >= LAPSES else WAITING
    waiting.save(replace(entry, state=state, lapses=lapses, offer=None, held_until=None))
    return True


def leave(waiting: WaitingList, entry: Entry) -> None:
    """Waits no longer, of their own will. Refused("not_waiting")."""
    if entry.state != WAITING:
        raise Refused("not_waiting")
    waiting.save(replace(entry, state=LEFT))
