"""The measuring of `hotline bench dial`: exchange here, service and diallers in processes of their own."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import resource
import signal
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from hotline.commands.bench_dial_crew import dialler, plan_all
from hotline.commands.bench_survey import BEGINS, WEEK, _draw, _serve
from hotline.commands.free_port import free_port
from hotline.config import Settings
from hotline.crash.carrier import ACCOUNT, NUMBER, listening
from hotline.crash.machine import Machine, environment
from hotline.store.tables import AnsweringHourRow, CallOutRow
from hotline.store.unit_of_work import Store
from ivr.exchange.app import exchange_app
from ivr.exchange.exchange import Exchange, Options
from ivr.exchange.pace import Pace
from ivr.exchange.sound import SILENCE
from ivr.exchange.telephones import Message, Wire

PACE = Pace(0.001)


@dataclass(frozen=True)
class Bench:
    """What is to be measured."""

    folder: Path
    rows: tuple[int, ...]
    database: str
    """Its URL."""
    residents: int
    calls: int
    diallers: int


@dataclass(frozen=True)
class Speed:
    """One measurement."""

    rows: int
    """Attempts on record before it."""
    calls: int
    seconds: float
    exchange_s: float
    """Processor time of the exchange and its telephones."""
    service_s: float
    diallers_s: float
    webhooks: int
    load: float
    """Of the machine before it: others work on it too."""

    @property
    def calls_a_second(self) -> float:
        return self.calls / self.seconds

    @property
    def core_s(self) -> float:
        """Of all three."""
        return self.exchange_s + self.service_s + self.diallers_s


class Declining:
    """A text telephone whose owner declines every call."""

    def __init__(self, number: str) -> None:
        self.number = number

    def plugged(self, wire: Wire) -> None:
        self._wire = wire

    async def receive(self, message: Message) -> None:
        if not isinstance(message, bytes) and message.get("event") == "ringing":
            await self._wire.send({"event": "hangup"})


@dataclass(frozen=True)
class Measured:
    """What a campaign cost."""

    planned: int
    """People whose first hour was chosen."""
    planning_s: float
    speeds: list[Speed]


async def measure(bench: Bench) -> Measured:
    """Draws the campaign and plans everybody's first call, then rings at each size of the records."""
    port = free_port()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        api = f"http://127.0.0.1:{listener.getsockname()[1]}/exchange"
        options = Options(speak=lambda _text: SILENCE, pace=PACE, own_url=api, calls_per_second=1e6)
        exchange = Exchange(*ACCOUNT, f"http://127.0.0.1:{port}", NUMBER, options=options)
        counted = _counted(exchange)
        own = dict(zip(("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"), ACCOUNT, strict=True))
        own |= {"TWILIO_API_BASE_URL": api, "HOTLINE_DATABASE_URL": bench.database}
        machine = Machine(bench.folder, port, environment(bench.folder, **own))
        for n in range(bench.residents):
            exchange.plug(Declining(f"138{n:08}"))
        try:
            async with listening(exchange_app(exchange), listener):
                _quiet_rules(bench.folder)
                await machine.start()
                with _held_still(machine.workers()[0]):
                    return await _rounds(bench, machine, counted)
        finally:
            await exchange.close()
            await asyncio.to_thread(machine.close)


async def _rounds(bench: Bench, machine: Machine, counted: list[int]) -> Measured:
    settings = Settings.from_environment(machine.environment).served_at(machine.port)
    store = Store(settings.database_url)
    await asyncio.to_thread(_prepare, store, bench.residents)
    begun = time.perf_counter()
    planned = await asyncio.to_thread(plan_all, store)
    planning_s = time.perf_counter() - begun
    store.close()
    speeds = []
    for rows in bench.rows:
        await asyncio.to_thread(_fill, settings.database_url, rows)
        load, before = os.getloadavg()[0], counted[0]
        own, service = _own_s(), _service_s(machine)
        told = await asyncio.to_thread(_dialled, settings.as_environment(), bench)
        spent = (_own_s() - own, _service_s(machine) - service, told["core_s"])
        speeds.append(Speed(rows, told["calls"], told["seconds"], *spent, counted[0] - before, load))
    return Measured(planned, planning_s, speeds)


def _counted(exchange: Exchange) -> list[int]:
    """A counter of the webhooks that the exchange sends."""
    counted, send = [0], exchange.plant.webhooks.send

    async def counting(*given: Any, **named: Any) -> Any:
        counted[0] += 1
        return await send(*given, **named)

    exchange.plant.webhooks.send = counting  # type: ignore[method-assign]
    return counted


@contextmanager
def _held_still(worker: int) -> Iterator[None]:
    """The service's own worker rings nobody: the diallers do. The job it is at ends, as it has to."""
    os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGCONT)


def _quiet_rules(folder: Path) -> None:
    """Nor does a worker that is started meanwhile."""
    (folder / "contact.toml").write_text('[calls]\nhours = [["00:00:00", "00:00:01"]]\n', "utf8")


def _prepare(store: Store, residents: int) -> None:
    _serve(store, residents)
    _draw(store, residents)
    with store.open() as office:
        row = office.surveys.of_week(WEEK)
        if row is not None:
            row.state = "paused"  # the diallers alone take steps
        office.commit()


def _fill(url: str, rows: int) -> None:
    """Attempts of other campaigns, until there are so many."""
    store = Store(url)
    at = BEGINS - timedelta(days=90)
    usual: dict[str, Any] = {"attempt": 1, "kind": "survey", "priority": 6, "script": "answer_survey", "given": {}}
    usual |= {"state": "settled", "disposition": "no-answer", "refusals": 0, "error": "", "answered_by": ""}
    usual |= {"left_word": False, "created_at": at, "due_at": at, "asked_at": at, "ended_at": at, "seconds": 0}
    with store.open() as office:
        there = office.session.scalar(select(func.count()).select_from(CallOutRow)) or 0
        for start in range(there, rows, 5000):
            numbers = range(start, min(rows, start + 5000))
            office.session.execute(insert(CallOutRow), [usual | _named(n) for n in numbers])
            office.session.execute(insert(AnsweringHourRow), [_picked_up(n) for n in numbers])
        office.commit()
    store.close()


def _named(n: int) -> dict[str, str]:
    return {"reason": f"filled:{n}", "about": f"filled:{n}", "sid": f"CAf{n}", "number": f"139{n:08}"}


def _picked_up(n: int) -> dict[str, Any]:
    """Each attempt has told something of when its telephone is answered."""
    return {"number": f"139{n:08}", "slot": f"{(9, 10, 15, 16, 18)[n % 5]:02}30", "tried": 1, "answered": 0}


def _dialled(env: Mapping[str, str], bench: Bench) -> dict[str, Any]:
    """So many calls by a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        told: dict[str, Any] = pool.apply(dialler, (dict(env), bench.calls, bench.diallers))
    return told


def _own_s() -> float:
    """Processor seconds of this process, so far."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def _service_s(machine: Machine) -> float:
    """Of the service; its worker has nothing to do with these calls."""
    ticks, others = os.sysconf("SC_CLK_TCK"), 0.0
    for pid in machine.service():
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        others += (int(fields[11]) + int(fields[12])) / ticks
    return others
