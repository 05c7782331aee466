"""Troubles come when they are ordered, and the same way every time."""

from __future__ import annotations

import asyncio
from base64 import b64decode

import pytest

from ivr.exchange.circuit import Callback, Step
from ivr.exchange.exchange import Order
from ivr.exchange.faults import Faults, LossyLine
from ivr.exchange.pace import Pace
from ivr.exchange.sound import SILENCE, tone
from ivr.exchange.telephones import Line
from tests.exchange.test_streams import media, streaming
from tests.exchange.world import StreamEnd, twiml, world


@pytest.mark.parametrize(("loss", "burst"), [(0.05, 1), (0.1, 3), (0.3, 5)])
def test_the_share_of_lost_frames_is_what_was_ordered(loss: float, burst: int) -> None:
    line = LossyLine(Faults(seed=7, loss=loss, loss_burst=burst))
    lost = [line.loses() for _ in range(20_000)]
    assert abs(sum(lost) / len(lost) - loss) < 0.015


def test_the_same_seed_loses_the_same_frames() -> None:
    one, other = (LossyLine(Faults(seed=3, loss=0.2)) for _ in range(2))
    assert [one.loses() for _ in range(200)] == [other.loses() for _ in range(200)]


async def test_a_lost_frame_is_heard_as_silence() -> None:
    async def talk(end: StreamEnd) -> None:
        while len(frames) < 60:
            frame = b64decode((await end.next("media"))["media"]["payload"])
            if frames or frame != SILENCE:
                frames.append(frame)
        await end.close()

    frames: list[bytes] = []
    async with streaming(talk, pace=Pace(0.2)) as w:
        await w.phone.dial(loss=0.5, seed=1)
        await w.phone.event("connected")
        while "ended" not in [event["event"] for event in w.phone.events]:
            await w.phone.wire.send(tone(300, 0.02))
            await w.exchange.plant.pace.sleep(0.02)
        assert 15 <= frames.count(SILENCE) <= 45


async def test_the_line_goes_dead_after_a_turns_mark() -> None:
    async def talk(end: StreamEnd) -> None:
        await end.next("start")
        for name in ("say:1", "1:errand", "2:when", "3:name"):
            await end.say("media", media=media(tone(300, 0.2)))
            await end.say("mark", mark={"name": name})
        while (await end.next())["event"] != "closed":
            pass

    async with streaming(talk) as w:
        assert await w.phone.call(drop_after_turn=2) == "dropped"
        assert [event["name"] for event in w.phone.events if event["event"] == "mark"][-1] == "2:when"
        assert (await w.service.hook("/voice/status")).form["CallStatus"] == "completed"


async def test_the_line_goes_dead_at_a_moment() -> None:
    async with world({"/voice/incoming": twiml("<Pause length='600'/>")}) as w:
        assert await w.phone.call(drop_after_s=2) == "dropped"


async def test_a_webhook_is_delivered_twice_with_one_token_and_the_second_reply_counts() -> None:
    replies = iter([twiml("<Say>一</Say>"), twiml("<Say>二</Say>")])

    async def incoming(hook: object) -> str:
        return next(replies)

    async with world({"/voice/incoming": incoming}) as w:
        await w.phone.call(duplicate_webhooks=True)
        first, second = w.service.hooks[:2]
        assert first.headers["i-twilio-idempotency-token"] == second.headers["i-twilio-idempotency-token"]
        assert first.form == second.form
        assert w.phone.captions() == ["二"]


async def test_a_killed_stream_goes_on_at_the_action() -> None:
    async def talk(end: StreamEnd) -> None:
        await end.next("start")
        codes.append((await end.next("closed"))["code"])

    codes: list[int] = []
    async with streaming(talk) as w:
        await w.phone.call(kill_stream_after_s=1)
        assert codes[0] in (1005, 1006)  # no close frame came
        assert w.phone.captions() == ["请按键"]


async def test_a_bad_signature_is_sent_on_webhooks_and_upgrades() -> None:
    async with streaming(None) as w:
        await w.phone.call(bad_signature=True)
        assert not w.service.hooks[0].signed
        assert w.service.upgrades_signed == [False]


async def test_status_callbacks_can_come_late_and_in_the_wrong_order() -> None:
    order = twiml('<Gather numDigits="1" action="/voice/turn" timeout="60"/>')
    async with world({"/voice/incoming": order}) as w:
        w.exchange.faults["+8613800000001"] = Faults(statuses_out_of_order=True, late_status_s=1)
        w.phone.answers = True
        url = w.service.url
        events = frozenset({"initiated", "ringing", "answered", "completed"})
        callback = Callback(f"{url}/voice/status", events)
        w.exchange.place(Order("13800000001", Step(f"{url}/voice/incoming"), callback=callback))
        await w.phone.event("gather")
        await w.phone.do("hangup")
        await w.service.hook("/voice/status", CallStatus="in-progress")
        told = [hook.form["CallStatus"] for hook in w.service.hooks if hook.path == "/voice/status"]
        assert sorted(told) == ["completed", "in-progress", "initiated", "ringing"]
        assert told != ["initiated", "ringing", "in-progress", "completed"]


async def test_a_slow_exchange_reads_the_services_audio_late() -> None:
    async def talk(end: StreamEnd) -> None:
        await end.next("start")
        for index in range(10):
            await end.say("mark", mark={"name": str(index)})
        for _ in range(10):
            await end.next("mark")
        await end.close()

    async with streaming(talk) as w:
        before = w.exchange.plant.pace.now()
        await w.phone.call(slow_consumer_s=1.0)
        assert w.exchange.plant.pace.now() - before > 10


async def test_a_service_that_reads_too_slowly_loses_audio_and_nothing_else() -> None:
    async def talk(end: StreamEnd) -> None:
        await stuck.wait()
        await end.close()

    stuck = asyncio.Event()
    async with streaming(talk, pace=Pace(0.0005)) as w:
        await w.phone.dial()
        await w.alerted(31930)
        stuck.set()
        await w.phone.event("ended")
        assert w.codes().count(31930) == 1


async def test_pulling_the_plug_ends_the_call_for_the_service() -> None:
    async with world({"/voice/incoming": twiml("<Pause length='600'/>")}) as w:
        await w.phone.dial()
        await w.phone.event("connected")
        assert isinstance(w.phone.wire, Line)
        w.exchange.unplug(w.phone.wire)
        assert (await w.service.hook("/voice/status")).form["CallStatus"] == "completed"
