"""Twenty milliseconds are twenty milliseconds: playing and listening keep time."""

from __future__ import annotations

import asyncio
import time

from ivr.exchange.faults import Faults, LossyLine
from ivr.exchange.pace import Pace
from ivr.exchange.playback import Playback
from ivr.exchange.sound import FRAME, SILENCE, tone
from ivr.exchange.uplink import Uplink


async def test_a_machine_that_is_late_now_and_then_still_plays_a_second_in_a_second() -> None:
    sent: list[float] = []

    async def send(frame: bytes) -> None:
        sent.append(time.monotonic())
        if len(sent) in (5, 15, 25):
            time.sleep(0.05)  # noqa: ASYNC251  # the whole machine is busy for a moment

    playback = Playback(send, Pace(1.0))
    playing = asyncio.create_task(playback.run())
    started = time.monotonic()
    await playback.play_out(tone(440, 1.0))
    playing.cancel()
    assert len(sent) == 50
    assert 0.95 < time.monotonic() - started < 1.15


async def test_audio_that_comes_after_a_pause_is_played_at_once() -> None:
    sent: list[bytes] = []

    async def send(frame: bytes) -> None:
        sent.append(frame)

    playback = Playback(send, Pace(0.01))
    playing = asyncio.create_task(playback.run())
    await playback.play_out(b"\x01" * FRAME)
    await playback.play_out(b"\x02" * 10)
    playing.cancel()
    assert sent == [b"\x01" * FRAME, (b"\x02" * 10).ljust(FRAME, b"\xff")]


async def test_marks_come_back_in_their_order_also_without_audio() -> None:
    heard: list[str] = []
    done = asyncio.Event()

    async def send(frame: bytes) -> None:
        heard.append("audio")

    def mark(name: str) -> None:
        async def played() -> None:
            heard.append(name)
            if name == "c":
                done.set()

        playback.mark(name, played)

    playback = Playback(send, Pace(0.01))
    playing = asyncio.create_task(playback.run())
    mark("a")
    playback.play(b"\x01" * FRAME)
    mark("b")
    mark("c")
    await done.wait()
    playing.cancel()
    assert heard == ["a", "audio", "b", "c"]


async def _frames(uplink: Uplink, count: int) -> list[bytes]:
    found = []
    async for frame in uplink.frames():
        found.append(frame)
        if len(found) == count:
            break
    return found


async def test_a_silent_telephone_is_heard_as_silence_fifty_times_a_second() -> None:
    started = time.monotonic()
    frames = await _frames(Uplink(Pace(1.0), LossyLine(Faults())), 26)
    assert frames == [SILENCE] * 26
    assert 0.48 < time.monotonic() - started < 0.65


async def test_clumps_of_audio_come_out_whole_and_in_order() -> None:
    pace = Pace(0.2)
    uplink = Uplink(pace, LossyLine(Faults()))
    said = bytes(range(1, 121))
    collecting = asyncio.create_task(_frames(uplink, 90))
    for number in range(0, len(said), 2):  # a browser sends two frames every 40 ms
        await pace.sleep(0.04) if number else await asyncio.sleep(0)
        uplink.hear(b"".join(bytes([n]) * FRAME for n in said[number : number + 2]))
    voiced = [frame[0] for frame in await collecting if frame != SILENCE]
    assert len(voiced) >= 50
    assert voiced == sorted(voiced)
    assert len(set(voiced)) == len(voiced)


async def test_audio_thrown_in_all_at_once_does_not_delay_what_comes_after() -> None:
    uplink = Uplink(Pace(0.01), LossyLine(Faults()))
    collecting = asyncio.create_task(_frames(uplink, 20))
    await asyncio.sleep(0)
    uplink.hear(b"\x01" * 80_000)
    uplink.hear(b"\x02" * FRAME)
    frames = await collecting
    assert b"\x02" * FRAME in frames[:5]
