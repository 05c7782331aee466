"""The whole service over a test's records on a real port: uvicorn, the loop, Flask behind it; no ears."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn

from asr_models.no_ears import NoEars
from hotline.app import asgi
from hotline.bootstrap import build
from hotline.config import Settings
from hotline.console.events import HEARTBEAT_S
from hotline.console.listeners import Listeners
from hotline.service import Server
from tests.console.conftest import PASSWORD
from tests.servers import free_port

_CLIENTS: list[httpx.Client] = []
"""Closed with the service they talked to."""


@contextmanager
def served(settings: Settings, heartbeat_s: float = HEARTBEAT_S) -> Iterator[str]:
    """Where it answers."""
    hotline = build(settings, lambda _: None, recogniser=NoEars())
    port = free_port()
    listeners = Listeners(hotline.store)
    application = asgi(hotline, listeners, heartbeat_s=heartbeat_s)
    config = uvicorn.Config(application, port=port, log_config=None, lifespan="off", timeout_graceful_shutdown=5)
    server = Server(config, listeners)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the pages were not served"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
        goodbye()
        hotline.close()


def goodbye() -> None:
    """Everybody closes their browser."""
    while _CLIENTS:
        _CLIENTS.pop().close()


def a_clerk(url: str, username: str = "liu") -> httpx.Client:
    """Somebody with a session."""
    client = httpx.Client(base_url=url, trust_env=False, timeout=20)
    _CLIENTS.append(client)
    page = client.get("/login").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post("/login", data={"username": username, "password": PASSWORD, "csrf_token": token})
    assert answer.status_code == 302, answer.text
    return client


@dataclass
class Heard:
    """What one page is told, read on a thread of its own."""

    client: httpx.Client
    path: str = "/events"
    events: list[tuple[str, Any, float]] = field(default_factory=list)
    status: int = 0
    open: bool = True

    def __post_init__(self) -> None:
        self._came = threading.Condition()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        with self._came:
            assert self._came.wait_for(lambda: self.status, 20), "no answer"

    def wait(self, event: str, within_s: float = 5.0) -> Any:
        """The data of the first event of that name."""
        with self._came:
            assert self._came.wait_for(lambda: any(e[0] == event for e in self.events), within_s), self.events
            return next(e[1] for e in self.events if e[0] == event)

    def until_closed(self, within_s: float) -> bool:
        self._thread.join(within_s)
        return not self._thread.is_alive()

    def _read(self) -> None:
        with suppress(httpx.HTTPError), self.client.stream("GET", self.path, timeout=60) as answer:
            self._note(answer.status_code)
            name = ""
            for line in answer.iter_lines():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    with self._came:
                        self.events.append((name, json.loads(line.removeprefix("data: ")), time.monotonic()))
                        self._came.notify_all()
        self.open = False

    def _note(self, status: int) -> None:
        with self._came:
            self.status = status
            self._came.notify_all()
