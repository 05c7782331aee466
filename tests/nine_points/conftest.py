"""The town, the service over it, telephones and browsers: made once, for all of the nine points."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, sync_playwright

from asr_models.store import ModelStore
from hotline.config import Settings
from hotline.store.unit_of_work import Store
from ivr.exchange.callers.voices import CallerVoice
from ivr.voice import wav
from tests.nine_points.desk import Desk
from tests.nine_points.handsets import Lines, lines
from tests.nine_points.rung import Rung, books_by_voice
from tests.nine_points.town import hire, twelve_weeks, writes_and_rings_now
from tests.service.process import ServiceProcess

Sits = Callable[[str], Desk]
SPOKEN = "您好，这里是牛田镇政务热线。请问您要办什么事？"
SOFTLY = 0.15
"""Of the voice's own level: somebody who sits far from the microphone."""


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """`hotline serve` over the town: exchange, Redis, worker, cron and ears of its own, by the real clock."""
    folder = tmp_path_factory.mktemp("town")
    twelve_weeks(folder)
    writes_and_rings_now(folder)
    running = ServiceProcess(folder)
    try:
        hire(running.environment)
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def settings(service: ServiceProcess) -> Settings:
    return Settings.from_environment(service.environment).served_at(service.port)


@pytest.fixture(scope="session")
def records(settings: Settings) -> Iterator[Store]:
    """What the service has written down, read beside it."""
    store = Store(settings.database_url)
    yield store
    store.close()


@pytest.fixture(scope="session")
def telephones(service: ServiceProcess) -> Iterator[Lines]:
    with lines(service.url) as plugs:
        yield plugs


@pytest.fixture(scope="session")
def voice() -> CallerVoice:
    """A resident's, whose mother tongue is Mandarin."""
    return CallerVoice("baker", ModelStore())


@pytest.fixture(scope="session")
def rung(service: ServiceProcess, tmp_path_factory: pytest.TempPathFactory) -> Rung:
    """A call that really rang: spoken, heard, recorded, and it ended with a booking."""
    return books_by_voice(service, tmp_path_factory.mktemp("goal"))


@pytest.fixture(scope="session")
def chromium(voice: CallerVoice, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser with a soft voice before its microphone."""
    microphone: Path = tmp_path_factory.mktemp("voice") / "microphone.wav"
    said = (np.asarray(voice.say(SPOKEN, speed=0.9)) * SOFTLY).astype(np.int16)
    microphone.write_bytes(wav.pcm_wav(said))
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    assert executable, "the browser tests need Debian's chromium: apt-get install chromium"
    switches = ["--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    switches.append(f"--use-file-for-fake-audio-capture={microphone}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=switches)
        yield browser
        browser.close()


@pytest.fixture
def door(chromium: Browser, service: ServiceProcess) -> Iterator[Callable[[], Desk]]:
    """Opens windows before the door; in the end no browser has complained of anything."""
    desks: list[Desk] = []

    def open_() -> Desk:
        desks.append(Desk.of(chromium, service.url))
        return desks[-1]

    yield open_
    assert [said for desk in desks for said in desk.leaves()] == []


@pytest.fixture
def sits(door: Callable[[], Desk]) -> Sits:
    """Seats somebody before a window, come in by the door."""

    def sit(who: str) -> Desk:
        desk = door()
        desk.comes_in(who)
        return desk

    return sit
