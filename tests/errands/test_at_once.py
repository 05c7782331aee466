"""What is due now is in its queue once it is committed, and nothing that is not; nobody waits for a sweep."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from rq import Queue

from hotline.clock import utc_now
from hotline.domain.calling import CallOrder
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade
from tasks import queues
from tasks.at_once import at_once
from tasks.outbox import deliver
from tests.errands.line import Company

LANDLINE = "7378812346"


@pytest.fixture
def store(tmp_path: Path, redis_url: str) -> Store:
    url = f"sqlite:///{tmp_path}/h.sqlite"
    upgrade(url)
    store = Store(url)
    store.announce = at_once(redis_url)
    return store


@pytest.fixture
def calls(redis_url: str) -> Queue:
    return queues.queue(redis_url, queues.CALLS)


def put(store: Store, reason: str, *, commit: bool = True, later: bool = False) -> None:
    now = utc_now()
    due = now + timedelta(hours=1) if later else now
    with store.open() as office:
        office.calls_out.put(CallOrder(reason, LANDLINE, "alert", "read", due_at=due), now)
        if commit:
            office.commit()


def test_a_call_is_in_its_queue_as_soon_as_it_is_committed(store: Store, calls: Queue) -> None:
    put(store, "a")
    assert calls.job_ids == ["call-1"]


def test_what_is_not_committed_or_not_due_is_not(store: Store, calls: Queue) -> None:
    put(store, "a", commit=False)
    put(store, "b", later=True)
    assert calls.job_ids == []


def test_an_alarm_to_a_landline_rings_without_waiting_for_a_sweep(
    store: Store, calls: Queue, redis_url: str
) -> None:
    """The text is found to need a call when a worker takes it up: that commit puts the call into its queue."""
    with store.open() as office:
        message = office.messages.put("danger:1", LANDLINE, "【牛田镇政务】紧急。", kind="alert")
        office.commit()
    assert queues.queue(redis_url, queues.OUTBOX).job_ids == [f"message-{message}"]
    assert message is not None
    deliver(store, Company(), message)
    assert calls.job_ids == ["call-1"]


def test_without_redis_the_commit_stands_and_the_sweep_finds_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/h.sqlite"
    upgrade(url)
    store = Store(url)
    store.announce = at_once(f"unix://{tmp_path}/nobody.sock")
    put(store, "a")
    with store.open() as office:
        assert office.calls_out.locked(1) is not None
