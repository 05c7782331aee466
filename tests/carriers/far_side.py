"""The other end of the wire for tests: a small HTTP server that speaks the 2010-04-01 API."""

from __future__ import annotations

import base64
import json
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ACCOUNT = ("AC" + "0" * 32, "secret-token")


@dataclass
class Script:
    """How the far side answers from now on."""

    status: int = 201
    code: int | None = None
    body: bytes | None = None
    """Raw bytes instead of JSON."""
    takes_it: bool = True
    """Whether a message is on its books, whatever is answered."""
    cuts_off: bool = False
    """Closes the connection instead of answering."""
    holds_until: threading.Event | None = None
    """Answers once this is set; the message is on the books before."""
    lists: bool = True


@dataclass
class FarSide:
    url: str
    script: Script = field(default_factory=Script)
    messages: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    requests: list[tuple[str, str, dict[str, list[str]]]] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)
    """Set once anything has been posted."""

    def take(self, kind: str, form: dict[str, list[str]]) -> dict[str, Any]:
        kept = self.messages if kind == "Messages" else self.calls
        one = {
            "sid": f"{'SM' if kind == 'Messages' else 'CA'}{len(kept) + 1:032d}",
            "to": form["To"][0],
            "from": form["From"][0],
            "body": form.get("Body", [""])[0],
            "status": "queued",
            "date_created": format_datetime(datetime.now(UTC)),
        }
        kept.append(one)
        return one


class _Handler(BaseHTTPRequestHandler):
    far: FarSide

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())
        self.far.requests.append(("POST", self.path, form))
        script = self.far.script
        kind = self.path.rsplit("/", 1)[1].removesuffix(".json")
        answer: dict[str, Any] = {"sid": kind, "status": "completed"}
        if kind in {"Messages", "Calls"} and script.takes_it:
            answer = self.far.take(kind, form)
        self.far.asked.set()
        if script.holds_until is not None:
            script.holds_until.wait(30)
        if script.cuts_off or self._hung_up():
            self.close_connection = True
            return
        if script.status >= 400:
            answer = {"status": script.status, "code": script.code, "message": "no"}
        self._answer(script.status, answer if script.body is None else script.body)

    def do_GET(self) -> None:
        self.far.requests.append(("GET", self.path, parse_qs(urlsplit(self.path).query)))
        if not self.far.script.lists:
            self._answer(404, {"status": 404, "code": 20404, "message": "no list here"})
            return
        to = parse_qs(urlsplit(self.path).query).get("To", [""])[0]
        kind = "messages" if "/Messages.json" in self.path else "calls"
        found = [one for one in getattr(self.far, kind) if one["to"] == to]
        self._answer(200, {kind: found, "next_page_uri": None, "page": 0, "page_size": 100})

    def _hung_up(self) -> bool:
        """Whether whoever asked is gone."""
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""

    def _answer(self, status: int, answer: dict[str, Any] | bytes) -> None:
        raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        expected = "Basic " + base64.b64encode(":".join(ACCOUNT).encode()).decode()
        if self.headers.get("Authorization") != expected:
            status, raw = 401, json.dumps({"status": 401, "code": 20003, "message": "who?"}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


@contextmanager
def far_side() -> Iterator[FarSide]:
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    far = FarSide(f"http://127.0.0.1:{server.server_port}")
    handler.far = far  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield far
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
