"""What all calls of one exchange share: lines, clock, webhooks, the carrier's voice, alerts, background work."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml

from ivr.exchange.addresses import Addresses
from ivr.exchange.calls import API_VERSION, Call
from ivr.exchange.faults import Faults
from ivr.exchange.numbers import e164
from ivr.exchange.pace import Pace
from ivr.exchange.recordings import Recordings
from ivr.exchange.telephones import Leg, Line, Message, Wire
from ivr.exchange.webhooks import Signer, Webhooks

log = logging.getLogger(__name__)

Kept = TypeVar("Kept")
Speak = Callable[[str], bytes]
"""Text to µ-law, 8 kHz; called on a worker thread."""
WORDS: dict[str, str] = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text("utf-8"))


class Recent(OrderedDict[str, Kept]):
    """The newest entries by key; the oldest are forgotten."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: str, value: Kept) -> None:
        super().__setitem__(key, value)
        while len(self) > self._most:
            self.popitem(last=False)


class Lines:
    """The telephones that are plugged in, by number."""

    def __init__(self) -> None:
        self._by_number: dict[str, list[Line]] = {}

    def add(self, line: Line) -> None:
        self._by_number.setdefault(line.number, []).append(line)

    def remove(self, line: Line) -> None:
        lines = self._by_number.get(line.number, [])
        if line in lines:
            lines.remove(line)

    def at(self, number: str) -> list[Line]:
        """All telephones at the number, newest first."""
        return self._by_number.get(e164(number), [])[::-1]


class Background:
    """Tasks nobody waits for; a failed one is logged, and all end when the exchange closes."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("work of the exchange failed", exc_info=task.exception())

    async def close(self) -> None:
        while self._tasks:
            tasks = set(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)


@dataclass(frozen=True)
class Alert:
    """An entry of the carrier's error log."""

    code: int
    message: str
    call_sid: str = ""


@dataclass
class Plant:
    """The shared machinery of one exchange."""

    account_sid: str
    number: str
    addresses: Addresses
    signer: Signer
    webhooks: Webhooks
    pace: Pace
    speak: Speak
    recordings: Recordings
    own_url: str = ""
    """Where this exchange's REST API lies, if not under the service's public address."""
    on_alert: Callable[[Alert], None] = lambda _alert: None
    keep: Callable[[Any], None] = lambda _kept: None
    """Writes a call or a text into the books."""
    calls: Recent[Call] = field(default_factory=lambda: Recent(1000))
    lines: Lines = field(default_factory=Lines)
    background: Background = field(default_factory=Background)
    alerts: deque[Alert] = field(default_factory=lambda: deque(maxlen=1000))

    def alert(self, code: int, message: str, call_sid: str = "") -> None:
        """Writes to the carrier's error log, as Twilio's debugger would show it."""
        alert = Alert(code, message, call_sid)
        self.alerts.append(alert)
        self.on_alert(alert)
        log.warning("exchange alert", extra={"code": code, "reason": message, "call": call_sid})

    def recording_url(self, sid: str) -> str:
        """Where the service fetches a recording; `.wav` and `.json` may be added."""
        own = self.own_url or f"{self.addresses.public}/exchange"
        return f"{own}/{API_VERSION}/Accounts/{self.account_sid}/Recordings/{sid}"

    def ring_at(self, number: str, seconds: float, faults: Faults | None = None) -> tuple[Leg, float]:
        """A leg to the number, and how long it rings.

        A telephone that is not plugged in is switched off: nobody answers, and it is known soon.
        One that is in a call is engaged.
        """
        here = self.lines.at(number)
        free = next((line for line in here if line.leg is None), None)
        line = free or Line(_Nobody(e164(number)), _Nowhere())
        leg = self.take(line, faults or Faults())
        if here and free is None:
            leg.gone.set()
        return leg, seconds if free else min(seconds, 2.0)

    def take(self, line: Line, faults: Faults) -> Leg:
        """A new leg on a free line, which is engaged from now on."""
        line.leg = Leg(line, self.pace, faults)
        return line.leg


@dataclass(frozen=True)
class _Nobody:
    """A telephone that is switched off."""

    number: str

    def plugged(self, wire: Wire) -> None:
        """It never is."""

    async def receive(self, message: Message) -> None:
        """Nobody hears it."""


class _Nowhere:
    """The exchange of a telephone that is switched off."""

    def dialled(self, line: Line, to: str, faults: Faults) -> None:
        """It never dials."""

    def texted(self, number: str, body: str) -> None:
        """It never texts."""
