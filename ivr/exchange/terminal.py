"""A telephone made of text: a keypad telephone, or one that only writes messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from ivr.exchange.pace import FRAME_S, Pace
from ivr.exchange.plant import WORDS
from ivr.exchange.sound import FRAME, tone
from ivr.exchange.telephones import Event, Message, Wire

Show = Callable[[str], None]
_REPLY_S = 15.0
_LAST_REPLY_S = 1.5
_HUM = tone(220, 0.02)


class KeypadTelephone:
    """Shows what the carrier says and presses the digits of each line when keys are wanted.

    It has no ears: it rings with the media connection switched off, so that the service goes on by keypad.
    Where the service records, a line of text becomes a hum about as long as saying it would take.
    """

    def __init__(self, number: str, show: Show, pace: Pace | None = None) -> None:
        self.number = number
        self.lines: asyncio.Queue[str | None] = asyncio.Queue()
        """What the user types; None hangs up."""
        self.ended = ""
        self._show = show
        self._pace = pace or Pace()
        self._wanted: asyncio.Queue[str] = asyncio.Queue()
        self._over = asyncio.Event()

    def plugged(self, wire: Wire) -> None:
        self._wire = wire

    async def receive(self, message: Message) -> None:
        if isinstance(message, bytes):
            return
        match message.get("event"):
            case "caption" | "sms":
                self._show(_said(message))
            case "gather" | "record":
                self._wanted.put_nowait(str(message["event"]))
            case "connected":
                self._show(WORDS["connected"])
            case "error":
                self._show(str(message.get("reason", "")))
            case "ended":
                self.ended = str(message.get("reason", ""))
                self._over.set()

    async def call(self) -> str:
        """Rings and stays until the call has ended; why it ended."""
        await self._wire.send({"event": "dial", "faults": {"no_stream": True}})
        typing = asyncio.create_task(self._type())
        try:
            await self._over.wait()
        finally:
            typing.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await typing
        self._show(WORDS["ended"])
        return self.ended

    async def _type(self) -> None:
        while True:
            wanted = await self._wanted.get()
            while not self._wanted.empty():
                wanted = self._wanted.get_nowait()
            line = await self.lines.get()
            if line is None:
                await self._wire.send({"event": "hangup"})
                return
            await (self._hum(line) if wanted == "record" else self._press(line))

    async def _press(self, line: str) -> None:
        for digit in line:
            if digit in "0123456789*#":
                await self._wire.send({"event": "key", "digit": digit})

    async def _hum(self, line: str) -> None:
        due = self._pace.now()
        for _ in range(max(50, 10 * len(line))):
            await self._wire.send(_HUM[:FRAME])
            due += FRAME_S
            await self._pace.sleep_until(due)


class TextingTelephone:
    """Sends each line as a message and shows what comes back; waits for a reply before the next line."""

    def __init__(self, number: str, show: Show) -> None:
        self.number = number
        self.lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._show = show
        self._replied = asyncio.Event()

    def plugged(self, wire: Wire) -> None:
        self._wire = wire

    async def receive(self, message: Message) -> None:
        if isinstance(message, bytes):
            return
        if message.get("event") == "sms":
            self._show(_said(message))
            self._replied.set()
        elif message.get("event") in ("error", "ended"):
            self._show(str(message.get("reason", "")))
            self._replied.set()

    async def talk(self) -> None:
        """Until the lines end; the last reply is waited for."""
        while (line := await self.lines.get()) is not None:
            if not line.strip():
                continue
            self._replied.clear()
            await self._wire.send({"event": "sms", "body": line.strip()})
            await self._reply_within(_REPLY_S)
        self._replied.clear()
        await self._reply_within(_LAST_REPLY_S)

    async def _reply_within(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._replied.wait()


def _said(message: Event) -> str:
    kind = WORDS["sms"] if message["event"] == "sms" else WORDS["said"]
    return f"{kind}{message.get('text') or message.get('body') or ''}"
