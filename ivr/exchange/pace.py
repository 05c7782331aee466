"""The exchange's clock: call time, which may run faster than the wall's in text-only tests."""

from __future__ import annotations

import asyncio
import time

FRAME_S = 0.02
"""Length of one audio frame, in seconds of call time."""


class Pace:
    """Call time in seconds; `factor` is how many wall seconds one call second takes (1.0 is real time)."""

    def __init__(self, factor: float = 1.0) -> None:
        if factor <= 0:
            raise ValueError("a call second must take some time")
        self.factor = factor

    def now(self) -> float:
        """Seconds of call time since an arbitrary moment."""
        return time.monotonic() / self.factor

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) * self.factor)

    async def sleep_until(self, moment: float) -> None:
        """Sleeps to an absolute moment of `now()`, so that a schedule does not drift."""
        await self.sleep(moment - self.now())

    def within(self, seconds: float) -> asyncio.Timeout:
        """A context that raises TimeoutError after so much call time."""
        return asyncio.timeout(max(0.0, seconds) * self.factor)
