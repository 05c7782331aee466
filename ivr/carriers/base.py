"""What the hotline asks of whoever carries its calls and messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class CarrierError(Exception):
    """The carrier did not do it, or nobody knows whether it did.

    `retryable`: the same request may work later. `unsure`: the carrier may have done it already,
    so it must be asked before the request is made again.
    """

    def __init__(self, message: str, *, code: str = "", retryable: bool = False, unsure: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.retryable = retryable
        self.unsure = unsure


@dataclass(frozen=True)
class PlacedCall:
    """A call as the carrier's records have it."""

    sid: str
    status: str
    """queued, ringing, in-progress, or how it ended: completed, busy, no-answer, failed, canceled."""
    answered_by: str = ""
    """human, unknown, fax or machine_…; empty where nobody looked."""
    seconds: int = 0


class Carrier(Protocol):
    """A telephone company. Numbers are as the office keeps them; sids are the carrier's own names.

    Nothing is tried twice in here: whoever asks has written down that it asks, and reconciles.
    Every method raises CarrierError.
    """

    def send_message(self, to: str, body: str, reason: str) -> str:
        """Sends a text; gives its sid. `reason` names it in our records and goes no further."""

    def messages_since(self, to: str, body: str, since: datetime) -> Sequence[str]:
        """Sids of texts with this body that the carrier took for this number since then, oldest first."""

    def place_call(self, to: str, reason: str, *, detect_machine: bool = False) -> str:
        """Rings a number; gives the call's sid. Who answers is led by what the office has for that reason."""

    def calls_since(self, to: str, since: datetime) -> Sequence[PlacedCall]:
        """Calls of ours to this number that the carrier took since then, oldest first."""

    def lead_call(self, sid: str, path: str) -> None:
        """Has a call under way ask us now, below our public address, how it goes on; what it is doing ends."""

    def end_call(self, sid: str) -> None:
        """Ends a call; a call that has ended already is no error."""
