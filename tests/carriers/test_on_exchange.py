"""The carrier and the built-in exchange understand each other: the product does not know which it talks to."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from ivr.carriers.base import CarrierError
from ivr.carriers.twilio import TwilioCarrier
from tests.exchange.world import CALLER, NUMBER, SID, TOKEN, served, world

PLAIN = CALLER.removeprefix("+86")
TEXT = "【牛田镇政务】您的预约码是307294"


def test_a_message_leaves_is_found_again_and_reported_on() -> None:
    async def story() -> None:
        async with world({}) as w, served(w.exchange) as url:
            carrier = TwilioCarrier(
                (SID, TOKEN), number=NUMBER, public_url=w.service.url, api_base_url=f"{url}/exchange"
            )
            before = datetime.now(UTC)
            sid = await asyncio.to_thread(carrier.send_message, PLAIN, TEXT, "booking:1")
            assert await asyncio.to_thread(carrier.messages_since, PLAIN, TEXT, before) == [sid]
            later = before + timedelta(hours=1)
            assert await asyncio.to_thread(carrier.messages_since, PLAIN, TEXT, later) == []
            assert await asyncio.to_thread(carrier.messages_since, PLAIN, "别的", before) == []
            report = await w.service.hook("/sms/status", MessageSid=sid)
            assert report.signed
            await asyncio.to_thread(carrier.check)

    asyncio.run(asyncio.wait_for(story(), 30))


def test_a_strangers_token_is_refused_as_something_to_mend() -> None:
    async def story() -> CarrierError:
        async with world({}) as w, served(w.exchange) as url:
            stranger = TwilioCarrier(
                (SID, "wrong"), number=NUMBER, public_url=w.service.url, api_base_url=f"{url}/exchange"
            )
            with pytest.raises(CarrierError) as refused:
                await asyncio.to_thread(stranger.send_message, PLAIN, TEXT, "booking:1")
            return refused.value

    error = asyncio.run(asyncio.wait_for(story(), 30))
    assert (error.retryable, error.unsure) == (True, False)


def test_a_call_is_placed_and_ended_twice_without_complaint() -> None:
    async def story() -> None:
        async with world({}) as w, served(w.exchange) as url:
            carrier = TwilioCarrier(
                (SID, TOKEN), number=NUMBER, public_url=w.service.url, api_base_url=f"{url}/exchange"
            )
            sid = await asyncio.to_thread(carrier.place_call, PLAIN, "callback:1")
            await asyncio.to_thread(carrier.end_call, sid)
            ended = await w.service.hook("/voice/status", CallSid=sid, CallStatus="canceled")
            await asyncio.to_thread(carrier.end_call, sid)
            reports = [hook for hook in w.service.hooks if hook.path == "/voice/status"]
            assert ended.signed
            assert [r.form["CallStatus"] for r in reports].count("canceled") == 1

    asyncio.run(asyncio.wait_for(story(), 30))
