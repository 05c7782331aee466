"""The telephone company of the crash test: the built-in exchange in a process that nobody kills, and its watch.

A carrier does not die with the town's machine: it keeps what it took, and answers when it is asked afterwards.
"""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote

import uvicorn

from ivr.exchange.app import exchange_app
from ivr.exchange.exchange import Exchange, Options
from ivr.exchange.faults import Faults
from ivr.exchange.messages import TextMessage
from ivr.exchange.pace import Pace
from ivr.exchange.plant import Alert
from ivr.exchange.sound import SILENCE
from ivr.exchange.twiml import MAX_BYTES
from ivr.exchange.webhooks import NO_FAULTS, Patience, Reply, Request, WebhookFailed, Webhooks

ACCOUNT = ("AC" + "c" * 32, "token-of-the-crash-test")
NUMBER = "0737-8812345"
PACE = Pace(0.02)
"""Fifty times faster than real time."""
TURNS = ("/sms/incoming", "/voice/incoming", "/voice/turn")

ORDERS = {"Messages.json": ("claim", "taken"), "Calls.json": ("dialling", "rung")}
"""What can be ordered: the moment before it is taken, and the one before that is told."""

Moment = Callable[[str], Awaitable[bool]]
"""Told that a moment has come (turn, answer, claim, taken); true if what happens now is lost on the way."""


async def _nothing(_moment: str) -> bool:
    return False


@dataclass
class Watch:
    """What can be seen from outside: requests under way, requests that failed, and the moments to strike at."""

    moment: Moment = _nothing
    under_way: int = 0
    requests: int = 0
    failed: int = 0
    no_answer: Callable[[str], None] = lambda _sid: None

    def alert(self, alert: Alert) -> None:
        """A text that could not be handed over: whoever wrote it will hear nothing."""
        if alert.message.startswith("incoming message:"):
            self.no_answer(alert.call_sid)


class WatchedWebhooks(Webhooks):
    """The carrier's requests to the service, seen by a `Watch`; an answer can be lost on its way back."""

    def __init__(self, inner: tuple[Any, Any, Patience], watch: Watch) -> None:
        super().__init__(*inner)
        self._watch = watch

    async def send(self, request: Request, faults: Faults = NO_FAULTS, limit: int = MAX_BYTES) -> Reply:
        watch, is_turn = self._watch, any(path in request.url for path in TURNS)
        watch.under_way += is_turn
        watch.requests += is_turn
        try:
            if is_turn:
                await watch.moment("turn")
            reply = await super().send(request, faults, limit)
            if is_turn:
                await _arrive(watch)
        except WebhookFailed:
            watch.failed += is_turn
            raise
        finally:
            watch.under_way -= is_turn
        return reply


async def _arrive(watch: Watch) -> None:
    if await watch.moment("answer"):
        raise WebhookFailed(11200, "the connection broke before the answer had come")


@dataclass
class Carrier:
    """The exchange, where its REST API lies, and what it carried."""

    exchange: Exchange
    url: str
    watch: Watch
    own: list[TextMessage] = field(default_factory=list)
    """Every message the service asked it to send, in order."""
    rung: Counter[str] = field(default_factory=Counter)
    """How often each attempt at a call was taken, by its name."""

    def note(self, before: set[str], asked: bytes, *, status: int) -> None:
        """What a request had it do: a text that was not there before, or a call."""
        taken = self.exchange.post_office.messages
        self.own += [taken[sid] for sid in taken if sid not in before and taken[sid].direction == "outbound-api"]
        answered = parse_qs(asked.decode("utf8", "replace")).get("Url", [""])[0]
        if answered and status == 201:
            self.rung[unquote(answered.rpartition("/")[2])] += 1

    def copies(self) -> Counter[tuple[str, str]]:
        """How often each (number, text) was taken for sending."""
        return Counter((message.to, message.body) for message in self.own)


@asynccontextmanager
async def carrier(service_url: str, *, calls_per_second: float = 1.0) -> AsyncIterator[Carrier]:
    """A carrier whose only customer is the service at this address, which it outlives."""
    watch = Watch()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/exchange"
        options = Options(
            speak=lambda _text: SILENCE,
            pace=PACE,
            own_url=url,
            on_alert=watch.alert,
            calls_per_second=calls_per_second,
        )
        exchange = Exchange(*ACCOUNT, service_url, NUMBER, options=options)
        plant = exchange.plant
        plant.webhooks = WatchedWebhooks((plant.addresses, plant.signer, options.patience), watch)
        here = Carrier(exchange, url, watch)
        watch.no_answer = lambda sid: _no_answer(exchange, sid)
        try:
            async with listening(_watched(here, exchange_app(exchange)), listener):
                yield here
        finally:
            await exchange.close()


def _no_answer(exchange: Exchange, sid: str) -> None:
    message = exchange.post_office.messages.get(sid)
    for line in exchange.plant.lines.at(message.from_) if message else []:
        if told := getattr(line.telephone, "no_answer", None):
            told()


Application = Callable[[MutableMapping[str, Any], Any, Any], Awaitable[None]]


def _watched(carrier: Carrier, inner: Application) -> Application:
    """The REST API, with a moment before a message or a call is taken and one before its sid goes back."""

    async def application(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        order = ORDERS.get(scope["path"].rpartition("/")[2]) if scope.get("method") == "POST" else None
        if order is None:
            await inner(scope, receive, send)
            return
        before_it, after_it = order
        if await carrier.watch.moment(before_it):
            await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return  # nothing was taken, and whoever asked is dead
        before = set(carrier.exchange.post_office.messages)
        asked, held = bytearray(), list[Any]()

        async def read() -> Any:
            event = await receive()
            asked.extend(event.get("body", b""))
            return event

        async def hold(message: Any) -> None:
            held.append(message)

        await inner(scope, read, hold)
        carrier.note(before, bytes(asked), status=held[0].get("status", 0) if held else 0)
        await carrier.watch.moment(after_it)
        for message in held:
            await send(message)

    return application


@asynccontextmanager
async def listening(application: Application, listener: socket.socket) -> AsyncIterator[None]:
    """An ASGI application on a bound socket, on this event loop."""
    config = uvicorn.Config(application, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    try:
        yield
    finally:
        server.force_exit = True
        await server.shutdown(sockets=[listener])
