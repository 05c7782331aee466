"""How the queues stand, for whoever looks after them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from redis.exceptions import RedisError
from rq import Worker

from hotline.config import Settings
from tasks.queues import ALL, embedded, queue


class Stand(NamedTuple):
    """One queue now."""

    name: str
    waiting: int
    running: int
    failed: int
    workers: int


def stand(settings: Settings) -> list[Stand]:
    """Every queue, the first first. Raises ConnectionError where Redis does not answer."""
    own = embedded(settings)
    url = own.url if own else settings.redis_url
    try:
        return list(_stand(url))
    except RedisError as error:
        raise ConnectionError from error


def _stand(url: str) -> Iterator[Stand]:
    for name in ALL:
        found = queue(url, name)
        with found.connection:
            running, failed = found.started_job_registry.count, found.failed_job_registry.count
            yield Stand(name, found.count, running, failed, Worker.count(queue=found))
