"""Somebody a campaign rings: picks up or does not, answers by keys, hangs up, says no; and remembers all of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from random import Random

import yaml

from hotline.clock import utc_now
from hotline.crash.reading import Reader
from hotline.crash.scenes import Play
from hotline.domain.surveys.campaign import RATINGS
from hotline.town import DATA
from ivr.exchange.pace import FRAME_S, Pace
from ivr.exchange.sound import tone
from ivr.exchange.telephones import Message, Wire

WAYS = {"answers": 62, "silent": 12, "busy": 7, "machine": 6, "hangs_up": 8, "refuses": 5}
"""How often who is rung does what."""
OPTS_OUT = 0.08
"""Share of them who write 退订, whenever it occurs to them."""
HUM, HUMS = tone(220, FRAME_S), 30
PATIENCE_S = 4.0
"""Wall seconds until a text that got no answer is sent again."""


@cache
def reader() -> Reader:
    """Reads the hotline's words as somebody does who has never seen its database."""
    told = yaml.safe_load((DATA / "crash" / "campaign.yaml").read_text("utf8"))
    return Reader(Play(told["questions"], told["over"], told["sorry"], {}, {}, ()))


@dataclass
class Rung:
    """One telephone and who holds it. Knows words only."""

    number: str
    """As the office keeps it."""
    seed: int
    pace: Pace
    rung_at: list[datetime] = field(default_factory=list)
    confirmed: dict[str, int | bool] = field(default_factory=dict)
    """Answers after which the next question, or thanks, was heard."""
    told: dict[str, int | bool] = field(default_factory=dict)
    """Every answer given; what was not confirmed may be on record or not."""
    no_at: datetime | None = None
    """When it was confirmed that nobody will ring again."""
    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)
        self.way = self.dice.choices(list(WAYS), list(WAYS.values()))[0]
        self.opts_out = self.dice.random() < OPTS_OUT
        self._pending: tuple[str, int | bool] | None = None
        self._answered = 0
        self._ended = asyncio.Event()
        self._reply = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def plugged(self, wire: Wire) -> None:
        self._wire = wire

    @property
    def in_a_call(self) -> bool:
        return bool(self.rung_at) and not self._ended.is_set()

    async def receive(self, message: Message) -> None:
        if isinstance(message, bytes):
            return
        match message.get("event"):
            case "ringing":
                self.rung_at.append(utc_now())
                self._ended.clear()
                self._do(self._pick_up())
            case "caption":
                await self._hear(str(message.get("text", "")))
            case "record":
                self._do(self._hum())
            case "ended":
                self.heard.append(f"· {message.get('reason')}")
                self._pending = None
                self._ended.set()
            case "sms":
                self.heard.append(f"< {message.get('body')}")
                if "已退订" in str(message.get("body")):
                    self.no_at = self.no_at or utc_now()
                    self._reply.set()

    async def opt_out(self) -> None:
        """Writes 退订 until it is answered."""
        while not self._reply.is_set():
            await self._wire.send({"event": "sms", "body": "退订"})
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await self._reply.wait()
            except TimeoutError:
                continue

    def _do(self, work: object) -> None:
        task = asyncio.ensure_future(work)  # type: ignore[call-overload]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pick_up(self) -> None:
        await self.pace.sleep(2.0)
        match self.way:
            case "silent":
                return
            case "busy":
                await self._wire.send({"event": "hangup"})
            case "machine":
                await self._wire.send({"event": "answer", "by": "machine_end_beep"})
            case _:
                await self._wire.send({"event": "answer", "by": "human"})

    async def _hear(self, text: str) -> None:
        self.heard.append(f"< {text}")
        question = reader().question(text)
        if self._pending and (question not in ("", self._pending[0]) or reader().is_over(text)):
            self.confirmed.update([self._pending])
            self._pending = None
        if self.way == "machine" or not question:
            return
        if self.way == "hangs_up" and self._answered >= 1 + self.seed % 4:
            await self._wire.send({"event": "hangup"})
            return
        if key := self._key(question):
            self._answered += 1
            self.heard.append(f"> {key}")
            await self._wire.send({"event": "key", "digit": key})

    def _key(self, question: str) -> str:
        if question == "consent":
            return "2" if self.way == "refuses" else "1"
        if question in RATINGS:
            level = self.dice.choice((5, 5, 4, 4, 3, 2, 1))
            self._pending = (question, level)
            self.told[question] = level
            return str(level)
        if question == "solved":
            solved = self.dice.random() < 0.8
            self._pending = (question, solved)
            self.told[question] = solved
            return "1" if solved else "2"
        return {"resume": "2", "more": "0"}.get(question, "")

    async def _hum(self) -> None:
        """Speaks a remark after the beep, and ends it."""
        for _ in range(HUMS):
            await self._wire.send(HUM)
            await self.pace.sleep(FRAME_S)
        await self._wire.send({"event": "key", "digit": "#"})
