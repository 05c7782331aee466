"""A file server that can be told to misbehave, and archives for it to serve."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asr_models.manifest import Archive, JoinedFile, Manifest, ModelEntry


@dataclass
class Shelf:
    """What the server holds and how it behaves."""

    files: dict[str, bytes] = field(default_factory=dict)
    drops: int = 0
    """How many answers break off half way."""
    ranges: bool = True
    status: int = 0
    """Answers with this instead, if set."""
    asked: list[str] = field(default_factory=list)
    """The Range header of each request, empty where there was none."""
    url: str = ""


@contextmanager
def served(shelf: Shelf) -> Iterator[Shelf]:
    """The shelf, on a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _answer(self, shelf)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    shelf.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield shelf
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _answer(request: BaseHTTPRequestHandler, shelf: Shelf) -> None:
    wanted = request.headers.get("Range", "")
    shelf.asked.append(wanted)
    content = shelf.files.get(request.path)
    if shelf.status or content is None:
        request.send_error(shelf.status or 404)
        return
    start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and shelf.ranges else 0
    if start and start >= len(content):
        request.send_response(416)
        request.send_header("Content-Range", f"bytes */{len(content)}")
        request.send_header("Content-Length", "0")
        request.end_headers()
        return
    request.send_response(206 if start else 200)
    request.send_header("Content-Length", str(len(content) - start))
    if start:
        request.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
    request.end_headers()
    end = len(content)
    if shelf.drops:
        shelf.drops -= 1
        end = (start + end) // 2
    request.wfile.write(content[start:end])


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def one_model(url: str, content: bytes, *, tree: str = "m/", pinned: bool = True) -> Manifest:
    """A manifest with one model, `small`, of one archive."""
    archive = Archive(url, sha256(content).hexdigest() if pinned else "", tree)
    return Manifest({"small": ModelEntry("small", "asr", "MIT", "for tests", archives=(archive,))})


def joined(path: str, parts: dict[str, bytes]) -> JoinedFile:
    return JoinedFile(path, tuple(parts), sha256(b"".join(parts.values())).hexdigest())
