"""A worker knows its work before it forks, and the rehearsal leaves nothing behind."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.engine.interfaces import CacheStats

from hotline.domain.calling import CallOrder, ContactRules
from hotline.store.tables import Table
from hotline.store.unit_of_work import Store
from ivr.carriers.twilio import TwilioCarrier
from tasks.outbound import dial
from tasks.outbox import deliver
from tasks.rehearsal import rehearse
from tasks.workplace import Workplace, records
from tests.carriers.far_side import FarSide
from tests.town import Watch

RULES = ContactRules()
NUMBER = "13812341234"


@pytest.fixture
def url(either_url: str) -> Iterator[str]:
    yield either_url
    records(either_url).close()
    records.cache_clear()


def kept(url: str) -> dict[str, int]:
    """How many rows each table has."""
    store, found = Store(url), {}
    with store.open() as office:
        for table in Table.metadata.sorted_tables:
            found[table.name] = office.session.scalar(select(func.count()).select_from(table)) or 0
    store.close()
    return found


def put_together(store: Store) -> list[str]:
    """Statements that were not known, from now on."""
    found: list[str] = []

    @event.listens_for(store.engine, "before_cursor_execute")
    def _look(_connection: Any, _cursor: Any, statement: str, _given: Any, context: Any, _many: bool) -> None:
        if context is not None and context.cache_hit is CacheStats.CACHE_MISS:
            found.append(statement)

    return found


def test_nothing_is_left_behind(url: str) -> None:
    before = kept(url)
    rehearse(url)
    rehearse(url)
    assert kept(url) == before
    assert "Connections in pool: 0" in records(url).engine.pool.status()


def test_nothing_has_to_be_put_together_for_a_call_and_a_text(
    url: str, far: FarSide, carrier: TwilioCarrier
) -> None:
    rehearse(url)
    store, watch = records(url), Watch()
    with store.open() as office:
        call = office.calls_out.put(CallOrder("r", NUMBER, "asked", "moved"), watch.now)
        message = office.messages.put("r", NUMBER, "好")
        office.commit()
    assert call is not None
    assert message is not None
    found = put_together(store)
    dial(Workplace(store, carrier, RULES), call, watch, lambda _: None)
    deliver(store, carrier, message, watch)
    assert len(far.requests) == 2
    assert found == []


def test_records_that_are_away_stop_no_worker(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        rehearse(f"sqlite:///{tmp_path / 'without-tables.sqlite'}")
    assert "the first jobs take longer" in caplog.text
    records.cache_clear()
