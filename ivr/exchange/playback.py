"""Plays to one telephone what is queued for it, frame by frame, and says when each mark has been heard."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ivr.exchange.pace import FRAME_S, Pace
from ivr.exchange.sound import FRAME

Played = Callable[[], Awaitable[None]]
_MOST = 8000 * 600
"""Ten minutes of audio may wait; more is a service that has run away."""
_STALL_S = 0.5
"""Wall seconds a stalled machine may be behind and still catch up."""


@dataclass(frozen=True)
class _Mark:
    name: str
    played: Played


class Playback:
    """The downlink buffer of one telephone.

    Frames leave on an absolute schedule: a late wake-up is caught up, so playing a minute takes a minute.
    """

    def __init__(self, send: Callable[[bytes], Awaitable[None]], pace: Pace) -> None:
        self._send = send
        self._pace = pace
        self._queue: deque[memoryview | _Mark] = deque()
        self._waiting_bytes = 0
        self._more = asyncio.Event()

    def play(self, audio: bytes) -> bool:
        """Queues audio; False if there is no room for it."""
        if self._waiting_bytes + len(audio) > _MOST:
            return False
        if audio:
            self._queue.append(memoryview(audio))
            self._waiting_bytes += len(audio)
            self._more.set()
        return True

    def mark(self, name: str, played: Played) -> None:
        """Calls `played` when everything queued before has been heard."""
        self._queue.append(_Mark(name, played))
        self._more.set()

    def clear(self) -> list[str]:
        """Empties the buffer; returns the names of the marks that will not be played, oldest first."""
        pending = [item.name for item in self._queue if isinstance(item, _Mark)]
        self._queue.clear()
        self._waiting_bytes = 0
        return pending

    async def play_out(self, audio: bytes) -> None:
        """Plays audio to its end. Cancelled, it falls silent at once."""
        heard = asyncio.Event()

        async def played() -> None:
            heard.set()

        self.play(audio)
        self.mark("", played)
        try:
            await heard.wait()
        except asyncio.CancelledError:
            self.clear()
            raise

    async def run(self) -> None:
        """Plays until cancelled."""
        due = self._pace.now()
        while True:
            if not self._queue:
                self._more.clear()
                await self._more.wait()
                due = max(due, self._pace.now())
            await self._pace.sleep_until(due)
            if self._queue:  # not cleared meanwhile
                due = await self._step(due)

    async def _step(self, due: float) -> float:
        head = self._queue[0]
        if isinstance(head, _Mark):
            self._queue.popleft()
            await head.played()
            return due
        await self._send(self._frame())
        return max(due, self._pace.now() - _STALL_S / self._pace.factor) + FRAME_S

    def _frame(self) -> bytes:
        """The next 20 ms; a piece that ends early is filled up with silence, as carriers do."""
        frame = b""
        while self._queue and len(frame) < FRAME:
            head = self._queue[0]
            if isinstance(head, _Mark):
                break
            self._queue.popleft()
            wanted = FRAME - len(frame)
            frame += head[:wanted]
            if len(head) > wanted:
                self._queue.appendleft(head[wanted:])
        self._waiting_bytes -= len(frame)
        return frame.ljust(FRAME, b"\xff")
