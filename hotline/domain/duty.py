"""Who is on duty when, and in which order they are rung: by kind of day and hour, with exceptions and swaps.

A duty that runs past midnight belongs to the day it begins on. A date of its own replaces the regular duties
of that line-up for that day. Where two people would stand at the same place of a line-up at one moment (a
night that runs into a holiday morning), the duty that began later counts: there are never two firsts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.errors import Refused
from hotline.domain.residents import plain_number

IsWorkingDay = Callable[[date], bool]
MOST_RUNG = {"ordinary": 3, "danger": 4, "supervisor": 3}
"""How many are rung one after the other before the caller's words are recorded (ours)."""


class Line(StrEnum):
    """A line-up of people: for ordinary calls, for danger at any hour, for what is overdue."""

    ORDINARY = "ordinary"
    DANGER = "danger"
    SUPERVISOR = "supervisor"


class DayKind(StrEnum):
    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True)
class Person:
    """Somebody on duty, with the number as the office keeps it."""

    name: str
    number: str
    username: str = ""
    """Who they are on the console; may be empty."""


@dataclass(frozen=True)
class Duty:
    """One person's place in a line-up on days of a kind, or on one date."""

    line: Line
    days: DayKind | date
    begins: time
    ends: time
    """Not later than `begins`: on the next day; 24:00 is 00:00 of the next day."""
    order: int
    """1 is rung first."""
    person: Person

    def on(self, day: date) -> tuple[datetime, datetime]:
        """When it begins and ends if it is done on this day, in town time."""
        begins = datetime.combine(day, self.begins, TOWN_TIME)
        ends = datetime.combine(day, self.ends, TOWN_TIME)
        return begins, ends if ends > begins else ends + timedelta(days=1)

    def clashes(self, other: Duty) -> bool:
        """Whether both would stand at one place of a line-up on the same days at the same hour."""
        if (self.line, self.days, self.order) != (other.line, other.days, other.order):
            return False
        day = date(2026, 1, 1)
        (begins, ends), (others_begin, others_end) = self.on(day), other.on(day)
        return begins < others_end and others_begin < ends


@dataclass(frozen=True)
class Swap:
    """Two people have changed places for the duties that begin on one day; one may have been off duty."""

    day: date
    one: str
    other: str

    def instead_of(self, name: str) -> str:
        return {self.one: self.other, self.other: self.one}.get(name, name)


@dataclass(frozen=True)
class DutyRoster:
    duties: tuple[Duty, ...] = ()
    swaps: tuple[Swap, ...] = ()

    def people(self) -> dict[str, Person]:
        """Everybody on the roster by name."""
        return {duty.person.name: duty.person for duty in self.duties}

    def on_duty(self, line: Line, at: datetime, is_working_day: IsWorkingDay) -> tuple[Person, ...]:
        """The line-up at a moment, first to last; nobody twice, and empty where nobody is on duty."""
        local = at.astimezone(TOWN_TIME)
        today = local.date()
        places: dict[int, Person] = {}
        for day in (today, today - timedelta(days=1)):
            for duty in self._of_day(line, day, is_working_day):
                begins, ends = duty.on(day)
                if begins <= local < ends:
                    places.setdefault(duty.order, self._really(duty.person, day))
        people = [places[order] for order in sorted(places)]
        return tuple({plain_number(person.number): person for person in reversed(people)}.values())[::-1]

    def line_up(
        self, line: Line, at: datetime, is_working_day: IsWorkingDay, *, fallback: str = ""
    ) -> tuple[Person, ...]:
        """Whom to ring, in this order. Danger goes on to the ordinary line-up; an empty roster to `fallback`."""
        people = self.on_duty(line, at, is_working_day)
        if line is not Line.ORDINARY:
            people += self.on_duty(Line.ORDINARY, at, is_working_day)
        if not self.duties and fallback:
            people = (Person("", fallback),)
        once = {plain_number(person.number): person for person in reversed(people)}
        return tuple(once.values())[::-1][: MOST_RUNG[line]]

    def swapped(self, swap: Swap, is_working_day: IsWorkingDay) -> DutyRoster:
        """The roster with one more swap. Raises Refused if it would change nothing or names a stranger."""
        known = self.people()
        for name in (swap.one, swap.other):
            if name not in known:
                raise Refused("not_on_the_roster", name=name)
        if swap.one == swap.other:
            raise Refused("same_person", name=swap.one)
        if any(s.day == swap.day and {s.one, s.other} & {swap.one, swap.other} for s in self.swaps):
            raise Refused("already_swapped", day=swap.day.isoformat())
        of_day = [d for line in Line for d in self._of_day(line, swap.day, is_working_day)]
        if not {duty.person.name for duty in of_day} & {swap.one, swap.other}:
            raise Refused("neither_on_duty", day=swap.day.isoformat())
        return DutyRoster(self.duties, (*self.swaps, swap))

    def gaps(self, line: Line) -> Iterator[tuple[DayKind, time]]:
        """Hours of the kinds of day at which a line-up has nobody, counting what runs over from the same kind."""
        regular = [d for d in self.duties if d.line is line and isinstance(d.days, DayKind)]
        day = date(2026, 1, 1)
        for kind in DayKind:
            spans = [d.on(on) for d in regular if d.days is kind for on in (day, day - timedelta(days=1))]
            for hour in range(24):
                at = datetime.combine(day, time(hour), TOWN_TIME)
                if not any(begins <= at < ends for begins, ends in spans):
                    yield kind, time(hour)

    def _of_day(self, line: Line, day: date, is_working_day: IsWorkingDay) -> Sequence[Duty]:
        own = [duty for duty in self.duties if duty.line is line and duty.days == day]
        if own:
            return own
        kind = kind_of(day, is_working_day)
        return [duty for duty in self.duties if duty.line is line and duty.days == kind]

    def _really(self, person: Person, day: date) -> Person:
        for swap in self.swaps:
            if swap.day == day and person.name in (swap.one, swap.other):
                return self.people()[swap.instead_of(person.name)]
        return person


def kind_of(day: date, is_working_day: IsWorkingDay) -> DayKind:
    """A working day (swapped ones too), a weekend, or a holiday: a free weekday, and the weekend it adjoins."""
    if is_working_day(day):
        return DayKind.WORKING
    if day.weekday() < 5:
        return DayKind.HOLIDAY
    friday = day - timedelta(days=day.weekday() - 4)
    beside = (friday, friday + timedelta(days=3))
    return DayKind.WEEKEND if all(map(is_working_day, beside)) else DayKind.HOLIDAY


def check(duties: Sequence[Duty]) -> Iterator[tuple[int, int]]:
    """Pairs of duties (their places in the list) of which only one can be: the later one is wrong."""
    for later, duty in enumerate(duties):
        for earlier in range(later):
            if duties[earlier].clashes(duty):
                yield earlier, later
