"""Appointments as residents, staff, the clock and crashes move them, in any order: what always holds."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import combinations, count
from pathlib import Path
from uuid import uuid4

import psycopg
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from hotline.domain import waiting
from hotline.domain.appointments import HOLDING, OFFERED, Appointment, Made, Move, Wanted, book, cancel, change
from hotline.domain.calendar import TOWN_TIME, Place, Timetable
from hotline.domain.errors import Refused
from hotline.domain.rosters import Desk, Shift
from hotline.domain.visits import Travel, cell_at
from hotline.domain.waiting import Entry
from hotline.holidays import is_working_day
from hotline.store.tables import AppointmentRow, HeldCellRow, MessageRow, WaitingRow
from hotline.store.unit_of_work import Office, Store
from hotline.store.upgrade import upgrade
from ivr.clerk import OfficeRules
from ivr.clerking.staff_moves import StaffMoves
from ivr.clerking.waiting import sweep
from tests.appointments.test_slots import Roster
from tests.town import TOWN, migrated

BEGINS = datetime(2026, 11, 25, 8, 30, tzinfo=TOWN_TIME)
VILLAGES = ("V01", "V02")
DAYS = 3


def _shifts() -> tuple[Shift, ...]:
    """Two people; Li is at the window in the morning and visits in the afternoon."""
    found = []
    for day in range(DAYS):
        nine, two = (BEGINS.replace(hour=h, minute=0) + timedelta(days=day) for h in (9, 14))
        found += [
            Shift("li", "window", nine, nine + timedelta(hours=1)),
            Shift("wang", "window", nine, nine + timedelta(hours=1)),
            Shift("li", "home", nine + timedelta(hours=1), two + timedelta(hours=1)),
        ]
    return tuple(found)


ROSTER = Roster((Desk("window", "窗口", Place.WINDOW, 1), Desk("home", "上门", Place.HOME, 2)), _shifts())
RULES = OfficeRules(TOWN, Timetable(), is_working_day, rota=ROSTER, travel=Travel(usual=40, within=15))
TRAVEL = RULES.travel
places = st.sampled_from([Place.WINDOW, Place.HOME])
villages = st.sampled_from(VILLAGES)
times = st.builds(
    lambda day, half_hours: BEGINS.replace(hour=9, minute=0) + timedelta(days=day, minutes=30 * half_hours),
    st.integers(0, DAYS - 1),
    st.sampled_from([0, 1, 2, 3, 9, 10, 11]),
)
crashes = st.sampled_from([False, False, False, True])


class Diary(RuleBasedStateMachine):
    """The model is what residents were told: by code, when, and in which state."""

    template = ""
    """On PostgreSQL: the URL of an empty database with its tables, of which each run gets a copy."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.url = f"sqlite:///{self.folder / 'town.sqlite'}"
        if self.template:
            self.url = copied(self.template)
        else:
            shutil.copy(migrated(), self.folder / "town.sqlite")
        self.store = Store(self.url)
        self.now = BEGINS
        self.numbers = count(100_000)
        self.told: dict[str, tuple[datetime, str]] = {}
        self.codes: dict[int, str] = {}

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)
        if self.template:
            on_server(self.template, f'DROP DATABASE "{self.url.rpartition("/")[2]}" WITH (FORCE)')

    def turn(self, work: Callable[[Office], None], *, crash: bool) -> bool:
        """One transaction; a crash comes after all of the work and before the commit. False if nothing is kept."""
        with self.store.open() as office:
            try:
                work(office)
            except Refused:
                return False
            if crash:
                return False
            office.commit()
        return True

    def staff(self, office: Office) -> StaffMoves:
        return StaffMoves(office, RULES, "staff:li", self.now)

    def some(self, data: st.DataObject, *states: str) -> str:
        return data.draw(
            st.sampled_from(sorted(code for code, (_, state) in self.told.items() if state in states))
        )

    def has(self, *states: str) -> bool:
        return any(state in states for _, state in self.told.values())

    @rule(place=places, village=villages, at=times, minutes=st.sampled_from([30, 60]), crash=crashes)
    def book(self, place: Place, village: str, at: datetime, minutes: int, *, crash: bool) -> None:
        code = str(next(self.numbers))
        wanted = Wanted("1", place, at, "王桂花", village, f"1390{code}", minutes=minutes)
        made = Made("c", lambda: code, self.now)
        if self.turn(lambda o: void(book(o.appointments, wanted, made, plan=RULES.plan)), crash=crash):
            assert at >= self.now, "nothing is booked in the past"
            self.told[code] = (at, "booked")

    @precondition(lambda self: self.has("booked"))
    @rule(data=st.data(), at=times, crash=crashes)
    def change(self, data: st.DataObject, at: datetime, *, crash: bool) -> None:
        code = self.some(data, "booked")
        move = Move("moved", "resident", self.now)

        def work(office: Office) -> None:
            change(office.appointments, found(office, code), at, plan=RULES.plan, move=move)

        if self.turn(work, crash=crash):
            self.told[code] = (at, "booked")

    @precondition(lambda self: self.has("booked"))
    @rule(data=st.data(), crash=crashes)
    def cancel(self, data: st.DataObject, *, crash: bool) -> None:
        code = self.some(data, "booked")
        move = Move("cancelled", "resident", self.now)
        if self.turn(lambda o: void(cancel(o.appointments, found(o, code), move)), crash=crash):
            assert self.now < self.told[code][0], "what has begun cannot be cancelled"
            self.told[code] = (self.told[code][0], "cancelled")

    @precondition(lambda self: self.has("booked"))
    @rule(data=st.data())
    def it_is_too_late_to_cancel(self, data: st.DataObject) -> None:
        code = self.some(data, "booked")
        self.now = max(self.now, self.told[code][0])
        move = Move("cancelled", "resident", self.now)
        assert not self.turn(lambda o: void(cancel(o.appointments, found(o, code), move)), crash=False)

    @precondition(lambda self: self.has("booked"))
    @rule(data=st.data(), crash=crashes)
    def nobody_comes(self, data: st.DataObject, *, crash: bool) -> None:
        code = self.some(data, "booked")
        if self.turn(lambda o: void(self.staff(o).no_show(code)), crash=crash):
            assert self.now >= self.told[code][0], "nobody can fail to come before the time"
            self.told[code] = (self.told[code][0], "no_show")

    @precondition(lambda self: self.has("no_show", "booked"))
    @rule(data=st.data(), crash=crashes)
    def somebody_comes(self, data: st.DataObject, *, crash: bool) -> None:
        code = self.some(data, "no_show", "booked")
        if self.turn(lambda o: void(self.staff(o).arrive(code)), crash=crash):
            self.told[code] = (self.told[code][0], "arrived")

    @rule(place=places, village=villages, wish=st.sampled_from(["any", "2026-11-26", "*/morning"]), crash=crashes)
    def wait(self, place: Place, village: str, wish: str, *, crash: bool) -> None:
        number = f"1380{next(self.numbers)}"
        entry = Entry(0, "1", place, village, "李冬梅", number, wish, joined_at=self.now)
        self.turn(lambda o: void(waiting.join(o.waiting, entry)), crash=crash)

    @rule()
    def the_clock_sweeps(self) -> None:
        sweep(self.store, RULES, self.now)

    @rule(data=st.data(), yes=st.booleans(), crash=crashes)
    def answer(self, data: st.DataObject, *, yes: bool, crash: bool) -> None:
        asked = self.asked()
        if not asked:
            return
        number, code, at = data.draw(st.sampled_from(asked))
        move = Move("answered", "resident", self.now)

        def work(office: Office) -> None:
            offer = office.waiting.offer_to(number)
            assert offer is not None
            (waiting.accept if yes else waiting.decline)(office.appointments, office.waiting, offer, move)

        if self.turn(work, crash=crash) and yes:
            self.told[code] = (at, "booked")

    @rule(minutes=st.sampled_from([10, 31, 120, 600]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def the_service_starts_anew(self) -> None:
        self.store.close()
        self.store = Store(self.url)

    def asked(self) -> list[tuple[str, str, datetime]]:
        query = select(WaitingRow.number, AppointmentRow.code, AppointmentRow.starts_at).join(
            AppointmentRow, AppointmentRow.id == WaitingRow.offer
        )
        with self.store.open() as office:
            return [(n, c, at) for n, c, at in office.session.execute(query.where(WaitingRow.state == "asked"))]

    @invariant()
    def every_confirmed_booking_is_there_as_it_was_told(self) -> None:
        with self.store.open() as office:
            kept = {a.code: (a.starts_at, a.status) for a in office.appointments.all()}
        assert kept == self.told

    @invariant()
    def a_code_never_changes(self) -> None:
        with self.store.open() as office:
            now = dict(office.session.execute(select(AppointmentRow.id, AppointmentRow.code)).all())
        assert {id_: now.get(id_) for id_ in self.codes} == self.codes
        assert len(set(now.values())) == len(now)
        self.codes = now

    @invariant()
    def no_seat_is_taken_twice_and_nobody_is_at_two_places(self) -> None:
        with self.store.open() as office:
            rows = office.session.scalars(select(AppointmentRow).where(AppointmentRow.status.in_(HOLDING))).all()
            back = office.session.scalars(
                select(AppointmentRow).where(AppointmentRow.status.not_in(HOLDING))
            ).all()
            cells = set(office.session.execute(select(HeldCellRow.resource, HeldCellRow.cell)).all())
        for one, other in combinations(rows, 2):
            gap = max(other.first_cell - one.end_cell, one.first_cell - other.end_cell) * 15
            assert (one.desk, one.held_seat) != (other.desk, other.held_seat) or gap >= 0
            assert one.clerk != other.clerk or gap >= TRAVEL.minutes(one.stop, other.stop)
        assert [row.code for row in back if row.held_seat is not None] == [], (
            "what was given back is held by nobody"
        )
        expected = {
            (resource, cell)
            for row in rows
            for cell in range(cell_at(row.starts_at), row.end_cell)
            for resource in (f"{row.desk}#{row.held_seat}", f"clerk:{row.clerk}")
        }
        assert {tuple(cell) for cell in cells} == expected

    @invariant()
    def no_place_is_offered_to_two_and_each_offer_was_told_once(self) -> None:
        with self.store.open() as office:
            entries = office.session.scalars(select(WaitingRow).where(WaitingRow.state == "asked")).all()
            held = office.session.scalars(select(AppointmentRow).where(AppointmentRow.status == OFFERED)).all()
            reasons = list(office.session.scalars(select(MessageRow.reason)))
        assert sorted(e.offer or 0 for e in entries) == sorted(a.id for a in held)
        told = [reason.split(":")[1] for reason in reasons if reason.startswith("offer:")]
        assert {a.code for a in held} <= set(told)
        assert len(told) == len(set(told))


def void(_result: object) -> None:
    """What a transaction gives back is looked up in the tables instead."""


def found(office: Office, code: str) -> Appointment:
    one = office.appointments.by_code(code)
    assert one is not None
    return one


def on_server(url: str, statement: str) -> None:
    """Runs one statement beside the database of this URL."""
    with psycopg.connect(url.rpartition("/")[0] + "/postgres", autocommit=True) as connection:
        connection.execute(statement.encode())


def copied(template: str) -> str:
    """The URL of a copy of a database that nobody is connected to."""
    base, _, name = template.rpartition("/")
    copy = f"diary_{uuid4().hex}"
    on_server(template, f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
    return f"{base}/{copy}"


def test_whatever_happens_on_sqlite() -> None:
    chosen = settings(
        max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Diary, settings=chosen)


def test_whatever_happens_on_postgresql(postgres_url: str) -> None:
    upgrade(postgres_url)
    on_postgres = type("OnPostgres", (Diary,), {"template": postgres_url})
    chosen = settings(
        max_examples=10, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(on_postgres, settings=chosen)
