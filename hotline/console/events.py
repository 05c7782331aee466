"""`/events`: what changed, told to open pages. On the event loop: it holds no thread of the pages."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from flask import Flask, g
from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder

from hotline.console.listeners import Listener, Listeners
from hotline.domain.errors import Refused
from hotline.domain.rights import Colleague, Sight

PATH = "/events"
AS_IF = "/today/waiting"
"""The page whose door a listener must come through."""
HEARTBEAT_S = 15.0
"""After so long without an event a comment is sent, and the person's session is looked at again."""
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Known = tuple[Colleague, Sight]


@dataclass(frozen=True)
class EventStream:
    """The ASGI end of `/events`."""

    pages: Flask
    """The app whose session and door decide who may listen."""
    listeners: Listeners
    listening: Callable[[Known, bool], Listener]
    """A listener for somebody, and whether it wants captions; reads the records."""
    heartbeat_s: float = HEARTBEAT_S

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await _refuse(send, 405)
            return
        cookie = _cookie(scope)
        known = await self._beside(lambda: self._known(cookie))
        if known is None:
            await _refuse(send, 401)  # a browser does not ask again
            return
        if not self.listeners.room_for(known[0].username):
            await _refuse(send, 429)
            return
        wants = bool(parse_qs(scope.get("query_string", b"").decode("latin-1")).get("captions"))
        listener = await self._beside(lambda: self.listening(known, wants))
        await self._serve(listener, cookie, receive, send)

    async def _serve(self, listener: Listener, cookie: str, receive: Receive, send: Send) -> None:
        leaving = asyncio.create_task(_gone(receive, listener))
        self.listeners.join(listener)
        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await _part(send, b"retry: 3000\n\n")
            seen = time.monotonic()
            while not listener.ended:
                await _woken(listener, self.heartbeat_s)
                if time.monotonic() - seen >= self.heartbeat_s:
                    if await self._beside(lambda: self._known(cookie)) is None:
                        break
                    seen = time.monotonic()
                if not listener.ended:
                    await _part(send, listener.taken() or b": \n\n")
            if not leaving.done():
                await send({"type": "http.response.body", "body": b""})
        finally:
            self.listeners.leave(listener)
            leaving.cancel()

    def _known(self, cookie: str) -> Known | None:
        """Who it is, if the door of the pages lets them in now."""
        asked = EnvironBuilder(path=AS_IF, environ_overrides={"HTTP_COOKIE": cookie}).get_environ()
        with self.pages.request_context(asked):
            try:
                turned_away = self.pages.preprocess_request()
            except (HTTPException, Refused):
                return None
            return None if turned_away is not None or g.get("colleague") is None else (g.colleague, g.sight)

    async def _beside(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.listeners.beside, work)


async def _woken(listener: Listener, within_s: float) -> None:
    try:
        async with asyncio.timeout(within_s):
            await listener.wake.wait()
    except TimeoutError:
        return


async def _gone(receive: Receive, listener: Listener) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
    listener.end()


async def _part(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def _cookie(scope: Scope) -> str:
    return "; ".join(v.decode("latin-1") for name, v in scope["headers"] if name.lower() == b"cookie")
