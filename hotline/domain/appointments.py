"""Appointments (预约): a service, a place, a time, for a person; no two hold the same last place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import Protocol

from hotline.domain.calendar import TOWN_TIME, Place
from hotline.domain.catalogue import Service
from hotline.domain.codes import DRAWS, CodeInUse
from hotline.domain.errors import Refused
from hotline.domain.head_count import free_starts
from hotline.domain.occupancy import Held, Span, Together
from hotline.domain.rosters import Desk
from hotline.domain.slots import Plan, Spot, Taken, board, car_run, starts_in
from hotline.domain.visits import CELL_S, Visit, cell_at

BOOKED, ARRIVED, DONE, CANCELLED, NO_SHOW = "booked", "arrived", "done", "cancelled", "no_show"
OFFERED, LAPSED = "offered", "lapsed"
"""A place kept for somebody on the waiting list, and one that was not taken."""
NEXT = {
    OFFERED: {BOOKED, LAPSED},
    BOOKED: {ARRIVED, DONE, CANCELLED, NO_SHOW},
    ARRIVED: {DONE},
    NO_SHOW: {ARRIVED},
}
"""Which state may follow which; who came late after all is still served."""
HOLDING = frozenset({OFFERED, BOOKED, ARRIVED, DONE, NO_SHOW})
"""States in which the place is not free for anybody else."""
LONGEST_WAY = 16
"""Cells: an appointment this long before or after may still be too far away."""
TRIES = 40
"""How often a booking looks for another seat after somebody was quicker."""


@dataclass(frozen=True)
class Wanted:
    """What a resident confirmed."""

    service: str
    place: Place
    starts_at: datetime
    name: str
    village: str
    number: str
    """Who rang."""
    name_recording: str = ""
    note: str = ""
    minutes: int = 30
    for_whom: str = ""
    """Whom it is for, as the one who rang calls them (老伴, 邻居); empty for themselves."""
    rang_by: str = ""
    """The name of who rang, where it is not theirs that is `name`."""
    text_to: str = ""
    """Whose number gets the texts; empty for the one that rang."""

    @property
    def visit(self) -> Visit:
        return Visit(self.place, self.village, self.minutes)


@dataclass(frozen=True)
class Appointment:
    id: int
    code: str
    """Six digits, spoken and texted; never changes."""
    service: str
    place: Place
    starts_at: datetime
    name: str
    village: str
    number: str
    status: str
    seat: int
    """-1 once given back."""
    conversation: str
    created_at: datetime
    name_recording: str = ""
    note: str = ""
    desk: str = ""
    clerk: str = ""
    car: str = ""
    minutes: int = 30
    for_whom: str = ""
    rang_by: str = ""
    text_to: str = ""
    version: int = 1

    @property
    def visit(self) -> Visit:
        return Visit(self.place, self.village, self.minutes)

    @property
    def texts_go_to(self) -> str:
        return self.text_to or self.number


@dataclass(frozen=True)
class Move:
    """What happened to an appointment: kept for good, in order."""

    what: str
    by: str
    """resident, clock, or staff:NAME"""
    at: datetime
    facts: Mapping[str, str] = field(default_factory=dict)


Reach = tuple[int, int, int]
"""What touches the cells from one to another, the end excluded; but not the appointment of this id."""


class Diary(Protocol):
    """Where appointments are kept."""

    def together(self, desk: str, reach: Reach) -> Sequence[Together]:
        """Every place held at the desk."""

    def held(self, desk: str, clerks: Collection[str], reach: Reach) -> Sequence[Held]:
        """Every place held at the desk, or by one of these people anywhere."""

    def elsewhere(self, desk: str, clerks: Collection[str], reach: Reach) -> Sequence[Held]:
        """Every place held by one of these people, but at other desks."""

    def car_cells(self, first: int, end: int) -> Sequence[tuple[str, int]]:
        """(car, cell) of every run that touches the cells."""

    def one_by_one(self, keys: Sequence[str]) -> None:
        """Lets nobody else look at these until this transaction ends."""

    def add(
        self, wanted: Wanted, spot: Spot, *, code: str, conversation: str, status: str = BOOKED, move: Move
    ) -> Appointment | None:
        """Keeps it, with the first line of its history; None if part of the spot was taken in the same instant.

        Raises CodeInUse if an appointment or a case has that code.
        """

    def move(self, old: Appointment, spot: Spot, starts_at: datetime) -> Appointment | None:
        """The new spot first, then the old one is given back; None if it was taken in the same instant.

        Refused("changed") if the appointment is no longer what it was.
        """

    def set_status(self, old: Appointment, status: str, *, give_back: bool) -> Appointment:
        """Refused("changed") if the appointment is no longer what it was."""

    def note(self, appointment: Appointment, move: Move) -> None: ...


def desk_of(place: Place, village: str) -> str:
    """Which desk a place belongs to where a town has one of each."""
    if place is Place.VILLAGE:
        return f"village:{village}"
    return str(Place.WINDOW if place is Place.CAR else place)


def free_times(diary: Diary, visit: Visit, *, now: datetime, plan: Plan) -> list[datetime]:
    """Every time that still has a seat and a person, soonest first, in town time."""
    last = datetime.combine(
        now.astimezone(TOWN_TIME).date() + timedelta(days=plan.horizon_days + 1), time(), TOWN_TIME
    )
    soonest = now + plan.notice
    span, free = Span.between(soonest, last), 0
    roaming = plan.roaming(soonest.astimezone(TOWN_TIME).date(), plan.horizon_days + 1)
    for desk in plan.desks(visit):
        people = (plan.on_duty(desk.id, span), roaming)
        free |= free_starts(plan, desk, visit, _taken(diary, (desk, visit), people, span))
    return starts_in(free, span.first, soonest)


def check_place(service: Service, place: Place) -> None:
    """Refused("not_at_home"), "not_in_village" or "no_car" where the service cannot be had there."""
    if place is Place.HOME and not service.at_home:
        raise Refused("not_at_home")
    if place is Place.VILLAGE and not service.at_village:
        raise Refused("not_in_village")
    if place is Place.CAR and not service.pick_up:
        raise Refused("no_car")


@dataclass(frozen=True)
class Made:
    """How a booking comes to be."""

    conversation: str
    draw_code: Callable[[], str]
    now: datetime
    by: str = "resident"


def book(diary: Diary, wanted: Wanted, made: Made, *, plan: Plan, status: str = BOOKED) -> Appointment:
    """Takes the place for good. Refused("taken") if somebody was quicker, or nobody is there then; "past"."""
    if wanted.starts_at < made.now:
        raise Refused("past")
    move = Move(status, made.by, made.now, {"starts_at": wanted.starts_at.isoformat()})
    for _ in range(DRAWS):
        keep = partial(
            diary.add, wanted, code=made.draw_code(), conversation=made.conversation, status=status, move=move
        )
        with suppress(CodeInUse):
            return _placed(diary, wanted.visit, wanted.starts_at, (plan, keep))
    raise Refused("no_code")


def change(diary: Diary, old: Appointment, starts_at: datetime, *, plan: Plan, move: Move) -> Appointment:
    """Another time for the same matter: the new place first, then the old one is free. The code stays.

    Refused("taken"), and then the old place is still held; Refused("changed") if somebody else moved it meanwhile.
    """
    if old.status != BOOKED:
        raise Refused("not_booked", status=old.status)
    if starts_at == old.starts_at:
        return old
    if starts_at < move.at:
        raise Refused("past")
    moved = _placed(diary, old.visit, starts_at, (plan, lambda spot: diary.move(old, spot, starts_at)), own=old)
    facts = {"from": old.starts_at.isoformat(), "starts_at": starts_at.isoformat()}
    diary.note(moved, replace(move, what="moved", facts=facts))
    return moved


def set_status(diary: Diary, old: Appointment, status: str, move: Move) -> Appointment:
    """What became of it: arrived, done, cancelled, no_show. Refused("no_such_move", "too_early", "changed")."""
    if status not in NEXT.get(old.status, ()):
        raise Refused("no_such_move", status=old.status)
    if status == NO_SHOW and move.at < old.starts_at:
        raise Refused("too_early")
    after = diary.set_status(old, status, give_back=status not in HOLDING)
    diary.note(after, replace(move, what=status))
    return after


def cancel(diary: Diary, old: Appointment, move: Move) -> Appointment:
    """Gives the place back. Refused("past") once it has begun."""
    if old.status == BOOKED and move.at >= old.starts_at:
        raise Refused("past")
    return set_status(diary, old, CANCELLED, move)


Keeping = Callable[[Spot], Appointment | None]


def _placed(
    diary: Diary,
    visit: Visit,
    starts_at: datetime,
    how: tuple[Plan, Keeping],
    *,
    own: Appointment | None = None,
) -> Appointment:
    """The first spot that nobody else takes in the same instant; `own` is in nobody's way."""
    plan, keep = how
    day = starts_at.astimezone(TOWN_TIME).date()
    begins = datetime.combine(day, time(), TOWN_TIME)
    ends = begins + timedelta(days=1)
    span = Span.between(begins, ends)
    rounds = [(desk, plan.on_duty(desk.id, span)) for desk in plan.desks(visit)]
    roaming = plan.roaming(day)
    if on_the_way := sorted({clerk for _, served in rounds for clerk in served} & roaming):
        diary.one_by_one([f"{clerk} {day}" for clerk in on_the_way])
    for desk, served in rounds:
        for _ in range(TRIES):
            taken = _taken(diary, (desk, visit), (served, roaming), span, own=own)
            chosen = board(plan, desk, visit, taken).choose(first := cell_at(starts_at))
            if chosen is None or starts_at.timestamp() % CELL_S:
                break
            clerk, seat, car = chosen
            spot = Spot(desk.id, seat, clerk, first, first + visit.cells, car, car_run(plan, visit) if car else 0)
            if (kept := keep(spot)) is not None:
                return kept
    raise Refused("taken")


def _taken(
    diary: Diary,
    what: tuple[Desk, Visit],
    people: tuple[Mapping[str, int], Collection[str]],
    span: Span,
    *,
    own: Appointment | None = None,
) -> Taken:
    """What stands in the way at a desk; of those who roam also what they do elsewhere."""
    desk, visit = what
    served, roaming = people
    clerks = served.keys() & roaming  # whoever never leaves the desk is bound only there
    reach = (span.first - LONGEST_WAY, span.end + LONGEST_WAY, own.id if own else 0)
    together: Sequence[Together] = ()
    if desk.kind is Place.HOME:
        held = diary.held(desk.id, clerks, reach)
    else:
        together = diary.together(desk.id, reach)
        held = diary.elsewhere(desk.id, clerks, reach) if clerks else ()
    cars = diary.car_cells(span.first, span.end) if visit.place is Place.CAR else ()
    return Taken(span, served, together, held, cars)
