"""Telephones over a WebSocket: `/exchange/line?from=NUMBER` speaks the line protocol of `telephones`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

import orjson

from ivr.exchange.access import admitted
from ivr.exchange.exchange import Exchange
from ivr.exchange.http import HttpRequest
from ivr.exchange.numbers import diallable
from ivr.exchange.telephones import Line, Message, Wire

log = logging.getLogger(__name__)

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
PATH = "/exchange/line"
_QUEUE = 500
_MAX_TEXT = 16 * 1024


class SocketTelephone:
    """The exchange's picture of a telephone at the other end of a WebSocket.

    Audio for a telephone that does not keep up is dropped; events are kept.
    """

    def __init__(self, number: str) -> None:
        self.number = number
        self._queue: asyncio.Queue[Message] = asyncio.Queue()

    def plugged(self, wire: Wire) -> None:
        """Its line is served by `serve_line`."""

    async def receive(self, message: Message) -> None:
        if not isinstance(message, bytes) or self._queue.qsize() < _QUEUE:
            self._queue.put_nowait(message)

    async def pass_on(self, send: Send) -> None:
        """Sends what arrives, until cancelled."""
        while True:
            message = await self._queue.get()
            if isinstance(message, bytes):
                await send({"type": "websocket.send", "bytes": message})
            else:
                await send({"type": "websocket.send", "text": orjson.dumps(message).decode()})


async def serve_line(exchange: Exchange, request: HttpRequest, receive: Receive, send: Send) -> None:
    """One telephone, from plugging in to pulling out. Strangers and nonsense numbers are refused (403)."""
    await receive()  # websocket.connect
    number = parse_qs(request.query).get("from", [""])[0].replace(" ", "+")
    if request.path != PATH or not diallable(number) or not admitted(exchange.line_token, request):
        await send({"type": "websocket.close", "code": 1008})
        return
    await send({"type": "websocket.accept"})
    telephone = SocketTelephone(number)
    line = exchange.plug(telephone)
    passing = asyncio.create_task(telephone.pass_on(send))
    try:
        await _listen(line, receive)
    finally:
        exchange.unplug(line)
        passing.cancel()
        await asyncio.wait({passing})
        if not passing.cancelled():
            passing.exception()  # the socket went first; there is nobody to tell


async def _listen(line: Line, receive: Receive) -> None:
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            return
        audio = message.get("bytes")
        if audio is not None:
            await line.send(audio)
            continue
        await _obey(line, message.get("text") or "")


async def _obey(line: Line, text: str) -> None:
    if len(text) > _MAX_TEXT:
        await line.refuse("message too long")
        return
    try:
        event = orjson.loads(text)
    except orjson.JSONDecodeError:
        event = None
    if not isinstance(event, dict):
        await line.refuse("no JSON object")
        return
    await line.send(event)
