"""The one line protocol that every telephone speaks, in process or over `/exchange/line`.

Telephone → exchange: ``{"event": "dial"|"answer"|"hangup"|"key", …}``, ``{"event": "sms", "body"}``; binary is
µ-law to be heard (20 ms frames, paced by the telephone). ``dial`` may carry ``to`` (the hotline where missing)
and ``faults`` (`Faults.of`); ``answer`` may carry ``by`` (``human`` or one of Twilio's ``machine_…``).

Exchange → telephone: ``ringing`` (with ``from`` where it is called), ``connected`` (``call``: its SID), ``ended``
(``reason``), ``mark`` (``name``: played to its end), ``caption`` (``text``, ``verb``), ``gather`` (``action``,
``numDigits``), ``record`` (``action``), ``sms`` (``from``, ``body``), ``error`` (``reason``); binary is µ-law.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Protocol

from ivr.exchange.faults import Faults, LossyLine
from ivr.exchange.numbers import e164
from ivr.exchange.pace import Pace
from ivr.exchange.playback import Playback
from ivr.exchange.uplink import Uplink

log = logging.getLogger(__name__)

Event = dict[str, Any]
Message = Event | bytes
MAX_AUDIO = 16000
"""Two seconds of audio in one message; more is no telephone."""


class Wire(Protocol):
    """A telephone's way to the exchange."""

    async def send(self, message: Message) -> None:
        """Says or signals something. Raises ConnectionError where the exchange is gone."""


class Telephone(Protocol):
    """Something that can be plugged in at a number."""

    @property
    def number(self) -> str: ...

    def plugged(self, wire: Wire) -> None:
        """The telephone now has a line; called once, before anything is received."""

    async def receive(self, message: Message) -> None:
        """Something arrives. Must be quick: audio waits behind it."""


class Leg:
    """One telephone's part in one call, as the exchange holds it."""

    def __init__(self, line: Line, pace: Pace, faults: Faults) -> None:
        self.line = line
        self.playback = Playback(line.telephone.receive, pace)
        self.uplink = Uplink(pace, LossyLine(faults))
        self.keys: asyncio.Queue[str] = asyncio.Queue()
        self.answered: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.gone = asyncio.Event()
        self._playing = asyncio.create_task(self.playback.run())

    async def tell(self, event: str, **fields: object) -> None:
        await self.line.telephone.receive({"event": event, **fields})

    def pick_up(self, by: str) -> None:
        if not self.answered.done():
            self.answered.set_result(by)

    def forget_keys(self) -> None:
        """Keys pressed before anybody asked for them are lost, as on a real line."""
        while not self.keys.empty():
            self.keys.get_nowait()

    async def end(self, reason: str) -> None:
        """Frees the telephone and tells it why."""
        self.gone.set()
        self.answered.cancel()
        self._playing.cancel()
        await asyncio.wait({self._playing})
        if self.line.leg is self:
            self.line.leg = None
        await self.tell("ended", reason=reason)


class Switchboard(Protocol):
    """What a line asks of the exchange."""

    def dialled(self, line: Line, to: str, faults: Faults) -> None: ...

    def texted(self, number: str, body: str) -> None: ...


class Line:
    """The exchange's end of one plugged-in telephone; in process it is also the telephone's wire."""

    def __init__(self, telephone: Telephone, switchboard: Switchboard) -> None:
        self.telephone = telephone
        self.number = e164(telephone.number)
        self.leg: Leg | None = None
        self._switchboard = switchboard

    async def send(self, message: Message) -> None:
        """What the telephone says or does. Anything it should not do is answered with ``error``."""
        if isinstance(message, bytes):
            if self.leg is not None and len(message) <= MAX_AUDIO:
                self.leg.uplink.hear(message)
            return
        obey = self._ACTS.get(str(message.get("event")))
        if obey is None:
            await self.refuse("unknown event")
            return
        await obey(self, message)

    async def refuse(self, reason: str) -> None:
        log.warning("a telephone did what it cannot", extra={"reason": reason})
        await self.telephone.receive({"event": "error", "reason": reason})

    async def _dial(self, message: Event) -> None:
        if self.leg is not None:
            await self.refuse("already in a call")
            return
        try:
            faults = Faults.of(message.get("faults") or {})
        except (ValueError, TypeError, AttributeError) as error:
            await self.refuse(f"faults: {error}")
            return
        self._switchboard.dialled(self, str(message.get("to") or ""), faults)

    async def _answer(self, message: Event) -> None:
        if self.leg is not None:
            self.leg.pick_up(str(message.get("by") or "human"))

    async def _hangup(self, message: Event) -> None:
        if self.leg is not None:
            self.leg.gone.set()

    async def _key(self, message: Event) -> None:
        digit = str(message.get("digit", ""))
        if len(digit) != 1 or digit not in "0123456789*#ABCD":
            await self.refuse("no such key")
        elif self.leg is not None:
            self.leg.keys.put_nowait(digit)

    async def _sms(self, message: Event) -> None:
        body = str(message.get("body") or "")
        if not 0 < len(body) <= 1600:
            await self.refuse("a text message has 1 to 1600 characters")
            return
        self._switchboard.texted(self.number, body)

    _ACTS: ClassVar[dict[str, Callable[[Line, Event], Awaitable[None]]]] = {
        "dial": _dial,
        "answer": _answer,
        "hangup": _hangup,
        "key": _key,
        "sms": _sms,
    }
