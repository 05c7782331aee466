"""A telephone that is plugged into a running exchange, for tests to ring with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ivr.exchange.sound import FRAME
from ivr.exchange.telephones import Event, Message, Wire
from ivr.voice import mulaw


@dataclass
class Phone:
    """A telephone that remembers what it heard and was told."""

    number: str
    events: list[Event] = field(default_factory=list)
    heard: bytearray = field(default_factory=bytearray)

    def plugged(self, wire: Wire) -> None:
        self.wire = wire

    async def receive(self, message: Message) -> None:
        if isinstance(message, bytes):
            self.heard += message
        else:
            self.events.append(message)

    async def told(self, fits: Callable[[Event], bool], within_s: float = 60) -> Event:
        async with asyncio.timeout(within_s):
            while not any(map(fits, self.events)):  # noqa: ASYNC110 -- another process is waited for
                await asyncio.sleep(0.05)
        return next(filter(fits, self.events))

    async def do(self, event: str, **fields: str) -> None:
        await self.wire.send({"event": event, **fields})

    async def say(self, audio: bytes) -> None:
        for at in range(0, len(audio), FRAME):
            await self.wire.send(audio[at : at + FRAME].ljust(FRAME, b"\xff"))
            await asyncio.sleep(0.02)

    def hears(self, hertz: int, last_s: float = 2.0) -> bool:
        """Whether a tone stands out of the last seconds."""
        samples = mulaw.decode(bytes(self.heard[-int(last_s * 8000) :])).astype(float)
        spectrum = np.abs(np.fft.rfft(samples))
        at = int(hertz * len(samples) / 8000)
        return bool(spectrum[at - 3 : at + 4].max() > 10 * np.median(spectrum) + 1)
