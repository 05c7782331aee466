"""What staff take in for somebody at the counter, from a letter, or from 12345, by the rules of the telephone."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from hotline.domain import appointments, grievances, waiting
from hotline.domain.appointments import Appointment, Made, Move, Wanted
from hotline.domain.case_kinds import kind_of
from hotline.domain.case_life import HANDED_OVER, THE_MACHINE, Actor
from hotline.domain.dispatch import named_in
from hotline.domain.errors import Refused
from hotline.domain.grievances import COMPLAINT, REPORT, Grievance, Told
from hotline.domain.waiting import Entry
from hotline.domain.wishes import Wish
from hotline.store.unit_of_work import Office
from ivr.casework import Casework
from ivr.clerk import OfficeRules
from ivr.clerking.telling import tell
from ivr.clerking.waiting import offer_freed


@dataclass
class Counter:
    """One person who takes things in, in one transaction; whoever opened it commits."""

    office: Office
    rules: OfficeRules
    by: Actor
    now: datetime
    request: str
    """Stands where a caller's conversation would, and tells one taking-in from another; 36 characters at most."""
    messages: list[int] = field(default_factory=list)
    """Outbox rows that leave after the commit."""

    def open_case(self, told: Told, accused: Sequence[str] = ()) -> Grievance:
        """A case with its code and clocks, sent to its unit; whoever told it is told the code.

        An empty kind or urgency is proposed as for a caller. Refused: not_yours, bad_case, known.
        """
        town = self.rules.town
        kind = told.kind or kind_of(town.kinds, told.topic, told.story)
        urgency = told.urgency or grievances.urgency_of(told.topic, danger=False)
        named = named_in(told.story, town.officers) if kind in (COMPLAINT, REPORT) else ()
        opened = grievances.accept(
            self.office.grievances,
            replace(told, kind=kind, urgency=urgency),
            conversation=self.request,
            now=self.now,
            draw_code=draw_code,
            is_working_day=self.rules.is_working_day,
            accused=tuple(dict.fromkeys((*accused, *named))),
            by=self.by,
        )
        work = Casework(town, self.rules.is_working_day, self.office, self.now)
        sent = work.opened(opened, THE_MACHINE)
        if sent.status != HANDED_OVER:  # of that another text tells
            work.telling.accepted(sent)
        self.messages.extend(work.messages)
        self._know(sent.number, sent.name, sent.village)
        return sent

    def book(self, wanted: Wanted) -> Appointment:
        """Holds the place and texts the code. Refused: taken, past, not_at_home, not_in_village, no_car."""
        service = self.rules.town.services[wanted.service]
        wanted = replace(wanted, minutes=service.minutes)
        appointments.check_place(service, wanted.place)
        diary, plan = self.office.appointments, self.rules.plan
        if wanted.starts_at not in appointments.free_times(diary, wanted.visit, now=self.now, plan=plan):
            raise Refused("taken")
        made = Made(self.request, draw_code, self.now, f"staff:{self.by.username}")
        booked = appointments.book(diary, wanted, made, plan=plan)
        self._know(wanted.number, "" if wanted.for_whom else wanted.name, wanted.village)
        row = tell(self.office, self.rules.town, booked, "sms.booked")
        self.messages.extend([row] if row is not None else [])
        return booked

    def wait(self, entry: Entry) -> Entry:
        """Puts somebody on the list, once for one matter, and offers a free place to who is next.

        Refused: no_number, bad_wish, not_at_home, not_in_village, no_car.
        """
        service = self.rules.town.services[entry.service]
        appointments.check_place(service, entry.place)
        Wish.parse(entry.wish)
        wanted = replace(entry, minutes=service.minutes, conversation=self.request, joined_at=self.now)
        joined = waiting.join(self.office.waiting, wanted)
        self._know(entry.number, entry.name, entry.village)
        self.messages.extend(offer_freed(self.office, self.rules, self.now))
        return self.office.waiting.by_id(joined.id)

    def leave(self, entry: int) -> Entry:
        """Takes off the list who waits no longer; a place held for them goes to the next. Refused: not_waiting."""
        found, offer = self.office.waiting.locked(entry), self.office.waiting.offer_of(entry)
        if found is None:
            raise Refused("not_waiting")
        if offer is not None:
            move = Move("lapsed", f"staff:{self.by.username}", self.now)
            waiting.decline(self.office.appointments, self.office.waiting, offer, move)
            self.messages.extend(offer_freed(self.office, self.rules, self.now))
        else:
            waiting.leave(self.office.waiting, found)
        return self.office.waiting.by_id(entry)

    def _know(self, number: str, name: str, village: str) -> None:
        if number:
            self.office.records.know_resident(number, name=name, village=village)


def draw_code() -> str:
    return f"{100_000 + secrets.randbelow(900_000)}"
