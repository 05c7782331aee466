"""The worker beside the service: it sends, survives being killed, and never sends twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from hotline.clock import utc_now
from hotline.config import Settings
from hotline.store.tables import MessageRow
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade
from tasks import queues
from tasks.entries import enqueue_messages
from tasks.outbox import DEAD_AFTER, deliver
from tasks.worker import start_worker
from tasks.workplace import carrier_of
from tests.carriers.far_side import ACCOUNT, FarSide, Script


@pytest.fixture
def settings(tmp_path: Path, far: FarSide) -> Settings:
    env = {
        "HOTLINE_DATA_DIR": str(tmp_path),
        "TWILIO_ACCOUNT_SID": ACCOUNT[0],
        "TWILIO_AUTH_TOKEN": ACCOUNT[1],
        "TWILIO_API_BASE_URL": far.url,
    }
    settings = Settings.from_environment(env).served_at(8080)
    upgrade(settings.database_url)
    return settings


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    store = Store(settings.database_url)
    yield store
    store.close()


def put(store: Store) -> int:
    with store.open() as office:
        message = office.messages.put("booking:1", "13800001234", "您的预约码是123456")
        office.commit()
    assert message is not None
    return message


def state(store: Store, message: int) -> str:
    with store.open() as office:
        row = office.session.get(MessageRow, message)
        assert row is not None
        return row.state


def until(holds: Callable[[], bool], within_s: float = 40) -> None:
    """Waits for what another process does."""
    tick, give_up = threading.Event(), time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < give_up, "it did not happen in time"
        tick.wait(0.05)


def test_a_message_left_waiting_is_swept_up_and_sent(settings: Settings, store: Store, far: FarSide) -> None:
    message = put(store)
    worker = start_worker(settings)
    try:
        until(lambda: state(store, message) == "queued")
    finally:
        worker.stop()
    assert len(far.messages) == 1
    own = queues.embedded(settings)
    assert own is not None
    assert not own.alive(), "the last to leave stops the embedded Redis"


def test_a_worker_killed_while_the_carrier_takes_the_message_has_sent_it_once(
    settings: Settings, store: Store, far: FarSide
) -> None:
    far.script = Script(holds_until=threading.Event())
    message = put(store)
    with queues.redis_of(settings) as url:
        worker = start_worker(settings)
        try:
            enqueue_messages(queues.queue(url, queues.OUTBOX), [message])
            assert far.asked.wait(40)
            killed = [psutil.Process(worker.pid), *psutil.Process(worker.pid).children(recursive=True)]
            for process in killed:
                process.kill()
            psutil.wait_procs(killed, timeout=10)
            assert state(store, message) == "sending"
            assert far.script.holds_until is not None
            far.script.holds_until.set()
            until(lambda: worker.alive() and worker.pid != killed[0].pid)
        finally:
            worker.stop()
    deliver(store, carrier_of(settings), message)
    assert len(far.messages) == 1, "too early: another worker may still be at it"
    deliver(store, carrier_of(settings), message, lambda: utc_now() + DEAD_AFTER + timedelta(seconds=1))
    assert state(store, message) == "queued"
    assert len(far.messages) == 1


def test_a_worker_leaves_when_its_service_is_killed(settings: Settings) -> None:
    code = (
        "import os, sys; from hotline.config import Settings; from tasks.worker import start_worker;"
        "print(start_worker(Settings.from_environment(os.environ)).pid, flush=True); sys.stdin.read()"
    )
    environment = {**os.environ, **settings.as_environment()}
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as service:
        assert service.stdout is not None
        worker = psutil.Process(int(service.stdout.readline()))
        own = queues.embedded(settings)
        assert own is not None
        until(own.alive)
        os.kill(service.pid, signal.SIGKILL)
    until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
    until(lambda: not own.alive())


def test_a_worker_without_an_exchange_says_what_to_do(tmp_path: Path) -> None:
    environment = {**os.environ, "HOTLINE_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "hotline.cli", "worker", "--burst"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("hotline: TWILIO_API_BASE_URL is not set")
    assert "Traceback" not in done.stderr
