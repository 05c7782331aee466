"""Plugs a telephone of this process into an exchange that runs elsewhere, over `/exchange/line`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode, urlsplit, urlunsplit

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from ivr.exchange.line_socket import PATH
from ivr.exchange.telephones import Message, Telephone


class NoLine(Exception):
    """The exchange cannot be reached, or does not admit this telephone; the message says which."""


class _SocketWire:
    """A telephone's way to an exchange over a WebSocket."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._leaving = False

    async def send(self, message: Message) -> None:
        try:
            await self._socket.send(message if isinstance(message, bytes) else orjson.dumps(message).decode())
        except ConnectionClosed as gone:
            raise ConnectionError("the exchange is gone") from gone

    async def listen(self, telephone: Telephone) -> None:
        """Hands on what arrives; tells the telephone if the exchange goes first."""
        try:
            async for message in self._socket:
                await telephone.receive(message if isinstance(message, bytes) else orjson.loads(message))
        except ConnectionClosed:
            pass
        if not self._leaving:
            await telephone.receive({"event": "ended", "reason": "line lost"})

    async def leave(self) -> None:
        self._leaving = True
        await self._socket.close()


@asynccontextmanager
async def plugged_in(url: str, telephone: Telephone, *, token: str = "") -> AsyncIterator[None]:
    """The telephone has a line as long as the context lasts. Raises NoLine.

    `url` is the service's (http or https). When the exchange goes away, the telephone receives
    ``ended`` with the reason ``line lost``.
    """
    try:
        socket = await connect(line_url(url, telephone.number, token), proxy=None, compression=None)
    except InvalidStatus as refused:
        raise NoLine(f"{url} does not admit this telephone ({refused.response.status_code})") from refused
    except (OSError, InvalidHandshake, InvalidURI, TimeoutError) as error:
        raise NoLine(f"no exchange answers at {url}") from error
    wire = _SocketWire(socket)
    telephone.plugged(wire)
    listening = asyncio.create_task(wire.listen(telephone))
    try:
        yield
    finally:
        await wire.leave()
        await listening


def line_url(url: str, number: str, token: str = "") -> str:
    """Where a telephone of this number attaches."""
    parts = urlsplit(url)
    query = urlencode({"from": number} | ({"token": token} if token else {}))
    return urlunsplit(("wss" if parts.scheme == "https" else "ws", parts.netloc, PATH, query, ""))
