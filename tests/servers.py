"""Real servers for tests, each in a folder of its own: PostgreSQL and Redis from their wheels, no root needed.

Fixtures: `postgres_url` is an empty database, new for each test; `either_url` and `either_store` are one of each
kind with its tables; `redis_url` is an emptied Redis.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from redis import Redis

from hotline.crash.postgres import Postgres
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade
from tasks.embedded_redis import EmbeddedRedis
from tests.town import migrated


def free_port() -> int:
    """A port of the loopback that nobody holds now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL of its own; gives the URL of its `postgres` database. As root it runs as nobody."""
    server = Postgres(durable=False)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@contextmanager
def _database(postgres: str, like: str = "template1") -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    yield postgres.removesuffix("postgres") + name
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    with _database(postgres) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_with_tables(postgres: str) -> Iterator[str]:
    """The name of a database with its tables, for others to be copied from: a migration takes half a second."""
    with _database(postgres) as url:
        upgrade(url)
        yield url.rpartition("/")[2]


@pytest.fixture(params=["sqlite", "postgresql"])
def either_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of each kind, with its tables."""
    if request.param == "sqlite":
        shutil.copy(migrated(), tmp_path / "town.sqlite")
        yield f"sqlite:///{tmp_path / 'town.sqlite'}"
        return
    server, like = (str(request.getfixturevalue(name)) for name in ("postgres", "postgres_with_tables"))
    with _database(server, like) as url:
        yield url


@pytest.fixture
def either_store(either_url: str) -> Iterator[Store]:
    """The records on each kind of database."""
    store = Store(either_url)
    yield store
    store.close()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = EmbeddedRedis(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
def redis_url(redis_server: str) -> str:
    with Redis.from_url(redis_server) as connection:
        connection.flushall()
    return redis_server
