"""The office rings through the real exchange: a telephone rings, somebody picks up, and all is on record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from a2wsgi import WSGIMiddleware
from flask import Flask

from hotline.domain.calling import CallOrder, ContactRules
from hotline.store.delivery import apply_status
from hotline.store.tables import CallOutRow
from ivr.carriers.signature import Signatures
from ivr.carriers.twilio import TwilioCarrier
from ivr.exchange.exchange import Exchange, Options
from ivr.exchange.faults import Faults
from ivr.outgoing import Outgoing
from ivr.webhooks import Webhooks
from tasks.outbound import dial, reconcile
from tasks.outbox import deliver
from tasks.workplace import Workplace
from tests.exchange.world import CALLER, FAST, NUMBER, SID, TOKEN, Phone, listening, served
from tests.tasks.test_worker import until
from tests.town import Office

PLAIN = CALLER.removeprefix("+86")


@dataclass
class Town:
    office: Office
    exchange: Exchange
    phone: Phone
    here: Workplace

    def row(self, call: int) -> CallOutRow:
        with self.office.store.open() as records:
            return records.session.get_one(CallOutRow, call)

    def rows(self) -> list[CallOutRow]:
        with self.office.store.open() as records:
            return list(records.calls_out.latest())

    def order(self, script: str, **given: Any) -> int:
        with self.office.store.open() as records:
            call = records.calls_out.put(CallOrder("r", PLAIN, "alert", script, given), self.office.watch.now)
            records.commit()
        assert call is not None
        return call

    async def ring(self, call: int) -> None:
        await asyncio.to_thread(dial, self.here, call, self.office.watch)

    async def settled(self, call: int) -> CallOutRow:
        await asyncio.to_thread(until, lambda: self.row(call).state == "settled")
        return self.row(call)


@asynccontextmanager
async def town(folder: Path, phone: Phone) -> AsyncIterator[Town]:
    """The town's webhooks on a port, the exchange on another, one telephone between them."""
    office, app = Office(folder), Flask("town")

    def message_status(sid: str, status: str, code: str) -> None:
        with office.store.open() as records:
            apply_status(records, sid, status, code)
            records.commit()

    rules = ContactRules()
    async with listening(WSGIMiddleware(app)) as url:  # type: ignore[arg-type]
        hooks = Webhooks(
            office.front,
            Signatures(url, (TOKEN,)),
            "ws://x",
            message_status,
            Outgoing(office.front, rules.calling),
        )
        app.register_blueprint(hooks.blueprint())
        exchange = Exchange(SID, TOKEN, url, NUMBER, options=Options(pace=FAST))
        exchange.plug(phone)
        async with served(exchange) as far:
            carrier = TwilioCarrier((SID, TOKEN), number=NUMBER, public_url=url, api_base_url=f"{far}/exchange")
            try:
                yield Town(office, exchange, phone, Workplace(office.store, carrier, rules))
            finally:
                await exchange.close()
                office.store.close()


def run(folder: Path, phone: Phone, story: Callable[[Town], Awaitable[None]]) -> None:
    async def all_of_it() -> None:
        async with town(folder, phone) as t:
            await story(t)

    asyncio.run(asyncio.wait_for(all_of_it(), 40))


def test_who_picks_up_is_read_to_and_the_attempt_is_settled(tmp_path: Path) -> None:
    async def story(t: Town) -> None:
        call = t.order("read", text="您约好了礼拜六上午九点。")
        await t.ring(call)
        await t.phone.event("caption", text="您约好了礼拜六上午九点。")
        assert t.phone.captions()[1].startswith("您好，这里是牛田镇政务热线"), t.phone.captions()
        await t.phone.do("hangup")
        row = await t.settled(call)
        assert (row.disposition, row.sid in t.exchange.plant.calls) == ("answered", True)
        await t.ring(call)
        assert len(t.exchange.plant.calls) == 1

    run(tmp_path, Phone(answers=True), story)


def test_nobody_there_is_no_answer(tmp_path: Path) -> None:
    async def story(t: Town) -> None:
        call = t.order("read", text="x")
        await t.ring(call)
        assert (await t.settled(call)).disposition in ("no_answer", "failed")

    run(tmp_path, Phone(), story)


def test_a_crash_between_asking_and_writing_down_rings_nobody_twice(tmp_path: Path) -> None:
    """The carrier has the call, our row says `asking`, and even its reports were lost."""

    async def story(t: Town) -> None:
        call = t.order("read", text="x")
        sid = await asyncio.to_thread(t.here.carrier.place_call, PLAIN, "call-999")
        with t.office.store.open() as records:
            row = records.calls_out.locked(call)
            assert row is not None
            row.state, row.asked_at = "asking", t.office.watch.now
            records.commit()
        t.office.watch.passes(minutes=2)
        t.exchange.plant.calls[sid].created = t.office.watch.now
        await asyncio.to_thread(reconcile, t.here, call, t.office.watch)
        assert (t.row(call).state, t.row(call).sid) == ("placed", sid)
        assert len(t.exchange.plant.calls) == 1

    run(tmp_path, Phone(), story)


def test_calls_since_are_ours_to_that_number_over_many_pages(tmp_path: Path) -> None:
    async def story(t: Town) -> None:
        for n in range(120):
            number = PLAIN if n % 2 else "13800000099"
            await asyncio.to_thread(t.here.carrier.place_call, number, f"call-{n}")
        since = min(call.created for call in t.exchange.plant.calls.values())
        found = await asyncio.to_thread(t.here.carrier.calls_since, PLAIN, since)
        assert len(found) == 60
        assert {one.sid for one in found} == {c.sid for c in t.exchange.plant.calls.values() if c.to == CALLER}

    run(tmp_path, Phone(), story)


@pytest.mark.parametrize("code", [30006, 21614])
def test_a_text_that_cannot_be_delivered_becomes_a_call(tmp_path: Path, code: int) -> None:
    async def story(t: Town) -> None:
        t.exchange.faults[CALLER] = Faults(sms_error=code)
        with t.office.store.open() as records:
            message = records.messages.put("booked:1", PLAIN, "【牛田镇政务】约好了。")
            records.commit()
        assert message is not None
        await asyncio.to_thread(deliver, t.office.store, t.here.carrier, message, t.office.watch)
        await asyncio.to_thread(until, lambda: bool(t.rows()))
        calls = t.rows()
        assert [(call.reason, call.given) for call in calls] == [("read:booked:1", {"text": "约好了。"})]

    run(tmp_path, Phone(), story)
