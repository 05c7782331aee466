"""Nobody is rung twice for one reason, nor at a bad hour, nor after a no; whatever dies in between."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.calling import CallOrder, ContactRules
from hotline.store import ringing
from hotline.store.ringing import Told
from hotline.store.tables import CallOutRow
from hotline.store.unit_of_work import Store
from ivr.carriers.twilio import TwilioCarrier
from tasks import queues
from tasks.outbound import DEAD_AFTER, OVER_BY_NOW, ask_after_all, dial, reconcile, sweep_calls
from tasks.workplace import Workplace
from tests.carriers.far_side import FarSide, Script
from tests.town import Watch

NUMBER = "13800001234"
RULES = ContactRules()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def here(store: Store, carrier: TwilioCarrier) -> Workplace:
    return Workplace(store, carrier, RULES)


def put(here: Workplace, watch: Watch, number: str = NUMBER, *, reason: str = "r", kind: str = "step") -> int:
    with here.store.open() as office:
        call = office.calls_out.put(CallOrder(reason, number, kind, "moved"), watch.now)
        office.commit()
    assert call is not None
    return call


def row(here: Workplace, call: int) -> CallOutRow:
    with here.store.open() as office:
        return office.session.get_one(CallOutRow, call)


def attempts(here: Workplace, reason: str = "r") -> list[CallOutRow]:
    query = select(CallOutRow).where(CallOutRow.reason == reason).order_by(CallOutRow.attempt)
    with here.store.open() as office:
        return list(office.session.scalars(query))


def report(here: Workplace, call: int, watch: Watch, **told: str) -> None:
    with here.store.open() as office:
        sid = row(here, call).sid
        ringing.report(office, call, Told(**{"sid": sid} | told), (RULES.calling, watch.now))  # type: ignore[arg-type]
        office.commit()


def ring(here: Workplace, call: int, watch: Watch) -> None:
    dial(here, call, watch, lambda seconds: watch.passes(seconds=seconds))


def test_a_reason_is_rung_once_however_often_it_is_run(here: Workplace, watch: Watch, far: FarSide) -> None:
    call = put(here, watch)
    with here.store.open() as office:
        assert office.calls_out.put(CallOrder("r", NUMBER, "step", "moved"), watch.now) is None
    for _ in range(3):
        ring(here, call, watch)
    assert [placed["sid"] for placed in far.calls] == [row(here, call).sid]
    assert far.requests[0][2]["MachineDetection"] == ["DetectMessageEnd"]


def test_workers_that_run_the_same_job_at_once_ring_once(here: Workplace, watch: Watch, far: FarSide) -> None:
    call = put(here, watch)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: ring(here, call, watch), range(8)))
    assert len(far.calls) == 1


def test_one_call_a_second_leaves(here: Workplace, watch: Watch, far: FarSide) -> None:
    calls = [put(here, watch, f"1380000{n:04d}", reason=f"r{n}") for n in range(6)]
    began = watch.now
    for call in calls:
        ring(here, call, watch)
    asked = [row(here, call).asked_at for call in calls]
    assert asked == [began + timedelta(seconds=n) for n in range(6)]


def test_a_call_due_at_noon_waits_for_the_afternoon(here: Workplace, watch: Watch, far: FarSide) -> None:
    call = put(here, watch)
    watch.now = datetime(2026, 11, 25, 12, 0, tzinfo=TOWN_TIME)
    ring(here, call, watch)
    assert far.calls == []
    watch.now = row(here, call).due_at
    assert watch.now.astimezone(TOWN_TIME).hour == 15
    ring(here, call, watch)
    assert len(far.calls) == 1


def test_who_has_opted_out_is_not_rung(here: Workplace, watch: Watch, far: FarSide) -> None:
    call = put(here, watch)
    with here.store.open() as office:
        office.contact_wishes.opt_out(NUMBER, "voice", watch.now)
        office.commit()
    ring(here, call, watch)
    assert (row(here, call).state, far.requests) == ("barred", [])


def test_no_answer_is_tried_once_more_the_next_day(here: Workplace, watch: Watch, far: FarSide) -> None:
    ring(here, put(here, watch), watch)
    report(here, 1, watch, status="no-answer")
    report(here, 1, watch, status="busy")
    first, second = attempts(here)
    assert (first.disposition, second.attempt) == ("no_answer", 2)
    assert second.due_at.astimezone(TOWN_TIME).isoformat() == "2026-11-26T08:30:00+08:00"
    ring(here, second.id, watch)
    assert len(far.calls) == 1, "not before its day"
    watch.now = second.due_at
    ring(here, second.id, watch)
    report(here, second.id, watch, status="no-answer")
    assert (len(far.calls), len(attempts(here))) == (2, 2)


def test_reports_in_any_order_and_of_strangers_change_nothing_that_is_settled(
    here: Workplace, watch: Watch, far: FarSide
) -> None:
    call = put(here, watch)
    ring(here, call, watch)
    report(here, call, watch, sid="CAstranger", status="busy")
    assert row(here, call).state == "placed"
    report(here, call, watch, status="failed")
    for status in ("initiated", "ringing", "completed", "in-progress", "rubbish"):
        report(here, call, watch, status=status)
    assert (row(here, call).state, row(here, call).disposition) == ("settled", "failed")


def test_a_report_may_overtake_the_answer_and_bring_the_sid(here: Workplace, watch: Watch, far: FarSide) -> None:
    call = put(here, watch)
    with here.store.open() as office:
        assert isinstance(ringing.take_leave(office, call, RULES.calling, watch.now), ringing.Leave)
        office.commit()
    report(here, call, watch, sid="CA1", status="ringing")
    assert (row(here, call).state, row(here, call).sid) == ("placed", "CA1")


@pytest.mark.parametrize("script", [Script(cuts_off=True), Script(status=500, code=20500)])
def test_a_call_the_carrier_took_without_saying_so_is_found_there_and_not_made_again(
    here: Workplace, watch: Watch, far: FarSide, script: Script
) -> None:
    watch.now = datetime.now(TOWN_TIME)
    far.script = script
    call = put(here, watch, kind="alert")
    ring(here, call, watch)
    far.script = Script()
    ring(here, call, watch)
    assert [method for method, _, _ in far.requests] == ["POST"], "too early to ask"
    watch.passes(seconds=DEAD_AFTER.total_seconds() + 1)
    ring(here, call, watch)
    assert (row(here, call).state, row(here, call).sid) == ("placed", far.calls[0]["sid"])
    assert len(far.calls) == 1


def test_a_call_the_carrier_never_got_is_made_after_all(here: Workplace, watch: Watch, far: FarSide) -> None:
    far.script = Script(cuts_off=True, takes_it=False)
    call = put(here, watch)
    ring(here, call, watch)
    far.script = Script()
    watch.passes(minutes=2)
    reconcile(here, call, watch)
    assert (row(here, call).state, row(here, call).asked_at) == ("waiting", None)
    watch.passes(minutes=2)
    ring(here, call, watch)
    assert (row(here, call).state, len(far.calls)) == ("placed", 1)


def test_where_the_carrier_cannot_say_nobody_is_rung_again(here: Workplace, watch: Watch, far: FarSide) -> None:
    far.script = Script(cuts_off=True, lists=False)
    call = put(here, watch)
    ring(here, call, watch)
    watch.passes(minutes=5)
    ring(here, call, watch)
    watch.passes(days=2)
    ring(here, call, watch)
    assert (row(here, call).state, len(far.calls), len(attempts(here))) == ("unsure", 1, 1)


def test_another_call_to_the_same_number_is_not_taken_for_it(here: Workplace, watch: Watch, far: FarSide) -> None:
    watch.now = datetime.now(TOWN_TIME)
    ring(here, put(here, watch, kind="alert"), watch)
    far.script = Script(cuts_off=True, takes_it=False)
    lost = put(here, watch, reason="lost", kind="alert")
    watch.passes(seconds=5)
    ring(here, lost, watch)
    watch.passes(seconds=DEAD_AFTER.total_seconds())
    ring(here, lost, watch)
    assert (row(here, lost).state, len(far.calls)) == ("waiting", 1)


def test_an_end_nobody_reported_is_asked_for(here: Workplace, watch: Watch, far: FarSide) -> None:
    watch.now = datetime.now(TOWN_TIME)
    call = put(here, watch, kind="alert")
    ring(here, call, watch)
    far.calls[0]["status"] = "busy"
    watch.passes(seconds=OVER_BY_NOW.total_seconds())
    ring(here, call, watch)
    assert (row(here, call).disposition, len(far.calls)) == ("busy", 1)


def test_five_failures_open_the_breaker_for_two_minutes_for_everybody(
    here: Workplace, watch: Watch, far: FarSide
) -> None:
    far.script = Script(status=429, code=20429, takes_it=False)
    calls = [put(here, watch, f"1380000{n:04d}", reason=f"r{n}") for n in range(6)]
    for call in calls:
        ring(here, call, watch)
        watch.passes(seconds=1)
    assert [row(here, call).refusals for call in calls] == [1, 1, 1, 1, 1, 0]
    far.script = Script()
    watch.passes(seconds=110)
    ring(here, calls[5], watch)
    assert far.calls == []
    watch.passes(seconds=10)
    ring(here, calls[5], watch)
    assert len(far.calls) == 1


def test_a_pause_holds_every_call_until_it_is_over(here: Workplace, watch: Watch, far: FarSide) -> None:
    call = put(here, watch)
    for paused in (True, False):
        with here.store.open() as office:
            office.calls_out.gate().paused = paused
            office.commit()
        ring(here, call, watch)
        assert len(far.calls) == (0 if paused else 1)


def test_a_number_on_the_line_with_us_is_not_rung_for_something_else(
    here: Workplace, watch: Watch, far: FarSide
) -> None:
    ring(here, put(here, watch), watch)
    other = put(here, watch, reason="other")
    ring(here, other, watch)
    assert (len(far.calls), row(here, other).state) == (1, "waiting")


def test_a_final_refusal_is_the_end_of_it(here: Workplace, watch: Watch, far: FarSide) -> None:
    far.script = Script(status=400, code=21211, takes_it=False)
    call = put(here, watch)
    ring(here, call, watch)
    assert (row(here, call).state, row(here, call).error) == ("settled", "21211 not a number")
    assert len(attempts(here)) == 1


def test_the_sweep_brings_danger_first_and_only_what_is_due(here: Workplace, watch: Watch, redis_url: str) -> None:
    put(here, watch, reason="step")
    alert = put(here, watch, reason="alert", kind="alert")
    queue = queues.queue(redis_url, queues.CALLS)
    assert sweep_calls(queue, here.store, lambda: watch.now - timedelta(seconds=1)) == 0
    for _ in range(2):
        assert sweep_calls(queue, here.store, watch) == 2
    assert [job.args[0] for job in queue.jobs] == [alert, 1]


def test_a_call_whose_end_was_told_to_nobody_is_asked_after_when_everything_is_up_again(
    here: Workplace, watch: Watch, far: FarSide, redis_url: str
) -> None:
    talking, over, waiting = (put(here, watch, f"1380000000{n}", reason=f"r{n}") for n in range(3))
    for call in (talking, over):
        ring(here, call, watch)
        watch.passes(seconds=2)
        with here.store.open() as office:
            placed = office.session.get_one(CallOutRow, call)
            ringing.answered(placed, (placed.sid, "human"), watch.now)
            office.commit()
    far.calls[0]["status"], far.calls[1]["status"] = "in-progress", "completed"
    assert ask_after_all(queues.queue(redis_url, queues.CALLS), here.store) == 2
    for job in queues.queue(redis_url, queues.CALLS).jobs:
        reconcile(here, job.args[0], watch, came_up=True)
    assert [row(here, call).state for call in (talking, over, waiting)] == ["answered", "settled", "waiting"]
    assert len(far.calls) == 2


def test_a_call_that_was_thought_never_made_and_rings_after_all_is_taken_for_what_it_is(
    here: Workplace, watch: Watch, far: FarSide
) -> None:
    far.script = Script(cuts_off=True, takes_it=False)
    call = put(here, watch)
    ring(here, call, watch)
    watch.passes(minutes=2)
    far.script = Script()
    reconcile(here, call, watch)
    report(here, call, watch, sid="CAlate", status="ringing")
    watch.passes(minutes=5)
    ring(here, call, watch)
    assert (row(here, call).sid, far.calls) == ("CAlate", [])
