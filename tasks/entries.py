"""Entries of the queues for texts and calls: one at a time for each row, put again where one has strayed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress

from redis.exceptions import RedisError
from rq import Queue, Retry
from rq.exceptions import DuplicateJobError

from tasks.strays import drop_stray

logger = logging.getLogger(__name__)

JOB_TIMEOUT_S = 60


def enqueue_calls(queue: Queue, calls: Sequence[int]) -> None:
    """Has calls made, after the commit that wrote them. If Redis is away they wait for the sweep."""
    try:
        for call in calls:
            _put_once(queue, "tasks.outbound.make_call", call, f"call-{call}")
    except (RedisError, OSError):
        logger.exception("queue unreachable, calls stay on record", extra={"calls": len(calls)})


def enqueue_questions(queue: Queue, calls: Sequence[int]) -> None:
    """Has the carrier asked what became of calls. If Redis is away the sweep asks later."""
    for call in calls:
        try:
            queue.enqueue(
                "tasks.outbound.ask_after", call, job_timeout=JOB_TIMEOUT_S, ttl=600, result_ttl=0, failure_ttl=60
            )
        except (RedisError, OSError):
            logger.exception("queue unreachable, calls are asked after later", extra={"calls": len(calls)})
            return


def enqueue_messages(queue: Queue, messages: Sequence[int]) -> None:
    """Has messages sent, after the commit that wrote them. If Redis is away they wait for the sweep."""
    try:
        for message in messages:
            _put_once(queue, "tasks.outbox.send_message", message, f"message-{message}")
    except (RedisError, OSError):
        logger.exception("queue unreachable, messages stay in the outbox", extra={"messages": len(messages)})


def _put_once(queue: Queue, job: str, row: int, entry: str) -> None:
    """An entry of that name, unless one is there that somebody will work. Raises RedisError, OSError."""
    try:
        _put(queue, job, row, entry)
    except DuplicateJobError:
        if drop_stray(queue, entry):
            with suppress(DuplicateJobError):  # somebody else has just put it there
                _put(queue, job, row, entry)


def _put(queue: Queue, job: str, row: int, entry: str) -> None:
    """Raises DuplicateJobError where there is such an entry already."""
    queue.enqueue(
        job,
        row,
        job_id=entry,
        unique=True,
        job_timeout=JOB_TIMEOUT_S,
        ttl=600,  # an entry lost by a crash of Redis does not bar the next one for ever
        result_ttl=0,
        failure_ttl=60,
        retry=Retry(max=2),
    )
