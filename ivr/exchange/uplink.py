"""What one telephone says, as the carrier passes it on: one frame every 20 ms, silence where nothing came."""

from __future__ import annotations

from collections.abc import AsyncIterator

from ivr.exchange.faults import LossyLine
from ivr.exchange.pace import FRAME_S, Pace
from ivr.exchange.sound import FRAME, SILENCE

_PREFILL = 2 * FRAME
"""A jitter buffer of two frames: browsers send in clumps up to 40 ms apart."""
_MOST = 50 * FRAME
_REVIEW = 50


class Uplink:
    """The jitter buffer between a telephone and whoever listens to it."""

    def __init__(self, pace: Pace, line: LossyLine) -> None:
        self._pace = pace
        self._line = line
        self._buffer = bytearray()
        self._flowing = False
        self._lowest = _MOST

    def hear(self, audio: bytes) -> None:
        """Takes µ-law from the telephone, in pieces of any size; telephones pace themselves."""
        self._buffer += audio
        if len(self._buffer) > _MOST:
            del self._buffer[: len(self._buffer) - _PREFILL]

    def hold_up_s(self) -> float:
        """How long the next frame is held up on its way to the service."""
        return self._line.hold_up_s()

    async def frames(self) -> AsyncIterator[bytes]:
        """One frame every 20 ms for as long as somebody asks; what was said before is not heard."""
        self._buffer.clear()
        self._flowing = False
        due = self._pace.now()
        count = 0
        while True:
            await self._pace.sleep_until(due)
            yield self._next()
            count += 1
            if count % _REVIEW == 0:
                self._catch_up()
            due = max(due + FRAME_S, self._pace.now() - 1 / self._pace.factor)

    def _next(self) -> bytes:
        if not self._flowing and len(self._buffer) < _PREFILL:
            return SILENCE
        self._flowing = len(self._buffer) >= FRAME
        if not self._flowing:
            return SILENCE
        frame = bytes(self._buffer[:FRAME])
        del self._buffer[:FRAME]
        self._lowest = min(self._lowest, len(self._buffer))
        return SILENCE if self._line.loses() else frame

    def _catch_up(self) -> None:
        """Gives up delay that was never needed during the last second."""
        if self._flowing and self._lowest > _PREFILL:
            del self._buffer[: (self._lowest - _PREFILL) // FRAME * FRAME]
        self._lowest = _MOST
