"""Text messages both ways, through the real client library and from a telephone."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from ivr.exchange.faults import Faults
from tests.exchange.test_rest import PLAIN, api, ask
from tests.exchange.world import CALLER, NUMBER


async def test_a_message_is_sent_reported_and_delivered() -> None:
    async with api({}) as (w, client, _):
        callback = f"{w.service.url}/sms/status"
        sent = await ask(
            client.messages.create, to=PLAIN, from_=NUMBER, body="约好了" * 30, status_callback=callback
        )
        assert (sent.status, sent.num_segments) == ("queued", "2")
        arrived = await w.phone.event("sms")
        assert (arrived["from"], arrived["body"]) == (NUMBER, "约好了" * 30)
        done = await w.service.hook("/sms/status", MessageStatus="delivered")
        assert done.signed
        assert done.form["MessageSid"] == sent.sid
        statuses = [hook.form["MessageStatus"] for hook in w.service.hooks]
        assert statuses == ["sent", "delivered"]
        assert (await ask(client.messages(sent.sid).fetch)).status == "delivered"
        assert [one.sid for one in await ask(client.messages.list, to=CALLER)] == [sent.sid]


async def test_a_message_waits_for_a_telephone_that_is_switched_off() -> None:
    async with api({}) as (w, client, _):
        callback = f"{w.service.url}/sms/status"
        await ask(client.messages.create, to="13900000000", from_=NUMBER, body="在吗", status_callback=callback)
        await w.service.hook("/sms/status", MessageStatus="sent")
        from_off = type(w.phone)("13900000000")
        w.exchange.plug(from_off)
        assert (await from_off.event("sms"))["body"] == "在吗"
        await w.service.hook("/sms/status", MessageStatus="delivered")


@pytest.mark.parametrize("code", [30003, 30006])
async def test_an_undelivered_message_tells_its_code(code: int) -> None:
    async with api({}) as (w, client, _):
        w.exchange.faults[CALLER] = Faults(sms_error=code)
        callback = f"{w.service.url}/sms/status"
        sent = await ask(client.messages.create, to=PLAIN, from_=NUMBER, body="在吗", status_callback=callback)
        told = await w.service.hook("/sms/status", MessageStatus="undelivered")
        assert told.form["ErrorCode"] == str(code)
        assert (await ask(client.messages(sent.sid).fetch)).error_code == code


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": "", "body": "x"}, 21604),
        ({"to": "nobody", "body": "x"}, 21211),
        ({"to": PLAIN, "body": ""}, 21602),
        ({"to": PLAIN, "body": "字" * 1601}, 21617),
        ({"to": PLAIN, "body": "x", "from_": "+1999"}, 21606),
        ({"to": PLAIN, "body": "x", "status_callback": "nowhere"}, 21205),
        ({"to": "13711110000", "body": "x"}, 21610),
    ],
)
async def test_a_wrong_message_is_refused_with_the_carriers_code(fields: dict[str, str], code: int) -> None:
    async with api({}) as (w, client, _):
        w.exchange.faults["+8613711110000"] = Faults(sms_error=21610)
        with pytest.raises(TwilioRestException) as refused:
            await ask(client.messages.create, **({"from_": NUMBER} | fields))
        assert (refused.value.status, refused.value.code) == (400, code)


async def test_a_text_from_a_telephone_reaches_the_service_and_its_reply_comes_back() -> None:
    reply = "<Response><Message>收到</Message><Message><Body>谢谢</Body></Message><Juggle/></Response>"
    async with api({"/sms/incoming": reply}) as (w, _, _url):
        await w.phone.do("sms", body="我要预约")
        hook = await w.service.hook("/sms/incoming")
        assert hook.signed
        assert hook.form["Body"] == "我要预约"
        assert (hook.form["From"], hook.form["To"], hook.form["NumMedia"]) == (CALLER, NUMBER, "0")
        await w.phone.event("sms", body="收到")
        await w.phone.event("sms", body="谢谢")
        assert w.codes() == [12200]
