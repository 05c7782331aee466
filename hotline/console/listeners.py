"""Who listens to what changes, and the one look at the records that serves them all."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from hotline.clock import Clock, utc_now
from hotline.console.pulse import Pulse, take_pulse
from hotline.domain.case_life import Actor
from hotline.domain.rights import Sight
from hotline.store.unit_of_work import Store

log = logging.getLogger(__name__)

EVERY_S = 2.0
"""Between two looks at the records, while anybody listens."""
MOST_PER_PERSON = 8
"""Pages of one person that listen at the same time."""
MOST = 400
BETWEEN_PAGES_S = 60.0
"""Somebody who was alone and opens another page is told what came in between."""
KEPT = 40
"""Events kept for a browser that reads slowly; then the oldest are dropped."""


@dataclass(eq=False)
class Listener:
    """One page of one person."""

    actor: Actor
    sight: Sight
    captions: bool = False
    """Whether it shows what is being said in calls under way."""
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False
    _changed: dict[str, None] = field(default_factory=dict)
    _said: deque[bytes] = field(default_factory=lambda: deque(maxlen=KEPT))

    def changed(self, kinds: list[str]) -> None:
        self._changed.update(dict.fromkeys(kinds))
        self.wake.set()

    def tell(self, event: str, what: dict[str, str]) -> None:
        self._said.append(as_event(event, what))
        self.wake.set()

    def end(self) -> None:
        self.ended = True
        self.wake.set()

    def taken(self) -> bytes:
        """Everything to be sent now."""
        self.wake.clear()
        kinds, self._changed = list(self._changed), {}
        said = [as_event("changed", kinds)] if kinds else []
        said += self._said
        self._said.clear()
        return b"".join(said)


class Listeners:
    """Everybody who listens in this process. All methods are for the event loop."""

    def __init__(self, store: Store, clock: Clock = utc_now, every_s: float = EVERY_S) -> None:
        self._store = store
        self._clock = clock
        self._every_s = every_s
        self._all: set[Listener] = set()
        self._looking: asyncio.Task[None] | None = None
        self._before: tuple[Pulse, float] | None = None
        """The last look, and when it was (the loop's seconds)."""
        self.beside = ThreadPoolExecutor(2, "events")
        """For what reads the records: never the threads that answer pages."""

    def room_for(self, username: str) -> bool:
        own = sum(one.actor.username == username for one in self._all)
        return own < MOST_PER_PERSON and len(self._all) < MOST

    def join(self, listener: Listener) -> None:
        """The first one begins the looking."""
        self._all.add(listener)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._look())

    def leave(self, listener: Listener) -> None:
        self._all.discard(listener)

    def close(self) -> None:
        """Ends every stream: the service goes down."""
        for listener in self._all:
            listener.end()

    @property
    def watching(self) -> list[Listener]:
        """Those who follow calls under way."""
        return [one for one in self._all if one.captions]

    async def _look(self) -> None:
        """One look after the other while anybody listens; a database that is away is asked again."""
        now = asyncio.get_running_loop().time
        if self._before is not None and now() - self._before[1] > BETWEEN_PAGES_S:
            self._before = None
        while self._all:
            before = self._before[0] if self._before else None
            try:
                pulse = await self._aside(before)
            except SQLAlchemyError:
                log.warning("what changed could not be looked up", exc_info=True)
            else:
                if before is not None:
                    self._tell(pulse, before)
                self._before = (pulse, now())
            await asyncio.sleep(self._every_s)

    def _tell(self, pulse: Pulse, before: Pulse) -> None:
        kinds = pulse.changed(before)
        for listener in list(self._all):
            if kinds:
                listener.changed(kinds)
            for alarm in pulse.alarms:
                if alarm.concerns(listener.sight, listener.actor):
                    listener.tell("danger", {"code": alarm.code})

    async def _aside(self, before: Pulse | None) -> Pulse:
        def reading() -> Pulse:
            with self._store.reading() as office:
                return take_pulse(office, before, self._clock())

        return await asyncio.get_running_loop().run_in_executor(self.beside, reading)


def as_event(event: str, data: object) -> bytes:
    """One server-sent event; JSON has no line break, so nothing in it can begin another event."""
    return f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
