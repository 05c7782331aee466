"""One crash test on one database: residents and kills side by side, then quiet, then the reckoning."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from hotline.clock import utc_now
from hotline.commands.free_port import free_port
from hotline.config import Settings
from hotline.contact_rules import FILE
from hotline.crash import carrier as telephone_company
from hotline.crash.audit import Reckoning, reckon, replay
from hotline.crash.audit_calls import reckon_calls
from hotline.crash.carrier import ACCOUNT, PACE, Carrier
from hotline.crash.hurry import hurry, unsettled
from hotline.crash.kills import RINGING, Kill, Killer, plans
from hotline.crash.machine import Machine, environment
from hotline.crash.planted import AT_ANY_HOUR, plant
from hotline.crash.postgres import Postgres
from hotline.crash.reading import Reader
from hotline.crash.resident import Resident
from hotline.crash.rung import Listener, Officer, OnLine, listeners
from hotline.crash.scenes import cast, read_play
from hotline.store.unit_of_work import Store
from hotline.town import read_town
from ivr.scripts.book import Scripts
from ivr.scripts.common import Vocabulary

FEWEST = 3
"""Conversations that go on while a kill waits for its moment: without any it would not come."""


@dataclass(frozen=True)
class Trial:
    """What is to be tried."""

    conversations: int
    kills: int
    seed: int
    database: str
    """sqlite or postgresql"""
    folder: Path
    at_once: int = 8
    quiet_s: float = 150.0
    """How long the outbox is left to empty itself; afterwards its jobs are done with the clock moved on."""


@dataclass
class Outcome:
    """What came of it."""

    kills: list[Kill]
    found: Reckoning
    residents: list[Resident]
    starts: list[float]
    requests: int = 0
    failed: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


Advance = Callable[[int, int], None]
"""Told how many conversations are over, and how many kills were made."""


async def run(trial: Trial, progress: Advance) -> Outcome:
    """The whole trial. Raises NotRecovered, Trouble; whatever happens, no process is left behind."""
    port = free_port()
    postgres = await asyncio.to_thread(Postgres) if trial.database == "postgresql" else None
    async with telephone_company.carrier(f"http://127.0.0.1:{port}") as carrier:
        account = dict(zip(("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"), ACCOUNT, strict=True))
        own = account | {"TWILIO_API_BASE_URL": carrier.url}
        if postgres is not None:
            own["HOTLINE_DATABASE_URL"] = postgres.url
        machine = Machine(trial.folder, port, environment(trial.folder, **own), postgres)
        stage = _Stage(trial, carrier, machine)
        killer = Killer(machine, stage.in_flight, lambda: carrier.watch.failed)
        carrier.watch.moment = killer.moment
        try:
            await machine.start()
            return await stage.play(killer, progress)
        finally:
            await asyncio.to_thread(machine.close)


class _Stage:
    """The residents and the machine of one trial."""

    def __init__(self, trial: Trial, carrier: Carrier, machine: Machine) -> None:
        self._trial = trial
        (trial.folder / FILE).write_text(AT_ANY_HOUR, "utf8")
        self._carrier = carrier
        self._machine = machine
        self._talking = 0
        self._begun = 0
        self._allowed = 0
        self._ready = False
        self._changed = asyncio.Condition()
        self._rung: list[Listener] = []
        self._signing: list[asyncio.Task[None]] = []

    def in_flight(self) -> tuple[int, int]:
        return self._carrier.watch.under_way, self._talking

    async def play(self, killer: Killer, progress: Advance) -> Outcome:
        began = time.monotonic()
        play, trial = read_play(), self._trial
        reader = Reader(play)
        parts = cast(play, trial.conversations, trial.seed)
        residents = [Resident(part, reader, PACE, lambda: killer.moment("queue")) for part in parts]
        for resident in residents:
            self._carrier.exchange.plug(resident)
        self._rung = await self._ready_to_be_rung(listeners(play, trial.conversations, reader, utc_now()))
        keeping = asyncio.create_task(self._machine.keep())
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._hold(residents, killer, progress))
                group.create_task(self._kill(killer))
            await self._machine.healthy()
            await self._officer.sign_all()
            spoken = time.monotonic()
            await self._quiet()
        finally:
            keeping.cancel()
        killer.finish()
        hurried = await asyncio.to_thread(self._hurry)
        await self._delivered()
        found = await asyncio.to_thread(self._reckon, residents)
        found.figures["messages and calls done with the clock moved on"] = hurried
        took = {"conversations": spoken - began, "quiet and reckoning": time.monotonic() - spoken}
        watch = self._carrier.watch
        return Outcome(killer.kills, found, residents, self._machine.starts, watch.requests, watch.failed, took)

    async def _hold(self, residents: list[Resident], killer: Killer, progress: Advance) -> None:
        """So many conversations at once, until all have been held."""
        room, over = asyncio.Semaphore(self._trial.at_once), 0

        async def one(resident: Resident) -> None:
            nonlocal over
            async with room:
                await self._begins()
                await resident.live()
                await self._ends()
                over += 1
                progress(over, len(killer.kills))

        async with asyncio.TaskGroup() as group:
            for resident in residents:
                group.create_task(one(resident))

    async def _begins(self) -> None:
        """One more conversation, as soon as the next kill is not kept waiting by it: kills must meet live work."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._begun < self._allowed or self._awaited())
            self._talking += 1
            self._begun += 1
            self._changed.notify_all()

    def _awaited(self) -> bool:
        """Whether a kill stands ready and waits for its moment, which only somebody who talks can bring."""
        return self._ready and self._talking < FEWEST

    async def _ends(self) -> None:
        async with self._changed:
            self._talking -= 1
            self._changed.notify_all()

    async def _stand_ready(self, *, rings: bool) -> None:
        """A kill waits for its moment; of a call the office makes there is none unless there is cause."""
        async with self._changed:
            self._ready = True
            self._changed.notify_all()
        if rings:
            self._signing.append(asyncio.create_task(self._officer.sign_next()))

    async def _ready_to_be_rung(self, rung: list[Listener]) -> list[Listener]:
        """Plugs the telephones in and gives the office its causes."""
        for listener in rung:
            self._carrier.exchange.plug(OnLine(listener))

        def planted() -> tuple[str, list[str]]:
            store = Store(self._settings().database_url)
            try:
                with store.open() as office:
                    given = plant(office, rung, utc_now())
                    office.commit()
            finally:
                store.close()
            return given

        token, codes = await asyncio.to_thread(planted)
        self._officer = Officer(f"http://127.0.0.1:{self._machine.port}", token, codes)
        return rung

    async def _allow(self, conversations: int) -> None:
        async with self._changed:
            self._allowed = conversations
            self._changed.notify_all()

    async def _kill(self, killer: Killer) -> None:
        trial = self._trial
        for plan in plans(trial.kills, trial.conversations, trial.seed):
            after = plan.after
            await self._allow(after + max(FEWEST, trial.conversations // (trial.kills + 1)))
            async with self._changed:
                await self._changed.wait_for(lambda: self._begun >= after)  # noqa: B023 -- awaited in this round
            await killer.carry_out(plan, partial(self._stand_ready, rings=plan.moment in RINGING))
            self._ready = False
        await self._allow(trial.conversations)

    async def _quiet(self) -> None:
        """Until the outbox is empty, by itself; what still waits for a long back-off is left to `_hurry`."""
        give_up = time.monotonic() + self._trial.quiet_s
        store = Store(self._settings().database_url)
        try:
            while time.monotonic() < give_up and (  # noqa: ASYNC110
                await asyncio.to_thread(unsettled, store) or not all(one.rings for one in self._rung)
            ):
                await asyncio.sleep(0.5)
        finally:
            store.close()

    def _hurry(self) -> int:
        self._machine.halt()
        settings = self._settings()
        store = Store(settings.database_url)
        try:
            return hurry(store, settings)
        finally:
            store.close()

    async def _delivered(self) -> None:
        """Until the carrier has handed over what it took; it is bounded, as what is missing then shows."""
        give_up = time.monotonic() + 10
        own = self._carrier.own
        while time.monotonic() < give_up and any(m.status != "delivered" for m in own):  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    def _reckon(self, residents: list[Resident]) -> Reckoning:
        store = Store(self._settings().database_url)
        try:
            with store.open() as office:
                others = {listener.number for listener in self._rung}
                found = reckon(office, residents, self._carrier.copies(), others)
                reckon_calls(office, self._rung, self._carrier.rung, found)
                replay(office, Scripts(Vocabulary(read_town())), found)
        finally:
            store.close()
        return found

    def _settings(self) -> Settings:
        return Settings.from_environment(self._machine.environment).served_at(self._machine.port)
