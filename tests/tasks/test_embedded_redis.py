"""One Redis for each data folder: found again, kept over a restart, stopped by the last to leave."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tasks.embedded_redis import EmbeddedRedis


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "redis"
    yield folder
    leftover = EmbeddedRedis(folder)
    if leftover.alive():
        leftover.start()
        leftover.stop()


def client(server: EmbeddedRedis) -> redis.Redis:
    return redis.Redis.from_url(server.url)


def test_it_runs_while_used_and_keeps_what_it_was_told(folder: Path) -> None:
    with EmbeddedRedis(folder) as server, client(server) as connection:
        connection.set("message", "1")
    assert not server.alive()
    with EmbeddedRedis(folder) as server, client(server) as connection:
        assert connection.get("message") == b"1"


def test_a_second_user_gets_the_same_server_and_the_last_to_leave_stops_it(folder: Path) -> None:
    first, second = EmbeddedRedis(folder), EmbeddedRedis(folder)
    first.start()
    second.start()
    first.stop()
    assert second.alive()
    second.stop()
    assert not second.alive()


def test_only_its_own_user_reaches_it(folder: Path) -> None:
    with EmbeddedRedis(folder) as server:
        socket = Path(server.url.removeprefix("unix://"))
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_with_a_long_name_has_its_socket_elsewhere(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path / ("a" * 120) / "redis") as server, client(server) as connection:
        assert connection.ping()


def test_a_server_left_behind_by_a_killed_service_is_used_on(folder: Path) -> None:
    code = (
        "import sys, pathlib; from tasks.embedded_redis import EmbeddedRedis;"
        "EmbeddedRedis(pathlib.Path(sys.argv[1])).start(); print('up', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as service:
        assert service.stdout is not None
        assert service.stdout.readline() == b"up\n"
        os.kill(service.pid, signal.SIGKILL)
    server = EmbeddedRedis(folder)
    assert server.alive()
    with server, client(server) as connection:
        assert connection.ping()
    assert not server.alive()


def test_a_log_it_cannot_read_is_set_aside_and_it_starts(folder: Path) -> None:
    folder.mkdir()
    (folder / "appendonly.aof").write_bytes(b"this is not a log of commands\n" * 10)
    with EmbeddedRedis(folder) as server, client(server) as connection:
        assert connection.ping()
    assert len(list(folder.glob("appendonly.unreadable-*.aof"))) == 1
