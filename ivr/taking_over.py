"""A colleague takes a call over while the machine still speaks: the caller is connected to them at once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from hotline.domain.errors import Refused
from ivr.carriers.base import Carrier, CarrierError
from ivr.contact import Contact
from ivr.desk import Desk

log = logging.getLogger(__name__)

GOES_ON_AT = "/voice/turn"
"""Where a call asks how it goes on: it is dialled from there, with the attempt on record."""


@dataclass(frozen=True)
class TakingOver:
    """What the office's pages may do with a call under way."""

    desk: Desk
    carrier: Callable[[], Carrier]
    enqueue: Callable[[tuple[int, ...]], None]

    def take(self, sid: str, person: tuple[str, str]) -> None:
        """Rings a colleague (name, number) for the caller, who hears that somebody comes.

        Refused: call_over, connecting (it rings somebody already), no_line (the carrier did not do it: once the
        caller answers, they are connected all the same).
        """
        with self.desk.store.open() as office:
            call = office.records.call(sid)
        if call is None or call.ended_at is not None or not call.conversation:
            raise Refused("call_over")
        served = self.desk.hand_to(call.conversation, Contact(call.number, "voice", sid), person)
        if served.elsewhere:
            raise Refused("call_over" if served.turn.outcome else "connecting")
        self.enqueue(served.messages)
        try:
            self.carrier().lead_call(sid, GOES_ON_AT)
        except CarrierError as error:
            log.warning("a call could not be led to a colleague", extra={"call": sid, "cause": error.code})
            raise Refused("no_line") from error
