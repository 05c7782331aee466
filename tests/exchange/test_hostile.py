"""Whatever the service answers, the caller hears a sentence and the telephone is freed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ivr.exchange.plant import WORDS
from ivr.exchange.webhooks import Patience
from tests.exchange.world import Hook, twiml, world

XXE = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><Response><Say>&x;</Say></Response>'
LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><Response><Say>&b;</Say></Response>'
DEEP = "<Response>" + "<Gather>" * 12 + "</Gather>" * 12 + "</Response>"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((200, "text/xml", b"<Response><Say>"), 12100),
        ((200, "text/xml", b"<html></html>"), 12100),
        ((200, "text/xml", b"\xff\xfe\x00"), 12100),
        ((200, "text/xml", XXE.encode()), 12100),
        ((200, "text/xml", LAUGHS.encode()), 12100),
        ((200, "text/xml", DEEP.encode()), 12100),
        ((200, "text/xml", b"<Response>" + b"<Pause/>" * 600 + b"</Response>"), 11750),
        ((200, "text/xml", b"<Response>" + b" " * 70_000 + b"</Response>"), 11750),
        ((200, "application/json", b"{}"), 12300),
        ((200, "", b"<Response/>"), 12300),
        ((500, "text/plain", b"oops"), 11200),
        ((404, "text/html", b""), 11200),
        ((302, "text/html", b""), 11200),
    ],
)
async def test_a_bad_answer_becomes_an_apology(answer: tuple[int, str, bytes], code: int) -> None:
    async with world({"/voice/incoming": answer}) as w:
        assert await w.phone.call() == "error"
        assert w.codes() == [code]
        assert w.phone.captions() == [WORDS["sorry"]]
        assert (await w.service.hook("/voice/status")).form["CallStatus"] == "completed"
        assert len(w.service.hooks) == 2


async def test_a_service_that_never_answers_is_given_up() -> None:
    async def never(hook: Hook) -> str:
        await asyncio.Event().wait()
        return ""

    async with world({"/voice/incoming": never}, patience=Patience(total_s=0.2)) as w:
        assert await w.phone.call() == "error"
        assert w.codes()[0] == 11200


async def test_a_service_that_is_down_is_tried_twice_and_apologised_for() -> None:
    async with world({}, local_url="http://127.0.0.1:9") as w:
        assert await w.phone.call() == "error"
        assert w.codes()[0] == 11205
        assert w.phone.captions() == [WORDS["sorry"]]


async def test_a_redirect_loop_is_left() -> None:
    async with world({"/voice/incoming": twiml("<Redirect>/voice/incoming</Redirect>")}) as w:
        assert await w.phone.call() == "error"
        assert 12400 in w.codes()
        assert len([path for path in w.service.paths() if path == "/voice/incoming"]) <= 25


async def test_a_loop_in_which_the_caller_hears_something_is_no_redirect_loop() -> None:
    count = 0

    async def menu(hook: Hook) -> str:
        nonlocal count
        count += 1
        return twiml("<Say>请按键</Say>", "<Redirect>/voice/incoming</Redirect>" if count < 30 else "<Hangup/>")

    async with world({"/voice/incoming": menu}) as w:
        assert await w.phone.call() == "hangup"
        assert count == 30


async def test_an_empty_document_ends_the_call() -> None:
    for empty in ("", "<Response/>", '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'):
        async with world({"/voice/incoming": empty}) as w:
            assert await w.phone.call() == "hangup"
            assert w.codes() == []


async def test_nonsense_attributes_fall_back_to_the_defaults() -> None:
    odd = twiml(
        '<Gather numDigits="many" timeout="-3" action="/voice/turn"/>',
        '<Pause length="soon"/>',
        '<Say loop="-1">好</Say>',
        '<Record maxLength="x" timeout="1"/>',
        "<Dial>not a number</Dial>",
        "<Redirect></Redirect>",
    )
    async with world({"/voice/incoming": odd}) as w:
        await w.phone.dial()
        await w.phone.event("record")
        await w.phone.do("hangup")
        await w.phone.event("ended")


@pytest.mark.parametrize(
    "message",
    [
        {"event": "explode"},
        {},
        {"event": "key", "digit": "12"},
        {"event": "key", "digit": None},
        {"event": "sms", "body": "字" * 1601},
        {"event": "sms", "body": ""},
        {"event": "dial", "faults": {"earthquake": 1}},
        {"event": "dial", "faults": {"loss": "much"}},
        {"event": "dial", "faults": [1]},
    ],
)
async def test_a_telephone_that_talks_nonsense_is_told_so(message: dict[str, Any]) -> None:
    async with world({"/voice/incoming": twiml("<Pause length='60'/>")}) as w:
        await w.phone.wire.send(message)
        assert (await w.phone.event("error"))["reason"]
        await w.phone.wire.send(b"\xff" * 100_000)
        await w.phone.dial()
        await w.phone.event("connected")
        await w.phone.wire.send(b"\xff" * 100_000)
        await w.phone.dial()
        await w.phone.event("error", reason="already in a call")
