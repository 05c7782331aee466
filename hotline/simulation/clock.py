"""Time that passes when the simulation says so; nobody waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass
class FastClock:
    """A clock that is moved, only forwards."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def until(self, at: datetime) -> None:
        """To this moment; a moment gone by changes nothing."""
        self.now = max(self.now, at)
