"""The media stream as the protocol describes it, seen from the service's end."""

from __future__ import annotations

import asyncio
import time
from base64 import b64decode, b64encode
from typing import Any

import pytest

from ivr.exchange.pace import Pace
from ivr.exchange.sound import SILENCE, level, tone
from tests.exchange.world import SID, StreamEnd, World, twiml, world


def connect(stream: str = "/voice/stream", action: str = ' action="/voice/turn"') -> Any:
    """A document that connects the call to the service's own stream."""

    async def answer(hook: Any) -> str:
        url = f"ws://{hook.headers['host']}{stream}"
        inside = '<Parameter name="token" value="t&amp;1"/><Parameter name="turn" value="0"/>'
        return twiml(f'<Connect{action}><Stream url="{url}">{inside}</Stream></Connect>', "<Say>还在</Say>")

    return answer


def streaming(talk: Any, **options: Any) -> Any:
    answers = {"/voice/incoming": connect(), "/voice/turn": twiml("<Say>请按键</Say>")}
    return world(answers, talk, **options)


def media(audio: bytes) -> dict[str, str]:
    return {"payload": b64encode(audio).decode()}


async def test_the_upgrade_is_signed_and_the_stream_opens_as_the_protocol_says() -> None:
    async def talk(end: StreamEnd) -> None:
        for _ in range(4):
            await end.next()
        await end.close()

    async with streaming(talk) as w:
        await w.phone.call()
        connected, start, first, second = w.service.ends[0].heard[:4]
        assert w.service.upgrades_signed == [True]
        assert connected == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
        assert start["sequenceNumber"] == "1"
        assert start["start"]["callSid"] == w.service.hooks[0].form["CallSid"]
        assert start["start"]["accountSid"] == SID
        assert start["start"]["streamSid"] == start["streamSid"]
        assert start["start"]["customParameters"] == {"token": "t&1", "turn": "0"}
        assert start["start"]["mediaFormat"] == {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
        assert [first["media"]["chunk"], second["media"]["chunk"]] == ["1", "2"]
        assert first["sequenceNumber"] == "2"
        assert first["media"]["track"] == "inbound"
        assert int(second["media"]["timestamp"]) - int(first["media"]["timestamp"]) == 20
        assert b64decode(first["media"]["payload"]) == SILENCE


async def test_when_the_service_closes_the_stream_the_action_continues_the_call() -> None:
    async def talk(end: StreamEnd) -> None:
        await end.next("start")
        await end.close()

    async with streaming(talk) as w:
        await w.phone.call()
        assert w.phone.captions() == ["请按键"]
        assert (await w.service.hook("/voice/turn")).signed


async def test_without_an_action_the_next_verb_is_performed() -> None:
    async def talk(end: StreamEnd) -> None:
        await end.next("start")
        await end.close()

    async with world({"/voice/incoming": connect(action="")}, talk) as w:
        await w.phone.call()
        assert w.phone.captions() == ["还在"]


async def test_a_mark_comes_back_when_what_was_before_it_has_been_heard() -> None:
    async def talk(end: StreamEnd) -> None:
        await end.next("start")
        await end.say("media", media=media(tone(440, 0.5)))
        await end.say("mark", mark={"name": "1:errand"})
        started = time.monotonic()
        echoed = await end.next("mark")
        assert echoed["mark"] == {"name": "1:errand"}
        took.append(time.monotonic() - started)
        await end.close()

    took: list[float] = []
    async with streaming(talk, pace=Pace(1.0)) as w:
        await w.phone.call()
        assert (await w.phone.event("mark"))["name"] == "1:errand"
        assert 0.45 <= took[0] <= 0.75
        assert len(w.phone.audio) >= 4000


async def test_clear_silences_the_call_and_returns_every_pending_mark() -> None:
    async def talk(end: StreamEnd) -> None:
        await end.next("start")
        for name in ("a", "b"):
            await end.say("media", media=media(tone(440, 60)))
            await end.say("mark", mark={"name": name})
        await end.say("clear")
        names.append((await end.next("mark"))["mark"]["name"])
        names.append((await end.next("mark"))["mark"]["name"])
        await end.close()

    names: list[str] = []
    async with streaming(talk) as w:
        await w.phone.call()
        assert names == ["a", "b"]
        assert len(w.phone.audio) < 8000 * 20
        assert "mark" not in [event["event"] for event in w.phone.events]


async def test_the_callers_voice_reaches_the_service_frame_by_frame() -> None:
    async def talk(end: StreamEnd) -> None:
        loud = 0
        while loud < 20:
            message = await end.next("media")
            loud += level(b64decode(message["media"]["payload"])) > 500
        await end.close()

    async with streaming(talk, pace=Pace(0.2)) as w:
        await w.phone.dial()
        await w.phone.event("connected")
        for _ in range(60):
            await w.phone.wire.send(tone(300, 0.02))
            await w.exchange.plant.pace.sleep(0.02)
        await w.phone.event("ended")


async def test_keys_reach_the_service_during_a_stream() -> None:
    async def talk(end: StreamEnd) -> None:
        await end.next("media")
        ready.set()
        keys.append((await end.next("dtmf"))["dtmf"])
        await end.close()

    keys: list[dict[str, str]] = []
    ready = asyncio.Event()
    async with streaming(talk) as w:
        await w.phone.dial()
        await ready.wait()
        await w.phone.keys("5")
        await w.phone.event("ended")
        assert keys == [{"track": "inbound_track", "digit": "5"}]


async def test_hanging_up_sends_stop_and_closes_the_stream() -> None:
    async def talk(end: StreamEnd) -> None:
        await end.next("media")
        ready.set()
        stop = await end.next("stop")
        assert stop["stop"]["callSid"] == end.heard[1]["start"]["callSid"]
        last.append((await end.next())["event"])

    last: list[str] = []
    ready = asyncio.Event()
    async with streaming(talk) as w:
        await w.phone.dial()
        await ready.wait()
        await w.phone.do("hangup")
        await w.phone.event("ended")
        await w.service.hook("/voice/status")
        assert last == ["closed"]
        assert "/voice/turn" not in w.service.paths()


async def _ends_with_keys(w: World, code: int) -> None:
    await w.phone.call()
    assert code in w.codes()
    assert w.phone.captions() == ["请按键"]


async def test_a_refused_upgrade_is_logged_and_the_action_goes_on() -> None:
    async with streaming(None) as w:
        await _ends_with_keys(w, 31920)


async def test_a_stream_that_dies_goes_on_at_the_action() -> None:
    async def talk(end: StreamEnd) -> None:
        await end.next("start")
        await end.close(1011)

    async with streaming(talk) as w:
        await _ends_with_keys(w, 31921)


@pytest.mark.parametrize("url", ["ws://example.com/voice/stream", "wss://127.0.0.1:9/s?token=1", "gopher://x/"])
async def test_stream_addresses_a_carrier_would_refuse_are_refused(url: str) -> None:
    document = twiml(f'<Connect action="/voice/turn"><Stream url="{url}"/></Connect>')
    async with world({"/voice/incoming": document, "/voice/turn": twiml("<Say>请按键</Say>")}) as w:
        await _ends_with_keys(w, 31920)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"\x00\x01\x02", 31950),
        ("{", 31924),
        ("[]", 31924),
        ('{"event":"dance"}', 31924),
        ('{"event":"media"}', 31924),
        ('{"event":"media","streamSid":"MZ0","media":{"payload":""}}', 31924),
    ],
)
async def test_nonsense_on_the_stream_is_reported_and_the_call_goes_on(message: str | bytes, code: int) -> None:
    async def talk(end: StreamEnd) -> None:
        await end.next("start")
        await end.raw(message)
        await end.raw(message)
        await end.say("mark", mark={"name": "after"})
        await end.next("mark")
        await end.close()

    async with streaming(talk) as w:
        await w.phone.call()
        assert w.codes() == [31950] if code == 31950 else [code, code]
        assert w.phone.captions() == ["请按键"]


@pytest.mark.parametrize("payload", ["%%%", 7, None, "A"])
async def test_a_payload_that_is_no_base64_is_reported(payload: object) -> None:
    async def talk(end: StreamEnd) -> None:
        await end.next("start")
        await end.say("media", media={"payload": payload})
        await end.say("mark", mark={"name": 3})
        await end.say("mark", mark={"name": "after"})
        await end.next("mark")
        await end.close()

    async with streaming(talk) as w:
        await w.phone.call()
        assert w.codes() == [31924, 31924]


async def test_media_of_odd_length_is_played_in_whole_frames() -> None:
    async def talk(end: StreamEnd) -> None:
        await end.next("start")
        for size in (1, 159, 161, 33):
            await end.say("media", media=media(b"\x10" * size))
        await end.say("mark", mark={"name": "x"})
        await end.next("mark")
        await end.close()

    async with streaming(talk) as w:
        await w.phone.call()
        assert len(w.phone.audio) % 160 == 0
        assert w.phone.audio.count(0x10) == 354
        assert w.codes() == []


async def test_more_than_ten_minutes_of_waiting_audio_is_refused() -> None:
    async def talk(end: StreamEnd) -> None:
        await end.next("start")
        for _ in range(6):
            await end.say("media", media=media(b"\xff" * 1_000_000))
        await end.say("clear")
        await end.say("mark", mark={"name": "x"})
        await end.next("mark")
        await end.close()

    async with streaming(talk) as w:
        await w.phone.call()
        assert 31924 in w.codes()


async def test_a_connect_without_stream_is_skipped() -> None:
    async with world({"/voice/incoming": twiml("<Connect/>", "<Say>还在</Say>")}) as w:
        await w.phone.call()
        assert w.phone.captions() == ["还在"]
        assert w.codes() == [12200]


async def test_a_roof_that_knows_the_words_can_show_them_as_captions() -> None:
    async def talk(end: StreamEnd) -> None:
        start = await end.next("start")
        await w.exchange.show(start["start"]["callSid"], "您想办什么事？")
        await w.exchange.show("CAnone", "没有人")
        await end.close()

    async with streaming(talk) as w:
        await w.phone.call()
        assert w.phone.captions() == ["您想办什么事？", "请按键"]
