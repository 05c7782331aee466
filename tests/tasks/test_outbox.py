"""A message leaves once, or is known not to have left, or is shown as unsure: never twice, never lost."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from rq import Queue

from hotline.clock import utc_now
from hotline.domain.remedies import BACK_OFF
from hotline.store.delivery import apply_status
from hotline.store.tables import MessageRow
from hotline.store.unit_of_work import Store
from ivr.carriers.twilio import TwilioCarrier
from tasks import queues
from tasks.entries import enqueue_messages
from tasks.outbox import ASK_FOR, DEAD_AFTER, deliver, sweep_messages
from tests.carriers.far_side import ACCOUNT, FarSide, Script


@pytest.fixture
def queue(redis_url: str) -> Queue:
    return queues.queue(redis_url, queues.OUTBOX)


def put(store: Store, reason: str = "booking:1", to: str = "13800001234") -> int:
    with store.open() as office:
        message = office.messages.put(reason, to, "您的预约码是123456")
        office.commit()
    assert message is not None
    return message


def row(store: Store, message: int) -> MessageRow:
    with store.open() as office:
        found = office.session.get(MessageRow, message)
        assert found is not None
        return found


def left_behind(store: Store, message: int, ago: timedelta) -> None:
    """As a worker leaves it that died while it asked the carrier."""
    with store.open() as office:
        found = office.messages.locked(message)
        assert found is not None
        found.state, found.attempts, found.claimed_at = "sending", 1, utc_now() - ago
        office.commit()


def test_a_waiting_message_is_sent_and_its_sid_kept(store: Store, carrier: TwilioCarrier, far: FarSide) -> None:
    message = put(store)
    deliver(store, carrier, message)
    sent = row(store, message)
    assert (sent.state, sent.sid, sent.attempts) == ("queued", far.messages[0]["sid"], 1)
    assert sent.sent_at is not None


def test_a_job_that_runs_again_sends_nothing(store: Store, carrier: TwilioCarrier, far: FarSide) -> None:
    message = put(store)
    for _ in range(3):
        deliver(store, carrier, message)
    deliver(store, carrier, 987654)
    assert len(far.messages) == 1


def test_workers_that_run_the_same_job_at_once_send_one(
    store: Store, carrier: TwilioCarrier, far: FarSide
) -> None:
    message = put(store)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: deliver(store, carrier, message), range(8)))
    assert len(far.messages) == 1


def test_a_final_refusal_is_kept_with_its_reason(store: Store, carrier: TwilioCarrier, far: FarSide) -> None:
    far.script = Script(status=400, code=21610, takes_it=False)
    message = put(store)
    deliver(store, carrier, message)
    assert (row(store, message).state, row(store, message).error) == ("failed", "21610 the resident has opted out")


def test_a_passing_refusal_waits_its_time_and_is_tried_again(
    store: Store, carrier: TwilioCarrier, far: FarSide, queue: Queue
) -> None:
    far.script = Script(status=429, code=20429, takes_it=False)
    message = put(store)
    deliver(store, carrier, message)
    assert row(store, message).state == "waiting"
    deliver(store, carrier, message)
    assert sweep_messages(queue, store) == 0
    assert len(far.requests) == 1, "not before its time"
    far.script = Script()
    later = utc_now() + BACK_OFF[0]
    assert sweep_messages(queue, store, lambda: later) == 1
    deliver(store, carrier, message, lambda: later)
    assert row(store, message).state == "queued"


def test_after_a_day_of_refusals_it_is_given_up(store: Store, carrier: TwilioCarrier, far: FarSide) -> None:
    far.script = Script(status=429, code=20429, takes_it=False)
    message = put(store)
    deliver(store, carrier, message, lambda: utc_now() + timedelta(hours=25))
    assert row(store, message).state == "failed"


@pytest.mark.parametrize("script", [Script(cuts_off=True), Script(status=500, code=20500)])
def test_what_the_carrier_took_without_saying_so_is_found_there(
    store: Store, carrier: TwilioCarrier, far: FarSide, script: Script
) -> None:
    far.script = script
    message = put(store)
    deliver(store, carrier, message)
    assert row(store, message).state == "sending"
    far.script = Script()
    deliver(store, carrier, message)
    assert len(far.requests) == 1, "too early to ask"
    deliver(store, carrier, message, lambda: utc_now() + DEAD_AFTER)
    assert (row(store, message).state, row(store, message).sid) == ("queued", far.messages[0]["sid"])
    assert len(far.messages) == 1


def test_what_the_carrier_never_got_is_sent_after_all(
    store: Store, carrier: TwilioCarrier, far: FarSide, queue: Queue
) -> None:
    message = put(store)
    left_behind(store, message, DEAD_AFTER)
    assert sweep_messages(queue, store) == 1
    deliver(store, carrier, message)
    assert (row(store, message).state, len(far.messages)) == ("waiting", 0)
    deliver(store, carrier, message, lambda: utc_now() + BACK_OFF[0])
    assert (row(store, message).state, len(far.messages)) == ("queued", 1)


def test_another_message_with_the_same_words_is_not_taken_for_it(
    store: Store, carrier: TwilioCarrier, far: FarSide
) -> None:
    lost = put(store, "booking:1")
    deliver(store, carrier, put(store, "booking:2"))
    left_behind(store, lost, DEAD_AFTER)
    deliver(store, carrier, lost)
    assert row(store, lost).state == "waiting"


def test_where_the_carrier_cannot_say_the_message_is_shown_as_unsure(
    store: Store, carrier: TwilioCarrier, far: FarSide, queue: Queue
) -> None:
    far.script = Script(lists=False)
    message = put(store)
    left_behind(store, message, DEAD_AFTER)
    deliver(store, carrier, message)
    assert row(store, message).state == "unsure"
    deliver(store, carrier, message)
    assert sweep_messages(queue, store) == 0
    assert far.messages == []


def test_a_carrier_out_of_reach_is_asked_for_an_hour(store: Store) -> None:
    gone = TwilioCarrier(ACCOUNT, number="12345", public_url="http://here", api_base_url="http://127.0.0.1:9")
    message = put(store)
    left_behind(store, message, DEAD_AFTER)
    deliver(store, gone, message)
    assert row(store, message).state == "sending"
    deliver(store, gone, message, lambda: utc_now() + ASK_FOR)
    assert row(store, message).state == "unsure"


def test_a_report_that_overtakes_the_answer_is_not_lost(
    store: Store, carrier: TwilioCarrier, far: FarSide
) -> None:
    message = put(store)
    with store.open() as office:
        apply_status(office, f"SM{1:032d}", "delivered")
        office.commit()
    deliver(store, carrier, message)
    assert row(store, message).state == "delivered"


def test_jobs_carry_ids_only_and_one_for_each_message(store: Store, queue: Queue) -> None:
    messages = [put(store, f"r{n}") for n in range(3)]
    enqueue_messages(queue, messages)
    enqueue_messages(queue, messages)
    assert sweep_messages(queue, store) == 3
    assert sorted(job.args for job in queue.jobs) == sorted((m,) for m in messages)


def test_without_redis_the_message_waits_and_the_sweep_sends_it_later(
    store: Store, queue: Queue, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    message = put(store)
    away = Queue(queues.OUTBOX, connection=queues.connect(f"unix://{tmp_path}/nobody.sock"))
    enqueue_messages(away, [message])
    assert [r.levelno for r in caplog.records if r.name == "tasks.entries"] == [logging.ERROR]
    assert row(store, message).state == "waiting"
    assert sweep_messages(queue, store) == 1
    assert len(queue.jobs) == 1
