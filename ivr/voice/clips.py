"""Sound that has been made once is kept by its content: in memory while it is wanted, on disk for good."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)


def content_key(*parts: str) -> str:
    """One name for everything that decides how a clip sounds."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def write_atomically(path: Path, data: bytes) -> None:
    """Either the whole file or none of it, also if two processes write it at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        scratch.write_bytes(data)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


class Clips:
    """A folder of clips with the most recent in memory (`memory_bytes`). Safe to share between threads."""

    def __init__(self, folder: Path, suffix: str, memory_bytes: int = 32 << 20) -> None:
        self._folder = folder
        self._suffix = suffix
        self._room = memory_bytes
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        """The clip, or None if it was never kept. An unreadable file counts as never kept."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        try:
            clip = self._path(key).read_bytes()
            os.utime(self._path(key))  # for `forget_unused`
        except OSError:
            return None
        if clip:
            self._hold(key, clip)
        return clip or None

    def keep(self, key: str, clip: bytes) -> None:
        """Keeps a clip. A disk that will not take it costs only the time to make it again."""
        self._hold(key, clip)
        try:
            write_atomically(self._path(key), clip)
        except OSError as wrong:
            log.warning("clip not kept on disk", extra={"reason": wrong.strerror})

    def forget_unused(self, seconds: float) -> int:
        """Deletes what nobody has asked for so long, names of callers among it; returns how many clips."""
        oldest = time.time() - seconds
        forgotten = 0
        for file in self._folder.glob(f"*/*{self._suffix}"):
            with suppress(OSError):  # another process may be tidying too
                if file.stat().st_mtime < oldest:
                    file.unlink()
                    forgotten += 1
        return forgotten

    def __contains__(self, key: str) -> bool:
        return key in self._held or self._path(key).is_file()

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}{self._suffix}"

    def _hold(self, key: str, clip: bytes) -> None:
        with self._lock:
            self._size += len(clip) - len(self._held.pop(key, b""))
            self._held[key] = clip
            while self._size > self._room and len(self._held) > 1:
                self._size -= len(self._held.popitem(last=False)[1])
