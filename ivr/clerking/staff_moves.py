"""What staff do with an appointment, by whatever door they come: the same rules, the same texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from hotline.domain import agency, appointments
from hotline.domain.agency import HelperCase
from hotline.domain.appointments import ARRIVED, DONE, NO_SHOW, Appointment, Move
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.errors import Refused
from hotline.store.tables import CallbackRow
from hotline.store.unit_of_work import Office
from ivr.clerk import OfficeRules
from ivr.clerking.telling import Told, tell
from ivr.clerking.waiting import offer_freed

FOLLOWED_UP_BY = time(17)
"""Of the next working day: somebody asks who did not come what happened."""


@dataclass
class StaffMoves:
    """One person's moves in one transaction; whoever opened it commits. Refused where the rules say no.

    `seen` is the version of the appointment they were looking at: moved since by somebody else, it is
    Refused("changed"). Without it, what is in the diary now counts.
    """

    office: Office
    rules: OfficeRules
    by: str
    """staff:NAME"""
    now: datetime
    seen: int | None = None
    messages: list[int] = field(default_factory=list)
    """Outbox rows that leave after the commit."""

    def find(self, code: str) -> Appointment:
        found = self.office.appointments.by_code(code)
        if found is None:
            raise Refused("unknown")
        return found if self.seen is None else replace(found, version=self.seen)

    def move(self, code: str, starts_at: datetime) -> Appointment:
        """Another time; the resident is told, and the old place offered to whoever waits."""
        old = self.find(code)
        diary, plan = self.office.appointments, self.rules.plan
        moved = appointments.change(diary, old, starts_at, plan=plan, move=self._move("moved"))
        if moved.version != old.version:
            self._tell(moved, "sms.moved")
            self._offer()
        return moved

    def cancel(self, code: str) -> Appointment:
        """Gives the place back; the resident is told, and the place offered to whoever waits."""
        gone = appointments.cancel(self.office.appointments, self.find(code), self._move("cancelled"))
        self._tell(gone, "sms.cancelled")
        self._offer()
        return gone

    def arrive(self, code: str) -> Appointment:
        return self._become(code, ARRIVED)

    def done(self, code: str) -> Appointment:
        return self._become(code, DONE)

    def no_show(self, code: str) -> Appointment:
        """Marks that nobody came; a person asks by telephone on the next working day."""
        missed = self._become(code, NO_SHOW)
        self.office.records.add(
            CallbackRow(
                number=missed.number,
                reason="no_show",
                text=missed.code,
                conversation=missed.conversation,
                due_at=self._next_working_day(),
                created_at=self.now,
                state="open",
            )
        )
        return missed

    def help(self, code: str, agent: str) -> HelperCase:
        """The errand goes into an agent's hands, or into another's."""
        found = self.find(code)
        case = self.office.helper_cases.of(found.id)
        if case is None:
            case = HelperCase(found.id, agent)
            self.office.helper_cases.begin(case)
        else:
            self.office.helper_cases.save(case, agency.hand_to(case, agent))
        self._note(found, "help", agent=agent)
        return case

    def progress(self, code: str, text: str) -> None:
        """How the errand goes, in the agent's words: kept, and told to the resident who asks."""
        found, case = self._case(code)
        agency.hand_to(case, case.agent)  # still in hand
        self._note(found, "progress", text=text)

    def deliver(self, code: str) -> HelperCase:
        """What was wanted has been brought; the resident is told and asked what they think."""
        found, case = self._case(code)
        after = agency.deliver(case)
        self.office.helper_cases.save(case, after)
        self._note(found, "delivered")
        row = tell(self.office, self.rules.town, found, "sms.delivered", told=Told(f"rate:{found.code}"))
        self.messages.extend([row] if row is not None else [])
        return after

    def rate(self, code: str, rating: int) -> HelperCase:
        found, case = self._case(code)
        after = agency.rate(case, rating)
        self.office.helper_cases.save(case, after)
        self._note(found, "rated", rating=str(rating))
        return after

    def _case(self, code: str) -> tuple[Appointment, HelperCase]:
        found = self.find(code)
        if (case := self.office.helper_cases.of(found.id)) is None:
            raise Refused("not_helped")
        return found, case

    def _become(self, code: str, status: str) -> Appointment:
        return appointments.set_status(self.office.appointments, self.find(code), status, self._move(status))

    def _move(self, what: str) -> Move:
        return Move(what, self.by, self.now)

    def _note(self, found: Appointment, what: str, **facts: str) -> None:
        self.office.appointments.note(found, replace(self._move(what), facts=facts))

    def _tell(self, about: Appointment, template: str) -> None:
        row = tell(self.office, self.rules.town, about, template)
        self.messages.extend([row] if row is not None else [])

    def _offer(self) -> None:
        self.messages.extend(offer_freed(self.office, self.rules, self.now))

    def _next_working_day(self) -> datetime:
        day = self.now.astimezone(TOWN_TIME).date() + timedelta(days=1)
        return datetime.combine(_working_from(day, self.rules.is_working_day), FOLLOWED_UP_BY, TOWN_TIME)


def _working_from(day: date, is_working_day: Callable[[date], bool]) -> date:
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
