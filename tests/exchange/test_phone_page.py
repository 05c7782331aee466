"""The web telephone in a real browser, with a file for a microphone."""

from __future__ import annotations

import re
import shutil
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import Page, async_playwright, expect

from ivr.exchange.circuit import Step
from ivr.exchange.exchange import Order
from ivr.exchange.pace import Pace
from ivr.exchange.sound import RATE, tone
from ivr.voice import mulaw, wav
from tests.exchange.test_streams import connect, media
from tests.exchange.world import StreamEnd, World, served, twiml, world

pytestmark = pytest.mark.browser
MICROPHONE_HZ = 700
LOUD = re.compile(r"^([2-9]\d|100)(\.|$)")
"""A level meter above 20 of 100."""


@asynccontextmanager
async def browser_phone(tmp_path: Path, w: World) -> AsyncIterator[tuple[Page, list[str]]]:
    """The page, opened from the exchange, and what the browser complained about."""
    recording = tmp_path / "microphone.wav"
    recording.write_bytes(wav.pcm_wav(mulaw.decode(tone(MICROPHONE_HZ, 2.0, 12000.0))))
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "the browser tests need Debian's chromium: apt-get install chromium"
    complaints: list[str] = []
    async with served(w.exchange) as url, async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium,
            args=[
                "--no-sandbox",
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-audio-capture={recording}",
                "--autoplay-policy=no-user-gesture-required",
            ],
        )
        page = await browser.new_page()
        page.on(
            "console",
            lambda said: complaints.append(f"{said.text} {said.location}") if said.type == "error" else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(f"{url}/phone")
        try:
            yield page, complaints
        finally:
            await browser.close()


def loudest_hz(audio: bytes) -> float:
    spectrum = np.abs(np.fft.rfft(mulaw.to_samples(mulaw.decode(audio))))
    return float(np.fft.rfftfreq(len(audio), 1 / RATE)[int(spectrum[1:].argmax()) + 1])


async def test_a_browser_talks_hears_presses_keys_and_reads_captions(tmp_path: Path) -> None:
    async def talk(end: StreamEnd) -> None:
        await end.next("start")
        await end.say("media", media=media(tone(440, 4.0, 12000.0)))
        while len(heard) < RATE:
            frame = b64decode((await end.next("media"))["media"]["payload"])
            if len(set(frame)) > 2:
                heard.extend(frame)
        await end.say("mark", mark={"name": "1:errand"})
        await end.next("mark")
        digits.append((await end.next("dtmf"))["dtmf"]["digit"])
        await end.close()

    heard = bytearray()
    digits: list[str] = []
    menu = twiml('<Gather numDigits="1" action="/voice/done"><Say>请按一</Say></Gather>')
    answers = {
        "/voice/incoming": connect(),
        "/voice/turn": menu,
        "/voice/done": twiml("<Say>再见</Say>"),
        "/sms/incoming": "<Response><Message>收到</Message></Response>",
    }
    async with world(answers, talk, pace=Pace(1.0)) as w, browser_phone(tmp_path, w) as (page, complaints):
        await expect(page.locator("#state")).to_contain_text("没有通话")
        await page.click("#call")
        await expect(page.locator("#state")).to_have_text("正在通话")
        await expect(page.locator("#captions")).to_contain_text("轮到您说")
        assert abs(loudest_hz(bytes(heard[:RATE])) - MICROPHONE_HZ) < 15
        await expect(page.locator("#mine")).to_have_attribute("value", LOUD)
        await page.click('[data-digit="5"]')
        await expect(page.locator("#captions")).to_contain_text("请按一")
        assert digits == ["5"]
        await page.click('[data-digit="1"]')
        assert (await w.service.hook("/voice/done")).form["Digits"] == "1"
        await expect(page.locator("#captions")).to_contain_text("再见")
        await expect(page.locator("#state")).to_have_text("已挂断")
        await page.fill("#body", "我要预约")
        await page.press("#body", "Enter")
        await expect(page.locator("#messages")).to_contain_text("热线：收到")
        assert complaints == []


async def test_a_browser_hears_the_service_and_hangs_up(tmp_path: Path) -> None:
    async def talk(end: StreamEnd) -> None:
        await end.next("start")
        for _ in range(20):
            await end.say("media", media=media(tone(440, 1.0, 12000.0)))
        over.append((await end.next("stop"))["event"])

    over: list[str] = []
    ringing = world({"/voice/incoming": connect()}, talk, pace=Pace(1.0))
    async with ringing as w, browser_phone(tmp_path, w) as (page, complaints):
        await page.click("#call")
        await expect(page.locator("#theirs")).to_have_attribute("value", LOUD)
        await page.click("#hangup")
        await expect(page.locator("#state")).to_have_text("已挂断")
        assert (await w.service.hook("/voice/status")).form["CallStatus"] == "completed"
        assert over == ["stop"]
        assert complaints == []


async def test_the_hotline_can_ring_a_browser(tmp_path: Path) -> None:
    async with world({}, pace=Pace(1.0)) as w, browser_phone(tmp_path, w) as (page, _):
        await page.fill("#number", "13900000007")
        await page.press("#number", "Tab")
        await expect(page.locator("#state")).to_have_text("没有通话，号码 13900000007")
        w.exchange.place(Order("13900000007", Step(twiml=twiml("<Say>您好</Say>", "<Pause length='1'/>"))))
        await expect(page.locator("#state")).to_contain_text("有电话来了")
        await page.click("#answer")
        await expect(page.locator("#captions")).to_contain_text("您好")
        await expect(page.locator("#state")).to_have_text("已挂断")
