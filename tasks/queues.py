"""The queues by name, and the Redis they lie in. Jobs carry ids only, may run twice, and never know who asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue

from hotline.config import Settings
from tasks.embedded_redis import EmbeddedRedis

OUTBOX = "outbox"
"""Messages on their way to the carrier."""
CALLS = "calls"
"""Calls to be made, one a second."""
HOUSEHOLD = "household"
"""What the office does for itself: sweeps and the like."""
ALL = (OUTBOX, CALLS, HOUSEHOLD)
"""What a worker works, the first first."""


def embedded(settings: Settings) -> EmbeddedRedis | None:
    """The Redis of the data folder where none is configured."""
    return EmbeddedRedis(settings.data_dir / "redis") if settings.redis_url == "embedded" else None


@contextmanager
def redis_of(settings: Settings) -> Iterator[str]:
    """The URL of the Redis to use, which is kept running meanwhile if it is ours."""
    if (own := embedded(settings)) is None:
        yield settings.redis_url
        return
    with own, own.kept():
        yield own.url


def connect(url: str) -> Redis:
    """A connection that answers or fails within seconds: a caller is on the line."""
    return Redis.from_url(url, socket_connect_timeout=2, socket_timeout=5, retry=Retry(NoBackoff(), 0))


def queue(url: str, name: str) -> Queue:
    return Queue(name, connection=connect(url))
