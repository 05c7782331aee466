"""`/voice/stream`: the carrier's media socket. Reads and sorts into a bounded queue; never recognises."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from hotline.domain.residents import plain_number
from ivr.carriers.signature import Signatures
from ivr.contact import Contact
from ivr.front_desk import FrontDesk
from ivr.live import wire
from ivr.live.call import LiveCall, LiveParts
from ivr.live.ear import Ear
from ivr.live.mouth import Mouth

log = logging.getLogger(__name__)

START_WITHIN_S = 10.0
FORBIDDEN = 4403
WENT_WRONG = 1011

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class StreamEndpoint:
    """The ASGI end of live audio. Signed at the upgrade, and again by a one-time token in `start`."""

    def __init__(self, front: FrontDesk, parts: LiveParts, signatures: Signatures, public_url: str) -> None:
        self._front = front
        self._parts = parts
        self._signatures = signatures
        self._public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        if not self._signed(scope):
            log.warning("a stream without the carrier's signature was refused")
            await send({"type": "websocket.close", "code": FORBIDDEN})  # before accept: HTTP 403
            return
        await send({"type": "websocket.accept"})
        socket = _Socket(receive, send)
        try:
            code = await self._serve(socket)
        except Exception:
            # The stream edge: the carrier asks for the action next, and the call goes on by keypad.
            log.exception("a stream failed")
            code = WENT_WRONG
        await socket.close(code)

    def _signed(self, scope: Scope) -> bool:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        secure = scope.get("scheme") == "wss"
        seen = f"{'https' if secure else 'http'}://{headers.get('host', '')}{scope['path']}"
        return self._signatures.of_upgrade(seen, headers.get("x-twilio-signature", ""))

    async def _serve(self, socket: _Socket) -> int:
        """One stream from its start to its end; returns the code to close with."""
        started = await asyncio.wait_for(socket.started(), START_WITHIN_S)
        if started is None:
            return 1000
        contact = await asyncio.to_thread(self._admit, started)
        if contact is None:
            log.warning("a stream without a good token was refused", extra={"call": started.call[:64]})
            return FORBIDDEN
        mouth = Mouth(socket.send_text, started.stream, self._parts.speaker.stream, self._parts.beside)
        ear = Ear()
        talking = asyncio.create_task(LiveCall(self._parts, contact, ear, mouth).run())
        reading = asyncio.create_task(socket.read(ear, mouth))
        try:
            await asyncio.wait({talking, reading}, return_when=asyncio.FIRST_COMPLETED)
            if talking.done():
                talking.result()
        finally:
            for task in (talking, reading):
                task.cancel()
            await asyncio.gather(talking, reading, return_exceptions=True)
            await mouth.stop()
        return 1000

    def _admit(self, started: wire.Started) -> Contact | None:
        """The contact of the call that the token was issued for, if it is this call."""
        call = self._front.spend_ticket(started.parameters.get("token", ""))
        if call is None or call != started.call:
            return None
        return Contact(plain_number(self._front.number_of(call)), "voice", call)


class _Socket:
    """Text frames in and out, and the counters of what was wrong with them."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._open = True
        self._garbled = 0

    async def next(self) -> wire.Incoming | None:
        """The next message that can be read; None once the socket is closed."""
        while self._open:
            event = await self._receive()
            if event["type"] == "websocket.disconnect":
                self._open = False
                return None
            try:
                return wire.read(event.get("text"))
            except wire.Garbled as wrong:
                self._garbled += 1
                if self._garbled in (1, 10, 100, 1000):
                    log.warning("garbled stream message", extra={"cause": str(wrong), "count": self._garbled})
        return None

    async def started(self) -> wire.Started | None:
        """Waits for `start`; None if the stream ends before it."""
        while (message := await self.next()) is not None:
            if isinstance(message, wire.Started):
                return message
            if isinstance(message, wire.Stopped):
                return None
        return None

    async def read(self, ear: Ear, mouth: Mouth) -> None:
        """Sorts messages until the stream ends. Audio goes into the ear's bounded queue."""
        while (message := await self.next()) is not None:
            match message:
                case wire.Media(audio):
                    ear.take(audio)
                case wire.Key(digit):
                    ear.press(digit)
                case wire.Played(mark):
                    mouth.played(mark)
                case wire.Stopped():
                    return

    async def send_text(self, text: str) -> None:
        if self._open:
            try:
                await self._send({"type": "websocket.send", "text": text})
            except (OSError, RuntimeError) as gone:
                self._open = False
                log.info("the stream closed while we spoke", extra={"cause": type(gone).__name__})

    async def close(self, code: int) -> None:
        if self._open:
            self._open = False
            try:
                await self._send({"type": "websocket.close", "code": code})
            except (OSError, RuntimeError) as gone:
                log.info("the stream was closed already", extra={"cause": type(gone).__name__})
