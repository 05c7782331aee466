"""The telephone company of the campaign storm: the crash test's, with moments at the calls it is asked for."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

from hotline.crash.carrier import (
    ACCOUNT,
    NUMBER,
    PACE,
    Application,
    Carrier,
    Watch,
    WatchedWebhooks,
    _listening,
)
from ivr.exchange.app import exchange_app
from ivr.exchange.exchange import Exchange, Options
from ivr.exchange.sound import SILENCE


@asynccontextmanager
async def carrier(service_url: str) -> AsyncIterator[Carrier]:
    """A carrier that rings for the service at this address, and outlives it."""
    watch = Watch()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/exchange"
        options = Options(speak=lambda _text: SILENCE, pace=PACE, own_url=url, calls_per_second=1000.0)
        exchange = Exchange(*ACCOUNT, service_url, NUMBER, options=options)
        plant = exchange.plant
        plant.webhooks = WatchedWebhooks((plant.addresses, plant.signer, options.patience), watch)
        here = Carrier(exchange, url, watch)
        try:
            async with _listening(_watched(here, exchange_app(exchange)), listener):
                yield here
        finally:
            await exchange.close()


def _watched(carrier: Carrier, inner: Application) -> Application:
    """The REST API, with a moment before a call is taken and one before its sid goes back."""

    async def application(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        rings = scope.get("method") == "POST" and scope["path"].endswith("/Calls.json")
        if not rings:
            await inner(scope, receive, send)
            return
        if await carrier.watch.moment("claim"):
            await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return  # nobody is rung, and whoever asked is dead
        held: list[Any] = []

        async def hold(message: Any) -> None:
            held.append(message)

        await inner(scope, receive, hold)
        await carrier.watch.moment("taken")
        for message in held:
            await send(message)

    return application
