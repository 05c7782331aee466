"""A carrier's report that comes while the sid is being stored waits for it, and is not lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from hotline.clock import utc_now
from hotline.store.delivery import apply_status, settle_early, take_sid
from hotline.store.tables import MessageRow, ReceiptRow, Table
from hotline.store.unit_of_work import Store


@pytest.fixture
def store(postgres_url: str) -> Iterator[Store]:
    store = Store(postgres_url)
    Table.metadata.create_all(store.engine)
    yield store
    store.close()


def report(store: Store, state: str) -> None:
    with store.open() as office:
        apply_status(office, "SM1", state)
        office.commit()


def somebody_waits(store: Store) -> None:
    """Until another transaction is held up by a lock."""
    tick, give_up = threading.Event(), time.monotonic() + 30
    query = text("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
    with store.engine.connect() as connection:
        while not connection.scalar(query):
            assert time.monotonic() < give_up, "nobody waits"
            connection.rollback()
            tick.wait(0.02)


def test_a_report_that_meets_the_storing_of_its_sid_is_kept(store: Store) -> None:
    report(store, "queued")
    with ThreadPoolExecutor(1) as beside:
        with store.open() as office:
            row = MessageRow(reason="r", to="1", body="b", state="sending", created_at=utc_now())
            office.session.add(row)
            office.session.flush()
            take_sid(office, row, "SM1")
            office.session.flush()
            second = beside.submit(report, store, "delivered")
            somebody_waits(store)
            office.commit()
        second.result(30)
    with store.open() as office:
        settle_early(office)
        office.commit()
        message = office.messages.by_sid("SM1")
        assert message is not None
        assert message.state == "delivered"


def test_two_first_reports_at_once_leave_the_further_one(store: Store) -> None:
    with ThreadPoolExecutor(1) as beside:
        with store.open() as office:
            apply_status(office, "SM1", "sent")
            second = beside.submit(report, store, "delivered")
            somebody_waits(store)
            office.commit()
        second.result(30)
    with store.open() as office:
        early = office.session.get(ReceiptRow, "message-status:SM1")
        assert early is not None
        assert early.answer.startswith("delivered")
