"""A small service of our own at the far side of the wire, and telephones that remember."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson
import uvicorn
from twilio.request_validator import RequestValidator

from ivr.exchange.app import exchange_app
from ivr.exchange.exchange import Exchange, Options
from ivr.exchange.pace import Pace
from ivr.exchange.telephones import Event, Message, Wire

SID, TOKEN, NUMBER = "AC" + "0" * 32, "token-of-the-account", "+867372330000"
CALLER = "+8613800000001"
FAST = Pace(0.02)
XML = "text/xml"


def twiml(*verbs: str) -> str:
    return f"<Response>{''.join(verbs)}</Response>"


@dataclass
class Hook:
    """A webhook as the service received it."""

    path: str
    method: str
    form: dict[str, str]
    headers: dict[str, str]
    signed: bool


Answer = str | tuple[int, str, bytes] | Callable[[Hook], Awaitable[Any]]
StreamTalk = Callable[["StreamEnd"], Coroutine[Any, Any, None]]


class StreamEnd:
    """The service's end of a media stream."""

    def __init__(self, receive: Any, send: Any, headers: dict[str, str]) -> None:
        self._receive, self._send = receive, send
        self.headers = headers
        self.heard: list[Event] = []
        self.sid = ""

    async def next(self, event: str = "") -> Event:
        """The next message, or the next of a kind; an event "closed" when the exchange went away."""
        while True:
            raw = await self._receive()
            if raw["type"] == "websocket.disconnect":
                return {"event": "closed", "code": raw.get("code")}
            message: Event = orjson.loads(raw["text"])
            self.heard.append(message)
            self.sid = message.get("streamSid", self.sid)
            if not event or message["event"] == event:
                return message

    async def say(self, event: str, **fields: Any) -> None:
        await self.raw(orjson.dumps({"event": event, "streamSid": self.sid, **fields}).decode())

    async def raw(self, message: str | bytes) -> None:
        kind = "text" if isinstance(message, str) else "bytes"
        await self._send({"type": "websocket.send", kind: message})

    async def close(self, code: int = 1000) -> None:
        await self._send({"type": "websocket.close", "code": code})


class Service:
    """Answers webhooks with prepared documents and remembers what it was asked."""

    def __init__(self, answers: dict[str, Answer], stream: StreamTalk | None = None) -> None:
        self.answers = answers
        self.stream = stream
        self.hooks: list[Hook] = []
        self.url = ""
        self.ends: list[StreamEnd] = []
        self.upgrades_signed: list[bool] = []
        self._changed = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = {n.decode().lower(): v.decode() for n, v in scope["headers"]}
        if scope["type"] == "websocket":
            await self._serve_stream(scope, receive, send, headers)
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        hook = self._hook(scope, headers, body)
        self.hooks.append(hook)
        self._changed.set()
        status, kind, content = await self._answer(hook)
        reply_headers = [(b"content-type", kind.encode())] if kind else []
        await send({"type": "http.response.start", "status": status, "headers": reply_headers})
        await send({"type": "http.response.body", "body": content})

    def _hook(self, scope: Any, headers: dict[str, str], body: bytes) -> Hook:
        query = scope["query_string"].decode()
        url = self.url + scope["path"] + (f"?{query}" if query else "")
        posted = dict(parse_qsl(body.decode(), keep_blank_values=True))
        signature = headers.get("x-twilio-signature", "")
        signed = RequestValidator(TOKEN).validate(url, posted, signature)
        asked = dict(parse_qsl(query, keep_blank_values=True))
        return Hook(scope["path"], scope["method"], asked | posted, headers, signed)

    async def _answer(self, hook: Hook) -> tuple[int, str, bytes]:
        answer: Any = self.answers.get(hook.path, "")
        if callable(answer):
            answer = await answer(hook)
        if isinstance(answer, tuple):
            return answer
        return (200, XML, answer.encode())

    async def _serve_stream(self, scope: Any, receive: Any, send: Any, headers: dict[str, str]) -> None:
        await receive()
        url = self.url.replace("http", "ws", 1) + scope["path"]
        signature = headers.get("x-twilio-signature", "")
        self.upgrades_signed.append(RequestValidator(TOKEN).validate(url, {}, signature))
        if self.stream is None or not self.upgrades_signed[-1]:
            await send({"type": "websocket.close", "code": 1008})
            return
        await send({"type": "websocket.accept"})
        end = StreamEnd(receive, send, headers)
        self.ends.append(end)
        await self.stream(end)

    async def hook(self, path: str, **fields: str) -> Hook:
        """The first webhook to the path with these fields, waiting for it if need be."""
        async with asyncio.timeout(10):
            while True:
                for hook in self.hooks:
                    if hook.path == path and fields.items() <= hook.form.items():
                        return hook
                self._changed.clear()
                await self._changed.wait()

    def paths(self) -> list[str]:
        return [hook.path for hook in self.hooks]


@dataclass
class Phone:
    """A telephone that remembers everything and does what a test says."""

    number: str = CALLER
    events: list[Event] = field(default_factory=list)
    audio: bytearray = field(default_factory=bytearray)
    answers: bool = False

    def plugged(self, wire: Wire) -> None:
        self.wire = wire
        self._changed = asyncio.Event()

    async def receive(self, message: Message) -> None:
        if isinstance(message, bytes):
            self.audio += message
            return
        self.events.append(message)
        self._changed.set()
        if self.answers and message["event"] == "ringing":
            await self.wire.send({"event": "answer"})

    async def do(self, event: str, **fields: Any) -> None:
        await self.wire.send({"event": event, **fields})

    async def dial(self, **faults: Any) -> None:
        await self.do("dial", faults=faults)

    async def keys(self, digits: str) -> None:
        for digit in digits:
            await self.do("key", digit=digit)

    async def event(self, name: str, **fields: Any) -> Event:
        """The first such event, waiting for it if need be."""
        async with asyncio.timeout(10):
            while True:
                for event in self.events:
                    if event["event"] == name and fields.items() <= event.items():
                        return event
                self._changed.clear()
                await self._changed.wait()

    async def call(self, **faults: Any) -> str:
        """Dials and listens to the end; the reason it ended."""
        await self.dial(**faults)
        return str((await self.event("ended"))["reason"])

    def captions(self) -> list[str]:
        return [event["text"] for event in self.events if event["event"] == "caption"]


@asynccontextmanager
async def listening(app: Any) -> AsyncIterator[str]:
    """Serves an ASGI application on a port of this machine; yields its URL."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        config = uvicorn.Config(app, log_level="error", lifespan="off", ws="websockets-sansio")
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        await server.startup(sockets=[listener])
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.force_exit = True
            await server.shutdown(sockets=[listener])


@dataclass
class World:
    """One service, one exchange, one telephone plugged in."""

    service: Service
    exchange: Exchange
    phone: Phone

    async def alerted(self, code: int) -> None:
        """Waits until the carrier's log has this code."""
        if code in self.codes():
            return
        seen = asyncio.Event()

        class Watch(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                if getattr(record, "code", 0) == code:
                    seen.set()

        watch = Watch()
        logger = logging.getLogger("ivr.exchange.plant")
        logger.addHandler(watch)
        try:
            async with asyncio.timeout(20):
                await seen.wait()
        finally:
            logger.removeHandler(watch)

    def codes(self) -> list[int]:
        return [alert.code for alert in self.exchange.alerts]


@asynccontextmanager
async def world(
    answers: dict[str, Answer], stream: StreamTalk | None = None, **options: Any
) -> AsyncIterator[World]:
    """A service that gives these answers, and an exchange that knows it."""
    service = Service(defaultdict(str, answers), stream)
    options.setdefault("pace", FAST)
    async with listening(service) as url:
        service.url = url
        exchange = Exchange(SID, TOKEN, url, NUMBER, options=Options(**options))
        phone = Phone()
        exchange.plug(phone)
        try:
            yield World(service, exchange, phone)
        finally:
            await exchange.close()


@asynccontextmanager
async def served(exchange: Exchange) -> AsyncIterator[str]:
    """The exchange's own application on a port; yields its URL."""
    async with listening(exchange_app(exchange)) as url:
        yield url
