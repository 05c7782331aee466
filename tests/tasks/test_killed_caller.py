"""A worker killed between asking the carrier for a call and writing it down: the call is made exactly once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from hotline.clock import utc_now
from hotline.config import Settings
from hotline.domain.calling import CallOrder, ContactRules
from hotline.store.tables import CallOutRow
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade
from tasks import queues
from tasks.entries import enqueue_calls
from tasks.outbound import DEAD_AFTER, dial
from tasks.worker import start_worker
from tasks.workplace import Workplace, carrier_of
from tests.carriers.far_side import ACCOUNT, FarSide, Script
from tests.tasks.test_worker import until

SOON = timedelta(seconds=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path, far: FarSide) -> Settings:
    env = {
        "HOTLINE_DATA_DIR": str(tmp_path),
        "TWILIO_ACCOUNT_SID": ACCOUNT[0],
        "TWILIO_AUTH_TOKEN": ACCOUNT[1],
        "TWILIO_API_BASE_URL": far.url,
    }
    if request.param == "postgresql":
        env["HOTLINE_DATABASE_URL"] = str(request.getfixturevalue("postgres_url"))
    settings = Settings.from_environment(env).served_at(8080)
    upgrade(settings.database_url)
    return settings


@pytest.fixture
def here(settings: Settings) -> Iterator[Workplace]:
    store = Store(settings.database_url)
    yield Workplace(store, carrier_of(settings), ContactRules())
    store.close()


def order(here: Workplace) -> int:
    with here.store.open() as office:
        call = office.calls_out.put(CallOrder("alert:1", "13800001234", "alert", "read", {"text": "x"}), utc_now())
        office.commit()
    assert call is not None
    return call


def row(here: Workplace, call: int) -> CallOutRow:
    with here.store.open() as office:
        return office.session.get_one(CallOutRow, call)


def test_a_call_left_waiting_is_swept_up_and_made(settings: Settings, here: Workplace, far: FarSide) -> None:
    call = order(here)
    worker = start_worker(settings)
    try:
        until(lambda: row(here, call).state == "placed")
    finally:
        worker.stop()
    assert len(far.calls) == 1


def test_a_worker_killed_while_the_carrier_takes_the_call_has_rung_once(
    settings: Settings, here: Workplace, far: FarSide
) -> None:
    far.script = Script(holds_until=threading.Event())
    call = order(here)
    with queues.redis_of(settings) as url:
        worker = start_worker(settings)
        try:
            enqueue_calls(queues.queue(url, queues.CALLS), [call])
            assert far.asked.wait(40)
            killed = [psutil.Process(worker.pid), *psutil.Process(worker.pid).children(recursive=True)]
            for process in killed:
                process.kill()
            psutil.wait_procs(killed, timeout=10)
            assert row(here, call).state == "asking"
            assert far.script.holds_until is not None
            far.script.holds_until.set()
            until(lambda: worker.alive() and worker.pid != killed[0].pid)
        finally:
            worker.stop()
    dial(here, call)
    assert len(far.calls) == 1, "too early: another worker may still be at it"
    dial(here, call, lambda: utc_now() + DEAD_AFTER + SOON)
    assert (row(here, call).state, row(here, call).sid) == ("placed", far.calls[0]["sid"])
    assert len(far.calls) == 1
