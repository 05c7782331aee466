"""Who serves where and when: desks, the people at them, and their shifts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hotline.domain.calendar import Place


@dataclass(frozen=True)
class Desk:
    """Somewhere residents are served: the town window, a village's station, or at home (who visits)."""

    id: str
    """window, village:V03, home; a town with several windows has window:1, window:2, …"""
    name: str
    kind: Place
    seats: int
    """How many are served at once there, however many people are on duty."""
    village: str = ""


@dataclass(frozen=True)
class Shift:
    """A stretch of time one person serves at one desk; holidays, swaps and exceptions are already in it."""

    clerk: str
    desk: str
    begins: datetime
    ends: datetime


class Rota(Protocol):
    """The roster of the town, expanded to real days."""

    def desks(self) -> Sequence[Desk]: ...

    def shifts(self, desk: str, since: datetime, until: datetime) -> Sequence[Shift]:
        """Every shift at this desk that touches the span, soonest first."""
