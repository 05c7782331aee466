"""A running service on one port: uvicorn around the application, Redis and the worker beside it."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from hotline.app import asgi
from hotline.bootstrap import Hotline, build
from hotline.config import Settings
from hotline.console.captions import Captions as Followed
from hotline.console.listeners import Listeners
from hotline.warming import warm
from ivr.exchange.app import exchange_app
from ivr.exchange.exchange import Exchange, Options
from tasks.at_once import at_once
from tasks.entries import enqueue_messages
from tasks.queues import OUTBOX, queue, redis_of
from tasks.worker import start_worker

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Service:
    """A service that answers."""

    settings: Settings
    hotline: Hotline
    exchange: Exchange | None


class Server(uvicorn.Server):
    """Says goodbye to the pages that listen before it waits for what is under way."""

    def __init__(self, config: uvicorn.Config, listeners: Listeners) -> None:
        super().__init__(config)
        self._listeners = listeners

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._listeners.close()
        await super().shutdown(sockets)


class Captions:
    """Words of live calls: on the pages that follow them, and on the screen of an exchange's telephone."""

    def __init__(self) -> None:
        self.exchange: Exchange | None = None
        self.followers: Callable[[str, str], None] | None = None
        """The office's pages that follow calls."""
        self._under_way: set[asyncio.Task[None]] = set()

    def show(self, call: str, words: str) -> None:
        """Called on the event loop; never waits."""
        if self.followers is not None:
            self.followers(call, words)
        if self.exchange is None:
            return
        task = asyncio.get_running_loop().create_task(self.exchange.show(call, words))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)


def exchange_for(settings: Settings, hotline: Hotline, port: int) -> Exchange | None:
    """The built-in exchange, where the service is its own carrier."""
    if settings.carrier != "exchange":
        return None
    options = Options(
        local_url=f"http://127.0.0.1:{port}",
        speak=hotline.speaker.speak,
        recordings=settings.data_dir / "exchange-recordings",
        books=settings.data_dir / "exchange-books.jsonl",
    )
    return Exchange(
        settings.account_sid, settings.auth_token, settings.public_url, settings.number, options=options
    )


@contextmanager
def assembled(settings: Settings, port: int) -> Iterator[tuple[Server, Service]]:
    """The server, ready to run, with Redis and the worker up; everything is put away afterwards."""
    with redis_of(settings) as redis_url:
        messages = queue(redis_url, OUTBOX)
        captions = Captions()
        hotline = build(settings, lambda ids: enqueue_messages(messages, ids), caption=captions.show)
        hotline.store.announce = at_once(redis_url, texts=False)  # a turn enqueues its texts itself
        worker = start_worker(settings)
        warm(hotline)
        exchange = captions.exchange = exchange_for(settings, hotline, port)
        listeners = Listeners(hotline.store)
        captions.followers = Followed(hotline.store, listeners, hotline.newest_town).show
        application = asgi(hotline, listeners, exchange_app(exchange) if exchange else None)
        config = uvicorn.Config(
            application,
            host="127.0.0.1" if settings.carrier == "exchange" else "0.0.0.0",  # noqa: S104 -- the carrier calls in
            port=port,
            log_config=None,
            access_log=False,
            lifespan="on" if exchange else "off",
            ws_ping_interval=None,  # a carrier's socket is watched by its audio, not by pings
            ws_max_size=1 << 20,
            timeout_graceful_shutdown=5,
        )
        try:
            yield Server(config, listeners), Service(settings, hotline, exchange)
        finally:
            worker.stop()
            hotline.close()
