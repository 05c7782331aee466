"""A wish for a time, as far as a resident has said it: a day, a part of the day, an hour, or any of them.

Written form (kept in the journal): ``2026-11-28``, ``2026-11-28/morning``, ``2026-11-28T09:00``,
``*/evening``, ``*T19:30``, ``any``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from hotline.domain.errors import Refused


class DayPart(StrEnum):
    MORNING = "morning"  # before 12:00
    NOON = "noon"  # 11:00-14:00
    AFTERNOON = "afternoon"  # 12:00-18:00
    EVENING = "evening"  # from 17:00

    def holds(self, at: time) -> bool:
        """Whether a clock time belongs to this part; parts overlap as people use them."""
        first, last = _HOURS[self]
        return first <= at.hour + at.minute / 60 < last


_HOURS = {
    DayPart.MORNING: (0, 12),
    DayPart.NOON: (11, 14),
    DayPart.AFTERNOON: (12, 18.5),
    DayPart.EVENING: (17, 24),
}


@dataclass(frozen=True)
class Wish:
    """What is known of the wanted time; nothing known means any time will do."""

    day: date | None = None
    part: DayPart | None = None
    at: time | None = None

    def admits(self, slot: datetime) -> bool:
        """Whether a place at this time would do."""
        if self.day is not None and slot.date() != self.day:
            return False
        if self.at is not None:
            return slot.time() == self.at
        return self.part is None or self.part.holds(slot.time())

    def refined_by(self, later: Wish) -> Wish:
        """What is wanted after something more, or something else, was said."""
        at = later.at or self.at
        if later.at is None and later.part is not None and at is not None and not later.part.holds(at):
            at = None  # “下午吧” after nine o'clock was said: nine no longer stands
        return Wish(later.day or self.day, later.part or (None if later.at else self.part), at)

    @property
    def exact(self) -> datetime | None:
        """The one moment meant, if it has been said completely (without time zone: the town's own)."""
        return datetime.combine(self.day, self.at) if self.day and self.at else None  # noqa: DTZ

    def __str__(self) -> str:
        if self == Wish():
            return "any"
        day = self.day.isoformat() if self.day else "*"
        if self.at:
            return f"{day}T{self.at:%H:%M}"
        return f"{day}/{self.part}" if self.part else day

    @classmethod
    def parse(cls, text: str) -> Wish:
        """Reads the written form; Refused("bad_wish") for anything else."""
        if text == "any":
            return cls()
        try:
            head, clock = text.split("T") if "T" in text else (text, "")
            head, _, part = head.partition("/")
            return cls(
                None if head == "*" else date.fromisoformat(head),
                DayPart(part) if part else None,
                time.fromisoformat(clock) if clock else None,
            )
        except ValueError as wrong:
            raise Refused("bad_wish") from wrong
