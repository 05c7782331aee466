"""A campaign storm on one database: hundreds are rung back by the real service while its parts are killed.

The hours close once in the middle and open again; who writes 退订 meanwhile must not be rung after the answer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from hotline.clock import utc_now
from hotline.commands.free_port import free_port
from hotline.config import Settings
from hotline.contact_rules import read_contact_rules, read_survey_rules
from hotline.crash.audit import Reckoning
from hotline.crash.campaign_audit import reckon
from hotline.crash.campaign_resident import Rung
from hotline.crash.carrier import ACCOUNT, PACE, Carrier, carrier
from hotline.crash.kills import Kill, Killer, plans
from hotline.crash.machine import Machine, environment
from hotline.crash.postgres import Postgres
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.calling import may_ring
from hotline.domain.surveys.frame import week_days
from hotline.store.survey_draw import Wish, keep_draw
from hotline.store.survey_steps import hold
from hotline.store.tables import AppointmentRow, CallOutRow, SurveyPersonRow
from hotline.store.unit_of_work import Store
from hotline.town import read_town
from hotline.trouble import Trouble
from tasks.outbound import OVER_BY_NOW, reconcile_all
from tasks.surveys import go_on, work_of
from tasks.workplace import Workplace, carrier_of

AT_ONCE = 40
"""Calls at a time, or fewer, so that each kill finds some of them still to be made."""
CALLS_A_SECOND = 1000.0
OF_CALLS = {"claim": "dialling", "taken": "rung"}
"""A campaign orders calls, not texts: what strikes at the one strikes at the other."""
CLOSED = timedelta(seconds=25)
"""So long the hours are closed in the middle."""
OPEN_AGAIN = timedelta(minutes=85)
FIRST_NUMBER = 13807370000
STILL_S = 240.0
"""Wall seconds without anybody rung after which the rest is given up, and counted."""


@dataclass(frozen=True)
class Storm:
    """What is to be tried."""

    calls: int
    kills: int
    seed: int
    database: str
    """sqlite or postgresql"""
    folder: Path
    open_s: float = 60.0
    """From the start until the hours close."""


@dataclass
class Outcome:
    """What came of it."""

    kills: list[Kill]
    found: Reckoning
    residents: list[Rung]
    starts: list[float]
    seconds: float = 0.0
    requests: int = 0
    failed: int = 0


Advance = Callable[[int, int], None]
"""Told how many were rung, and how many kills were made."""


async def storm(trial: Storm, progress: Advance) -> Outcome:
    """The whole trial. Raises NotRecovered, Trouble; whatever happens, no process is left behind."""
    port = free_port()
    postgres = await asyncio.to_thread(Postgres) if trial.database == "postgresql" else None
    async with carrier(f"http://127.0.0.1:{port}", calls_per_second=CALLS_A_SECOND) as company:
        own = dict(zip(("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"), ACCOUNT, strict=True))
        own["TWILIO_API_BASE_URL"] = company.url
        if postgres is not None:
            own["HOTLINE_DATABASE_URL"] = postgres.url
        machine = Machine(trial.folder, port, environment(trial.folder, **own), postgres)
        try:
            await machine.start()
            return await _Stage(trial, company, machine).play(progress)
        finally:
            await asyncio.to_thread(machine.close)


@dataclass
class _Stage:
    """The telephones and the machine of one trial."""

    trial: Storm
    carrier: Carrier
    machine: Machine
    residents: list[Rung] = field(default_factory=list)
    survey: int = 0
    over: bool = False
    """Nobody is left to be rung: what is killed now meets nothing."""

    async def play(self, progress: Advance) -> Outcome:
        began, trial = time.monotonic(), self.trial
        numbers = [str(FIRST_NUMBER + n) for n in range(trial.calls)]
        self.residents = [Rung(number, trial.seed * 1000 + n, PACE) for n, number in enumerate(numbers)]
        for one in self.residents:
            self.carrier.exchange.plug(one)
        watch = self.carrier.watch
        killer = Killer(self.machine, self._in_flight, lambda: watch.failed)
        watch.moment = killer.moment
        self._write_hours()
        self.survey = await asyncio.to_thread(self._draw, numbers)
        keeping = asyncio.create_task(self.machine.keep())
        texting = [asyncio.create_task(self._changes_mind(one)) for one in self.residents if one.opts_out]
        killing = asyncio.create_task(self._kill(killer))
        try:
            await self._until_all_rung(lambda: progress(self._rung, len(killer.kills)))
            self.over = True
            await killing
            await asyncio.gather(*texting)
            await self.machine.healthy()
            await self._quiet()
        finally:
            for task in (killing, keeping, *texting):
                task.cancel()
        killer.finish()
        found = await asyncio.to_thread(self._settle)
        took = time.monotonic() - began
        starts = self.machine.starts
        return Outcome(killer.kills, found, self.residents, starts, took, watch.requests, watch.failed)

    @property
    def _rung(self) -> int:
        return sum(bool(one.rung_at) for one in self.residents)

    def _in_flight(self) -> tuple[int, int]:
        return self.carrier.watch.under_way, sum(one.in_a_call for one in self.residents)

    def _write_hours(self) -> None:
        """Open now, closed once in the middle; the campaign's service reads them with every job."""
        now = utc_now().astimezone(TOWN_TIME)
        closes = now + timedelta(seconds=self.trial.open_s)
        opens = closes + CLOSED
        ends = opens + OPEN_AGAIN
        begins = now - timedelta(minutes=1)
        if len({at.date() for at in (begins, ends)}) > 1:
            raise Trouble(["the storm needs an hour and a half of one day, town time: not around midnight"])
        at_once = min(AT_ONCE, self.trial.calls // (self.trial.kills + 1) + 2)
        hours = ", ".join(f'["{a:%H:%M:%S}", "{b:%H:%M:%S}"]' for a, b in ((begins, closes), (opens, ends)))
        rules = f"[calls]\nhours = [{hours}]\nseconds_apart = 0.02\n[survey]\ncalls_at_once = {at_once}\n"
        (self.trial.folder / "contact.toml").write_text(rules, "utf8")

    def _draw(self, numbers: list[str]) -> int:
        """Everybody was served last week and is drawn; all are due at once."""
        year, week, _ = (utc_now().astimezone(TOWN_TIME) - timedelta(days=7)).isocalendar()
        name = f"{year}-W{week:02}"
        store, now = self._store(), utc_now()
        day = datetime.combine(week_days(name)[0] + timedelta(days=2), datetime.min.time(), TOWN_TIME)
        with store.open() as office:
            for n, number in enumerate(numbers):
                office.session.add(_served(n, number, day + timedelta(hours=9)))
            made = keep_draw(office, Wish(name, str(self.trial.seed), "storm", len(numbers)), now)
            office.session.query(SurveyPersonRow).update({"due_at": now})
            office.commit()
        store.close()
        if made.survey is None:
            raise Trouble(["the draw was not kept"])
        return made.survey

    async def _changes_mind(self, one: Rung) -> None:
        await asyncio.sleep(Random(one.seed + 1).uniform(0, 2 * self.trial.open_s))
        await one.opt_out()

    async def _kill(self, killer: Killer) -> None:
        async def ready() -> None:
            """Moments come by themselves: the campaign goes on whatever is killed."""

        for drawn in plans(self.trial.kills, self.trial.calls, self.trial.seed):
            plan = replace(drawn, moment=OF_CALLS.get(drawn.moment, drawn.moment))
            while self._rung < plan.after and not self.over:  # noqa: ASYNC110 -- counted by the telephones
                await asyncio.sleep(0.05)
            if self.over:
                return
            await killer.carry_out(plan, ready)

    async def _until_all_rung(self, tell: Callable[[], None]) -> None:
        """Until nobody waits any more, or nothing has happened for so long that nothing will."""
        rung, since = -1, time.monotonic()
        store = self._store()
        try:
            while time.monotonic() - since < STILL_S and await asyncio.to_thread(_waiting, store, self.survey):
                if self._rung > rung:
                    rung, since = self._rung, time.monotonic()
                tell()
                await asyncio.sleep(1.0)
        finally:
            store.close()

    async def _quiet(self) -> None:
        """Calls end, their reports arrive, answers go to the ledger."""
        give_up = time.monotonic() + 30
        while time.monotonic() < give_up and any(one.in_a_call for one in self.residents):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
        await asyncio.sleep(12)  # a round of the service's own

    def _settle(self) -> Reckoning:
        """What no report was heard of is asked after by the service's own jobs, with the clock moved on."""
        self.machine.halt()
        settings = Settings.from_environment(self.machine.environment).served_at(self.machine.port)
        store, rules = self._store(), read_contact_rules(self.trial.folder)
        later = partial(_at, utc_now() + OVER_BY_NOW + timedelta(minutes=1))
        try:
            with store.open() as office:
                row = office.surveys.locked(self.survey)
                if row is not None and row.state in ("drawn", "running"):
                    hold(office, row, "pause", utc_now())
                office.commit()
            hurried = reconcile_all(Workplace(store, carrier_of(settings), rules), later)
            work = work_of(store, (read_town(), read_survey_rules(self.trial.folder), rules), later)
            go_on(store, work, clock=partial(_at, later() + timedelta(hours=1)))
            with store.open() as office:
                found = reckon(
                    office, self.survey, self.residents, lambda at: may_ring("survey", at, rules.calling)
                )
        finally:
            store.close()
        found.figures["attempts asked after with the clock moved on"] = hurried
        return found

    def _store(self) -> Store:
        return Store(Settings.from_environment(self.machine.environment).database_url)


def _waiting(store: Store, survey: int) -> bool:
    """Whether anybody is still to be rung today. True while the database is down."""
    person, call = SurveyPersonRow, CallOutRow
    fresh = select(func.count()).where(person.survey == survey, person.state == "waiting", person.attempts == 0)
    leaving = select(func.count()).where(call.kind == "survey", call.state.in_(("waiting", "asking")))
    try:
        with store.open() as office:
            return bool(office.session.scalar(fresh) or office.session.scalar(leaving))
    except SQLAlchemyError:
        return True


def _at(now: datetime) -> datetime:
    return now


def _served(n: int, number: str, at: datetime) -> AppointmentRow:
    return AppointmentRow(
        code=f"{200_000 + n}", service="12", place="window", desk="window", starts_at=at, held_seat=None,
        name="", village="V01", number=number, conversation="", status="done", created_at=at,
        first_cell=0, end_cell=2, clerk=f"C{n % 9 + 1:02}",
    )  # fmt: skip
