"""Who is in touch, through what; what was heard; and what is served in return."""

from __future__ import annotations

from dataclasses import dataclass, field

from ivr.dialogue.steps import Json
from ivr.dialogue.turn import Turn


@dataclass(frozen=True)
class Contact:
    """One call or one exchange of texts with a number."""

    number: str
    """As `plain_number` spells it; empty if withheld."""
    surface: str
    """voice, keypad or sms"""
    call: str = ""
    """The carrier's call id; empty for texts."""

    @property
    def party(self) -> str:
        """Whose conversation it is: the number's, or the call's own where the number is withheld."""
        return self.number or f"withheld:{self.call}"


@dataclass(frozen=True)
class Evidence:
    """What an answer was understood from: kept with the turn for staff to check."""

    heard: str = ""
    alternatives: tuple[tuple[str, float], ...] = ()
    audio: str = ""
    """File name below the recordings folder."""
    timings_ms: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Served:
    """The hotline's move after a turn has been committed."""

    conversation: str
    turn: Turn
    elsewhere: bool = False
    """The conversation goes on over another call; this one is told so and ends."""
    begun: bool = False
    """A new conversation: nothing has been asked before."""
    messages: tuple[int, ...] = ()
    """Outbox rows to be sent now."""
