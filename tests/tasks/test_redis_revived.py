"""A Redis that dies under a running service is started again with what it was told; a slow one is left alone."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from hotline.crash.processes import listener
from tasks.embedded_redis import EmbeddedRedis


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    with EmbeddedRedis(tmp_path / "redis") as server:
        yield server


def pid_of(server: EmbeddedRedis) -> int:
    pid = listener(server.url.removeprefix("unix://"))
    assert pid is not None
    return pid


def client(server: EmbeddedRedis) -> redis.Redis:
    return redis.Redis.from_url(server.url)


def test_a_killed_server_is_started_again_with_what_it_was_told(server: EmbeddedRedis) -> None:
    with client(server) as connection:
        connection.set("message", "1")
    os.kill(pid_of(server), signal.SIGKILL)
    with server.kept():
        tick, give_up = threading.Event(), time.monotonic() + 30
        while not server.alive():
            assert time.monotonic() < give_up
            tick.wait(0.05)
    with client(server) as connection:
        assert connection.get("message") == b"1"


def test_a_server_that_lives_is_not_started_again(server: EmbeddedRedis) -> None:
    before = pid_of(server)
    assert not server.revive()
    assert pid_of(server) == before


def test_a_server_that_is_only_slow_is_left_alone(server: EmbeddedRedis) -> None:
    pid = pid_of(server)
    os.kill(pid, signal.SIGSTOP)
    try:
        assert not server.revive()
    finally:
        os.kill(pid, signal.SIGCONT)
    assert pid_of(server) == pid
