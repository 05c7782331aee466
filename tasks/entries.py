"""Entries of the queues for texts and calls: one at a time for each row, put again where one has strayed."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from redis.exceptions import RedisError
from rq import Queue, Retry
from rq.exceptions import DuplicateJobError

from tasks.strays import drop_stray

logger = logging.getLogger(__name__)

JOB_TIMEOUT_S = 60


def enqueue_calls(queue: Queue, calls: Sequence[int]) -> None:
    """Has calls made, after the commit that wrote them. If Redis is away they wait for the sweep."""
    for call in calls:
        try:
            queue.enqueue(
                "tasks.outbound.make_call",
                call,
                job_id=f"call-{call}",
                unique=True,
                job_timeout=JOB_TIMEOUT_S,
                ttl=600,
                result_ttl=0,
                failure_ttl=60,
                retry=Retry(max=2),
            )
        except DuplicateJobError:
            continue
        except (RedisError, OSError):
            logger.exception("queue unreachable, calls stay on record", extra={"calls": len(calls)})
            return


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
    for message in messages:
        try:
            try:
                _put(queue, message)
            except DuplicateJobError:
                if drop_stray(queue, f"message-{message}"):
                    _put(queue, message)
        except DuplicateJobError:
            continue
        except (RedisError, OSError):
            logger.exception("queue unreachable, messages stay in the outbox", extra={"messages": len(messages)})
            return


def _put(queue: Queue, message: int) -> None:
    """Raises DuplicateJobError where the message has an entry already."""
    queue.enqueue(
        "tasks.outbox.send_message",
        message,
        job_id=f"message-{message}",
        unique=True,
        job_timeout=JOB_TIMEOUT_S,
        ttl=600,  # an entry lost by a crash of Redis does not bar the next one for ever
        result_ttl=0,
        failure_ttl=60,
        retry=Retry(max=2),
    )
