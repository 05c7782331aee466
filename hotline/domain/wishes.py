"""A wish for a time, as far as a resident has said it: days, a part of the day, an hour or hours between two.

Written form (kept in the journal): ``2026-11-28``, ``2026-11-28/morning``, ``2026-11-28T09:00``,
``*/evening``, ``*T19:30``, ``any``; with ranges ``2026-11-30..2026-12-06``, ``*T15:00..17:00``,
``2026-11-28T15:00..`` (from three on), ``*T..10:00`` (before ten).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from hotline.domain.errors import Refused

_TO = ".."


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
    last_day: date | None = None
    """With `day`: any day from that one to this."""
    after: time | None = None
    """Places that begin at this hour or later."""
    before: time | None = None
    """Places that begin earlier than this."""

    def admits(self, slot: datetime) -> bool:
        """Whether a place at this time would do."""
        if self.day is not None and not self.day <= slot.date() <= (self.last_day or self.day):
            return False
        at = slot.time()
        if self.at is not None:
            return at == self.at
        if (self.after and at < self.after) or (self.before and at >= self.before):
            return False
        return self.part is None or self.part.holds(at)

    def refined_by(self, later: Wish) -> Wish:
        """What is wanted after something more, or something else, was said."""
        days = (later.day, later.last_day) if later.day else (self.day, self.last_day)
        if later.has_hours:
            return Wish(days[0], later.part, later.at, days[1], later.after, later.before)
        at = self.at
        if later.part is not None and at is not None and not later.part.holds(at):
            at = None  # “下午吧” after nine o'clock was said: nine no longer stands
        if later.part is not None and at is None:
            return Wish(days[0], later.part, None, days[1])
        return Wish(days[0], self.part, at, days[1], self.after, self.before)

    @property
    def has_hours(self) -> bool:
        """Whether an hour, or hours between two, were said."""
        return any((self.at, self.after, self.before))

    @property
    def exact(self) -> datetime | None:
        """The one moment meant, if it has been said completely (without time zone: the town's own)."""
        if self.day is None or self.at is None or self.last_day is not None:
            return None
        return datetime.combine(self.day, self.at)  # noqa: DTZ

    def __str__(self) -> str:
        if self == Wish():
            return "any"
        day = self.day.isoformat() if self.day else "*"
        if self.last_day:
            day += _TO + self.last_day.isoformat()
        if self.part and not self.at:
            day += f"/{self.part}"
        if self.at:
            return f"{day}T{self.at:%H:%M}"
        if self.after or self.before:
            return f"{day}T{_clock(self.after)}{_TO}{_clock(self.before)}"
        return day

    @classmethod
    def parse(cls, text: str) -> Wish:
        """Reads the written form; Refused("bad_wish") for anything else."""
        if text == "any":
            return cls()
        try:
            head, _, clock = text.partition("T")
            if "T" in text and not clock:
                raise Refused("bad_wish")
            head, _, part = head.partition("/")
            first, _, last = head.partition(_TO)
            day = None if first == "*" else date.fromisoformat(first)
            last_day = date.fromisoformat(last) if last else None
            named = DayPart(part) if part else None
            if _TO in clock:
                after, _, before = clock.partition(_TO)
                return cls(day, named, None, last_day, _time(after), _time(before))
            return cls(day, named, _time(clock), last_day)
        except ValueError as wrong:
            raise Refused("bad_wish") from wrong


def _clock(at: time | None) -> str:
    return f"{at:%H:%M}" if at else ""


def _time(text: str) -> time | None:
    return time.fromisoformat(text) if text else None
