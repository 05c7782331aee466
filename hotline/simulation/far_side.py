"""The far side of the wire: takes calls and texts as a carrier does, and keeps what it took to be checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hotline.clock import Clock
from ivr.carriers.base import PlacedCall


@dataclass(frozen=True)
class Ring:
    """One call we were asked to make."""

    sid: str
    name: str
    """The attempt's, where the office asked for it: call-17."""
    number: str
    at: datetime


@dataclass(frozen=True)
class Letter:
    """One text we were asked to send."""

    sid: str
    number: str
    body: str
    reason: str
    at: datetime


@dataclass
class FarSide:
    """A carrier without a line: whoever plays the residents takes rings and letters off it."""

    clock: Clock
    rings: list[Ring] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    ended: dict[str, PlacedCall] = field(default_factory=dict)
    _rung: int = 0
    _read: int = 0

    def send_message(self, to: str, body: str, reason: str) -> str:
        letter = Letter(f"SM{len(self.letters) + 1:032}", to, body, reason, self.clock())
        self.letters.append(letter)
        return letter.sid

    def messages_since(self, to: str, body: str, since: datetime) -> Sequence[str]:
        found = [one for one in self.letters if one.number == to and one.body == body and one.at >= since]
        return [one.sid for one in found]

    def place_call(self, to: str, reason: str, *, detect_machine: bool = False) -> str:
        ring = Ring(f"CA{len(self.rings) + 1:032}", reason, to, self.clock())
        self.rings.append(ring)
        return ring.sid

    def calls_since(self, to: str, since: datetime) -> Sequence[PlacedCall]:
        found = [one for one in self.rings if one.number == to and one.at >= since]
        return [self.ended.get(one.sid, PlacedCall(one.sid, "queued")) for one in found]

    def lead_call(self, sid: str, path: str) -> None:
        """Nobody asks for it here."""

    def end_call(self, sid: str) -> None:
        """Nobody asks for it here."""

    def new_rings(self) -> Sequence[Ring]:
        """Telephones that have begun to ring since this was asked last."""
        found, self._rung = self.rings[self._rung :], len(self.rings)
        return found

    def new_letters(self) -> Sequence[Letter]:
        """Texts that have come since this was asked last."""
        found, self._read = self.letters[self._read :], len(self.letters)
        return found
