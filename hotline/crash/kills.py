"""Who is killed, and at which moment: a plan drawn with a seed, and the hand that carries it out.

Moments, as far as they can be seen from outside:
- turn: some milliseconds after a webhook left, in or about the turn's transaction
- answer: the service has committed and answered, the answer is lost on its way
- claim: a worker has claimed a message and asks the carrier, who has not taken it
- taken: the carrier has taken the message, the worker has not been told
- dialling: the attempt at a call is written down and asked for, the carrier has not taken it
- rung: the carrier has taken it and rings, the worker has not been told
- queue: some milliseconds after a read-back was agreed to, when the message's job goes to Redis
- again: while what was killed before is still coming up
- any: at no particular moment
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

from hotline.crash import processes
from hotline.crash.machine import Machine

SERVICE, WORKER, REDIS, DATABASE, POWER = KINDS = ("service", "worker", "redis", "database", "power")
PLANS: tuple[tuple[str, str], ...] = (
    (SERVICE, "turn"),
    (WORKER, "taken"),
    (DATABASE, "turn"),
    (REDIS, "queue"),
    (SERVICE, "answer"),
    (WORKER, "claim"),
    (DATABASE, "answer"),
    (POWER, "turn"),
    (SERVICE, "queue"),
    (REDIS, "turn"),
    (WORKER, "any"),
    (DATABASE, "taken"),
    (SERVICE, "again"),
    (REDIS, "taken"),
    (POWER, "answer"),
    (DATABASE, "queue"),
    (SERVICE, "any"),
    (POWER, "taken"),
    (REDIS, "any"),
    (DATABASE, "any"),
    (WORKER, "dialling"),
    (WORKER, "rung"),
    (DATABASE, "rung"),
    (POWER, "dialling"),
)
"""Kinds and moments, shuffled with the seed; all of them come before any comes again."""
TURN_MS = 60.0
"""A turn takes about as long, with eight residents at once."""
COMES_WITHIN_S = 45.0
"""A moment that has not come by then is taken for any."""
RINGING = frozenset({"dialling", "rung"})
"""Moments of a call that the office makes."""
AT_WORK = RINGING | {"claim", "taken"}
"""Moments that only a worker at work can bring."""
LOST_ON_THE_WAY = frozenset({"answer", "claim", "dialling"})


@dataclass(frozen=True)
class Plan:
    """One kill: once so many conversations have begun, at the next such moment, after a delay."""

    kind: str
    moment: str
    after: int
    delay_s: float
    part: bool
    """Only a part of it: one database connection's process, the worker without its job or the job alone."""


@dataclass
class Kill:
    """What was killed and what was going on."""

    kind: str
    moment: str
    at_s: float
    under_way: int
    """Webhooks being answered at that instant."""
    conversations: int
    """Residents in the middle of a conversation."""
    processes: int
    failed: int = 0
    """Requests that failed from then on until the next kill."""


def plans(kills: int, conversations: int, seed: int) -> list[Plan]:
    """Spread evenly over the conversations, a little off the beat."""
    dice = Random(seed)
    deck: list[tuple[str, str]] = []
    while len(deck) < kills:
        deck += dice.sample(PLANS, len(PLANS))
    step = conversations / (kills + 1)
    drawn = []
    for n, (kind, moment) in enumerate(deck[:kills], start=1):
        after = int(step * (n + dice.uniform(-0.3, 0.3)))
        seconds = moment in ("again", "any")
        delay = dice.uniform(0.2, 2.0) if seconds else dice.uniform(0, TURN_MS) / 1000
        drawn.append(Plan(kind, moment, after, delay, dice.random() < 0.3))
    return sorted(drawn, key=lambda plan: plan.after)


@dataclass
class Killer:
    """Carries the plans out, one after the other."""

    machine: Machine
    in_flight: Callable[[], tuple[int, int]]
    """Webhooks under way, conversations under way."""
    failures: Callable[[], int]
    kills: list[Kill] = field(default_factory=list)
    _armed: Plan | None = None
    _struck: asyncio.Event = field(default_factory=asyncio.Event)
    _began: float = field(default_factory=time.monotonic)
    _failed_before: int = 0

    async def carry_out(self, plan: Plan, ready: Callable[[], Awaitable[None]]) -> None:
        """Returns when it has been done; `ready` is told when its moment may come.

        Raises NotRecovered where the machine had not come up before.
        """
        if plan.moment == "again":
            await ready()
            self.strike(plan, SERVICE)
            await asyncio.sleep(plan.delay_s)
            self.strike(plan, plan.kind)
            return
        await self.machine.healthy(working=plan.kind in (WORKER, REDIS) or plan.moment in AT_WORK)
        self._struck.clear()
        self._armed = plan
        await ready()
        if plan.moment == "any":
            await asyncio.sleep(plan.delay_s)
        else:
            try:
                async with asyncio.timeout(COMES_WITHIN_S):
                    await self._struck.wait()
            except TimeoutError:
                pass
        if self._armed is not None:  # any moment is as good as another
            self._armed = None
            self.strike(plan, plan.kind, "any")

    async def moment(self, name: str) -> bool:
        """A moment has come: true if it was struck at, and what was on its way is lost."""
        plan = self._armed
        if plan is None or name != plan.moment:
            return False
        self._armed = None
        if name in ("turn", "queue"):
            asyncio.get_running_loop().call_later(plan.delay_s, self.strike, plan, plan.kind)
            return False
        self.strike(plan, plan.kind)
        return name in LOST_ON_THE_WAY and plan.kind != REDIS

    def strike(self, plan: Plan, kind: str, moment: str = "") -> None:
        """Kills now."""
        webhooks, conversations = self.in_flight()
        self._settle_failures()
        at_s = time.monotonic() - self._began
        killed = processes.kill(*self._victims(kind, part=plan.part))
        self.kills.append(Kill(kind, moment or plan.moment, round(at_s, 2), webhooks, conversations, killed))
        self._struck.set()

    def finish(self) -> None:
        """No more kills: the last one's failures are counted."""
        self._settle_failures()

    def _settle_failures(self) -> None:
        failed = self.failures()
        if self.kills:
            self.kills[-1].failed += failed - self._failed_before
        self._failed_before = failed

    def _victims(self, kind: str, *, part: bool) -> list[int]:
        machine = self.machine
        if kind == SERVICE:
            return machine.service()
        if kind == WORKER:
            workers = machine.workers()
            return workers[:1] if part else workers
        if kind == REDIS:
            return machine.redis()
        if kind == DATABASE:
            backends = machine.postgres.backends() if part and machine.postgres is not None else []
            return backends[:1] or machine.database()
        return [*machine.database(), *machine.redis(), *machine.workers(), *machine.service()]
