"""Neither a message nor a call is barred by an entry that nobody will work: Redis or its worker was killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job, JobStatus

from hotline.clock import utc_now
from tasks.entries import enqueue_calls, enqueue_messages
from tasks.queues import OUTBOX, queue
from tasks.strays import SILENT_FOR

Put = Callable[[Sequence[int]], None]


@pytest.fixture
def outbox(redis_url: str) -> Iterator[Queue]:
    opened = queue(redis_url, OUTBOX)
    yield opened
    opened.connection.close()


@pytest.fixture(params=["message", "call"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def put(kind: str, outbox: Queue) -> Put:
    enqueue = {"message": enqueue_messages, "call": enqueue_calls}[kind]
    return lambda rows: enqueue(outbox, rows)


@pytest.fixture
def entry(kind: str, put: Put, outbox: Queue) -> Job:
    put([7])
    found = outbox.fetch_job(f"{kind}-7")
    assert found is not None
    return found


def forget_the_list(outbox: Queue) -> None:
    """As after a crash that took the last second of the log."""
    connection: Redis = outbox.connection
    connection.delete(outbox.key)


def under_way(outbox: Queue, entry: Job, *, silent_for: timedelta) -> None:
    """Somebody took it up, and was last heard of so long ago."""
    forget_the_list(outbox)
    entry.set_status(JobStatus.STARTED)
    at = utc_now() - silent_for
    outbox.connection.hset(entry.key, "last_heartbeat", at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))


def test_an_entry_whose_place_in_the_queue_is_lost_is_put_there_again(outbox: Queue, put: Put, entry: Job) -> None:
    forget_the_list(outbox)
    put([7])
    assert outbox.job_ids == [entry.id]


def test_an_entry_that_waits_its_turn_stays_the_only_one(outbox: Queue, put: Put, entry: Job) -> None:
    put([7, 7, 8])
    assert outbox.job_ids == [entry.id, entry.id.replace("7", "8")]


def test_an_entry_whose_worker_died_is_put_there_again(outbox: Queue, put: Put, entry: Job) -> None:
    under_way(outbox, entry, silent_for=SILENT_FOR + timedelta(seconds=1))
    put([7])
    assert outbox.job_ids == [entry.id]


def test_an_entry_that_is_being_worked_is_left_alone(outbox: Queue, put: Put, entry: Job) -> None:
    under_way(outbox, entry, silent_for=timedelta(seconds=5))
    put([7])
    assert outbox.job_ids == []


def test_an_entry_that_failed_does_not_bar_the_next_attempt(outbox: Queue, put: Put, entry: Job) -> None:
    forget_the_list(outbox)
    entry.set_status(JobStatus.FAILED)
    put([7])
    assert outbox.job_ids == [entry.id]
