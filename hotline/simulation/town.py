"""The town in fast time: week after week of errands, service, the Monday draw, calls, answers and what follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import select

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.surveys.frame import week_days
from hotline.simulation import errands, staff
from hotline.simulation.ears import RealEars
from hotline.simulation.hall import SURVEY_RULES, Hall
from hotline.simulation.plan import Plan
from hotline.simulation.residents import Resident, cast
from hotline.simulation.telephones import Telephones
from hotline.store.survey_draw import Wish, keep_draw
from hotline.store.tables import CallOutRow, MessageRow, SurveyPersonRow
from tasks import late_cases, late_ledger
from tasks.late_cases import Watchman
from tasks.reminders import plan_reminders, withdraw_stale

Tick = Callable[[date], None]
"""Told of every day that is over."""
CLOSING_WEEKS = 2
"""After the last one: its campaign ends, and what was told in it is mended and asked after."""
_DRAWN_AT, _STAFF_AT, _SERVED_AT = time(8, 30), (time(9, 30), time(16)), time(17, 45)
_PLANNED_AT = (time(8, 5), time(12, 5), time(17, 5))
_AT_LEAST = timedelta(seconds=30)
Deed = tuple[datetime, int, Callable[[], None]]


@dataclass
class Town:
    """One simulation; `run` goes through it, and everything stays open to be looked at."""

    hall: Hall
    residents: list[Resident]
    phones: Telephones

    @classmethod
    def of(cls, plan: Plan, folder: Path, ears: RealEars | None = None) -> Town:
        """Opens the office on an empty database in this folder; `ears` hear the plan's share of the calls."""
        hall = Hall(folder, plan)
        people = cast(plan, hall.town)
        return cls(hall, people, Telephones(hall, people, ears))

    def run(self, tick: Tick = lambda _day: None) -> None:
        plan = self.hall.plan
        for week in range(plan.weeks + CLOSING_WEEKS):
            deeds = self._deeds(week)
            for n in range(7):
                day = (plan.begins + timedelta(weeks=week, days=n)).date()
                for at, _, deed in sorted(d for d in deeds if d[0].astimezone(TOWN_TIME).date() == day):
                    self._until(at)
                    deed()
                self._until(datetime.combine(day + timedelta(days=1), time(), TOWN_TIME))
                tick(day)

    def _deeds(self, week: int) -> list[Deed]:
        """Everything that happens in a week by itself, with its moment."""
        plan, hall = self.hall.plan, self.hall
        monday = (plan.begins + timedelta(weeks=week)).date()
        found: list[tuple[datetime, Callable[[], None]]] = []
        if 0 < week <= plan.weeks:
            found.append((_moment(monday, _DRAWN_AT), partial(self._draw, plan.week(week - 1))))
        if week < plan.weeks:
            wanted = errands.errands(hall, self.residents, week)
            found += [(one.at, partial(errands.run, one, hall, self.phones)) for one in wanted]
        for n in range(7):
            day = monday + timedelta(days=n)
            found += [(_moment(day, at), self._plan) for at in _PLANNED_AT]
            if hall.rules.is_working_day(day):
                found += [(_moment(day, at), self._staff) for at in _STAFF_AT]
                found.append((_moment(day, _SERVED_AT), partial(staff.serve_the_day, hall, self.phones)))
        return [(at, n, deed) for n, (at, deed) in enumerate(found)]

    def _until(self, at: datetime) -> None:
        """Whatever falls due before then is done when it is due."""
        clock = self.hall.clock
        while True:
            self.hall.work_off()
            due = self._next_due()
            if due is None or due >= at or clock() >= at:
                break
            clock.until(max(due, clock() + _AT_LEAST))
        clock.until(at)

    def _next_due(self) -> datetime | None:
        person, call, message = SurveyPersonRow, CallOutRow, MessageRow
        queries = (
            select(person.due_at).where(person.state.in_(("waiting", "texted")), person.due_at.is_not(None)),
            select(call.due_at).where(call.state == "waiting"),
            select(message.due_at).where(message.state == "waiting", message.due_at.is_not(None)),
        )
        with self.hall.store.open() as office:
            found = [office.session.scalars(q.order_by(q.selected_columns[0]).limit(1)).first() for q in queries]
        return min((at for at in found if at is not None), default=None)

    def _draw(self, week: str) -> None:
        plan, hall = self.hall.plan, self.hall
        week_days(week)
        wish = Wish(week, f"{plan.seed}-{week}", "simulation", plan.drawn or None, SURVEY_RULES)
        with hall.store.open() as office:
            keep_draw(office, wish, hall.clock(), office.catalogue.newest())
            office.commit()

    def _plan(self) -> None:
        hall = self.hall
        withdraw_stale(hall.store)
        plan_reminders(hall.store, hall.town, hall.contact, hall.clock)

    def _staff(self) -> None:
        hall = self.hall
        watch = Watchman(hall.store, hall.town, hall.rules.is_working_day, hall.clock)
        late_ledger.assign_new(watch)
        staff.work_cases(hall, self.phones)
        staff.work_ledger(hall)
        late_cases.escalate(watch)
        late_ledger.escalate(watch)
        late_ledger.ask_by_text(watch)


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, TOWN_TIME)
