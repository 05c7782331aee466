"""The service dies in the middle of a call: ring back, carry on, and the booking is made exactly once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.service.process import ServiceProcess
from tests.service.speaking import Say, speaker
from tests.service.stranger import Stream

pytestmark = pytest.mark.audio


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[ServiceProcess]:
    """A service that a test may kill."""
    service = ServiceProcess(tmp_path)
    yield service
    service.stop()


def test_a_killed_service_goes_on_where_it_was(mortal: ServiceProcess) -> None:
    number = "13907373001"
    mortal.carrier.text("SM1", number, "我叫陈秀英，新塘村的，想礼拜天下午三点上门办残疾证")
    mortal.kill()
    mortal.start()
    asked = mortal.carrier.text("SM2", number, "对")
    assert "约好了" in asked
    mortal.kill()
    mortal.start()
    again = mortal.carrier.text("SM2", number, "对")
    assert "约好了" in again
    [row] = [r for r in mortal.rows("appointments") if r["number"] == number]
    assert (row["service_id"], row["place"]) == ("18", "home")


def test_a_spoken_call_that_is_killed_twice_is_carried_on_and_booked_once(
    mortal: ServiceProcess, say: Say
) -> None:
    """Killed in the middle of an answer, and again when the booking has just been said."""
    number = "+8613907373002"
    answers = {
        "errand": ["我想约个时间办老年优待证", "没有别的事了"],
        "resume": ["是的，接着办"],
        "place": ["去镇上的窗口"],
        "when": ["星期六上午九点钟"],
        "name": ["我叫王桂花"],
        "village": ["我是青山村的"],
        "confirm": ["没有错，就这样"],
    }
    speak = speaker(say, answers)

    def ring(call: str, dies_at: str) -> list[str]:
        twiml = mortal.carrier.ring(call, number)
        stream = Stream(mortal.carrier, call, twiml)
        asyncio.run(asyncio.wait_for(stream.run(_dying(mortal, speak, dies_at)), 240))
        return [mark.partition(":")[2] for mark in stream.asked]

    first = ring("CAkill1", "when")
    assert first[-1] == "when"
    mortal.start()
    second = ring("CAkill2", "errand")
    assert second[:2] == ["resume", "when"], second
    assert second[-1] == "errand"
    mortal.start()
    third = ring("CAkill3", "")
    assert third == ["resume", "errand"]
    rows = [r for r in mortal.rows("appointments") if r["number"] == "13907373002"]
    assert [(r["service_id"], r["place"], r["name"], r["village_id"]) for r in rows] == [
        ("12", "window", "王桂花", "V01")
    ]


def _dying(
    service: ServiceProcess, speak: Callable[[str], bytes | None], at: str
) -> Callable[[str], bytes | None]:
    """Answers; half a second into the answer to the question `at` the service is killed."""

    def answer(key: str) -> bytes | None:
        if key == at:
            asyncio.get_running_loop().call_later(1.0, service.kill)
        return speak(key)

    return answer
