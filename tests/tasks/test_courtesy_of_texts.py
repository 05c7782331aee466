"""What a worker finds in the outbox leaves only when, to whom and by the way it may."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from hotline.clock import utc_now
from hotline.domain.calendar import TOWN_TIME
from hotline.store.delivery import apply_status
from hotline.store.tables import CallOutRow, MessageRow
from hotline.store.unit_of_work import Store
from ivr.carriers.twilio import TwilioCarrier
from tasks import queues
from tasks.outbox import deliver, sweep_messages
from tests.carriers.far_side import FarSide, Script

NIGHT = datetime(2026, 11, 25, 23, 0, tzinfo=TOWN_TIME)
MORNING = datetime(2026, 11, 26, 8, 0, tzinfo=TOWN_TIME)
MOBILE, LANDLINE = "13800001234", "7378812345"


def put(store: Store, to: str = MOBILE, *, reason: str = "r1", kind: str = "step", **more: object) -> int:
    with store.open() as office:
        message = office.messages.put(reason, to, "【牛田镇政务】您的事办好了。", kind=kind, **more)  # type: ignore[arg-type]
        office.commit()
    assert message is not None
    return message


def row(store: Store, message: int) -> MessageRow:
    with store.open() as office:
        return office.session.get_one(MessageRow, message)


def calls(store: Store) -> list[CallOutRow]:
    with store.open() as office:
        return list(office.session.scalars(select(CallOutRow).order_by(CallOutRow.id)))


def opt_out(store: Store, number: str) -> None:
    with store.open() as office:
        office.contact_wishes.opt_out(number, "sms", utc_now())
        office.commit()


def test_a_reason_is_used_once_and_its_parts_are_kept(store: Store) -> None:
    message = put(store)
    with store.open() as office:
        assert office.messages.put("r1", MOBILE, "again", kind="step") is None
    assert (row(store, message).segments, row(store, message).priority) == (1, 4)


def test_what_can_wait_waits_for_the_morning_and_leaves_then(
    store: Store, carrier: TwilioCarrier, far: FarSide
) -> None:
    message = put(store)
    deliver(store, carrier, message, lambda: NIGHT)
    assert (row(store, message).state, row(store, message).due_at) == ("waiting", MORNING)
    deliver(store, carrier, message, lambda: MORNING - timedelta(seconds=1))
    assert far.messages == []
    deliver(store, carrier, message, lambda: MORNING)
    assert len(far.messages) == 1


def test_what_was_just_asked_for_leaves_at_night(store: Store, carrier: TwilioCarrier, far: FarSide) -> None:
    deliver(store, carrier, put(store, kind="asked"), lambda: NIGHT)
    assert len(far.messages) == 1


def test_a_text_that_comes_too_late_is_not_sent(store: Store, carrier: TwilioCarrier, far: FarSide) -> None:
    message = put(store, expires_at=MORNING)
    deliver(store, carrier, message, lambda: MORNING)
    assert (row(store, message).state, far.messages) == ("expired", [])


def test_who_has_opted_out_gets_only_what_they_ask_for(store: Store, carrier: TwilioCarrier, far: FarSide) -> None:
    opt_out(store, MOBILE)
    opt_out(store, LANDLINE)
    barred = [put(store, kind=kind, reason=kind) for kind in ("step", "notice", "reminder", "missed")]
    barred.append(put(store, LANDLINE, reason="landline"))
    asked = put(store, kind="asked", reason="asked")
    for message in (*barred, asked):
        deliver(store, carrier, message, lambda: MORNING)
    assert {row(store, message).state for message in barred} <= {"barred", "withdrawn"}
    assert calls(store) == []
    assert [row(store, asked).state, len(far.messages)] == ["queued", 1]


@pytest.mark.parametrize("prefers", ["", "voice"])
def test_a_landline_and_who_prefers_it_are_rung_and_read_to(
    store: Store, carrier: TwilioCarrier, far: FarSide, prefers: str
) -> None:
    number = MOBILE if prefers else LANDLINE
    with store.open() as office:
        office.contact_wishes.prefer(number, prefers, utc_now())
        office.commit()
    message = put(store, number)
    for _ in range(3):
        deliver(store, carrier, message, lambda: MORNING)
    [call] = calls(store)
    assert (row(store, message).state, far.messages) == ("called", [])
    assert (call.reason, call.script, call.kind, call.number) == ("read:r1", "read", "step", number)
    assert call.given == {"text": "您的事办好了。"}, "the signature is for the eye"


def test_a_text_for_a_service_number_goes_nowhere(store: Store, carrier: TwilioCarrier, far: FarSide) -> None:
    message = put(store, "110")
    deliver(store, carrier, message, lambda: MORNING)
    assert (row(store, message).state, far.requests, calls(store)) == ("failed", [], [])


def test_a_number_the_carrier_calls_a_landline_is_rung(store: Store, carrier: TwilioCarrier, far: FarSide) -> None:
    far.script = Script(status=400, code=21614, takes_it=False)
    message = put(store)
    deliver(store, carrier, message, lambda: MORNING)
    assert (row(store, message).state, [call.reason for call in calls(store)]) == ("failed", ["read:r1"])


def test_a_refusal_because_of_an_opt_out_is_kept_as_one(
    store: Store, carrier: TwilioCarrier, far: FarSide
) -> None:
    far.script = Script(status=400, code=21610, takes_it=False)
    deliver(store, carrier, put(store), lambda: MORNING)
    with store.open() as office:
        assert office.contact_wishes.opted_out(MOBILE)


def test_a_telephone_out_of_reach_is_written_to_twice_more_and_then_rung(
    store: Store, carrier: TwilioCarrier, far: FarSide
) -> None:
    put(store, kind="asked")
    for _ in range(3):
        with store.open() as office:
            newest = office.messages.latest(limit=1)[0]
        deliver(store, carrier, newest.id, lambda: utc_now() + timedelta(hours=2))
        with store.open() as office:
            for _ in range(2):
                apply_status(office, far.messages[-1]["sid"], "undelivered", "30003")
            office.commit()
    with store.open() as office:
        reasons = [m.reason for m in office.messages.latest()]
    assert (reasons, [c.reason for c in calls(store)]) == (["r1+2", "r1+1", "r1"], ["read:r1"])
    assert len(far.messages) == 3


def test_danger_leaves_before_a_notice(store: Store, redis_url: str) -> None:
    notice = put(store, kind="notice", reason="notice")
    alert = put(store, kind="alert", reason="alert")
    queue = queues.queue(redis_url, queues.OUTBOX)
    assert sweep_messages(queue, store) == 2
    assert [job.args[0] for job in queue.jobs] == [alert, notice]
