"""One running service for the tests that do not kill it, and a caller's voice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from asr_models.store import ModelStore
from ivr.exchange.callers.voices import CallerVoice
from ivr.voice import mulaw
from tests.service.process import ServiceProcess


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    running = ServiceProcess(tmp_path_factory.mktemp("service"))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def say() -> Callable[[str], bytes]:
    """Words → µ-law in a synthetic old voice that the demo does not use."""
    voice = CallerVoice("kokoro-f3", ModelStore())
    return lambda words: mulaw.encode(voice.say(words, speed=0.9))


@pytest.fixture(scope="session")
def native() -> Callable[[str], bytes]:
    """Words → µ-law in the one voice whose mother tongue is Mandarin."""
    voice = CallerVoice("baker", ModelStore())
    return lambda words: mulaw.encode(voice.say(words, speed=0.85))
