"""What the hotline asks of whoever carries its calls and messages."""

from __future__ import annotations

from collections.abc import Sequence
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


class Carrier(Protocol):
    """A telephone company. Numbers are as the office keeps them; sids are the carrier's own names.

    Nothing is tried twice in here: whoever asks has written down that it asks, and reconciles.
    Every method raises CarrierError.
    """

    def send_message(self, to: str, body: str, reason: str) -> str:
        """Sends a text; gives its sid. `reason` names it in our records and goes no further."""

    def messages_since(self, to: str, body: str, since: datetime) -> Sequence[str]:
        """Sids of texts with this body that the carrier took for this number since then, oldest first."""

    def place_call(self, to: str, reason: str) -> str:
        """Rings a number; gives the call's sid. Who answers is led by what the office has for that reason."""

    def end_call(self, sid: str) -> None:
        """Ends a call; a call that has ended already is no error."""
