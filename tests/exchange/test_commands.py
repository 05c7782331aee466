"""`hotline call` and `hotline talk`, run as one runs them, against an exchange on this machine."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from hotline.commands.call import call
from hotline.commands.talk import talk
from ivr.exchange.pace import Pace
from ivr.exchange.sound import to_wav, tone
from tests.exchange.test_streams import streaming
from tests.exchange.test_synthetic import hotline
from tests.exchange.world import World, served, twiml, world

REAL = Pace(1.0)
GOAL = """
from: "13800000009"
voice: wav
say: {errand: errand.wav}
expect: {ended: hangup, asked: [errand], outcome: {appointments: 1}}
"""


async def run(command: Any, *arguments: str, typed: str = "") -> Result:
    """The command on a thread of its own, as it has a loop of its own."""
    return await asyncio.to_thread(CliRunner().invoke, command, list(arguments), input=typed)


@asynccontextmanager
async def asking(mark: str) -> AsyncIterator[tuple[World, str]]:
    """A service that asks one question, and where its exchange is."""
    async with streaming(hotline(mark, think_s=0.1, pace=REAL), pace=REAL) as w, served(w.exchange) as url:
        w.service.answers["/voice/turn"] = twiml("<Say>再见</Say>")
        yield w, url


def goal_file(folder: Path, text: str = GOAL) -> str:
    (folder / "errand.wav").write_bytes(to_wav(tone(300, 0.3)))
    (folder / "goal.yaml").write_text(text, "utf-8")
    return str(folder / "goal.yaml")


async def test_a_call_that_goes_as_expected_exits_0_and_reports_in_json(tmp_path: Path) -> None:
    async with asking("1:errand") as (_, url):
        result = await run(call, "--goal", goal_file(tmp_path), "--url", url, "--json")
    report = json.loads(result.output)
    assert result.exit_code == 0
    assert report["met"] is True
    assert report["turns"][0]["said"] == "errand.wav"
    assert report["gaps_ms"][0] > 100


async def test_a_call_that_goes_otherwise_exits_1_and_is_shown_as_it_happens(tmp_path: Path) -> None:
    async with asking("1:village") as (_, url):
        result = await run(call, "--goal", goal_file(tmp_path), "--url", url, "--snr", "20", "--loss", "2")
    assert result.exit_code == 1
    assert "village" in result.output
    assert "没有如愿" in result.output


async def test_what_cannot_work_is_one_line_before_anybody_rings(tmp_path: Path) -> None:
    nowhere = await run(call, "--goal", goal_file(tmp_path), "--url", "http://127.0.0.1:9")
    assert (nowhere.exit_code, nowhere.output) == (1, "Error: no exchange answers at http://127.0.0.1:9\n")
    bad = await run(call, "--goal", goal_file(tmp_path, "from: nobody"))
    assert (bad.exit_code, bad.output) == (1, "Error: from: a telephone number is needed, in quotes\n")
    missing = await run(call, "--goal", goal_file(tmp_path, GOAL.replace("errand.wav", "gone.wav")))
    assert missing.exit_code == 1
    assert "gone.wav" in missing.output
    assert (await run(talk, "--url", "http://127.0.0.1:9")).exit_code == 1


async def test_one_can_talk_by_keys_and_by_text() -> None:
    menu = twiml('<Gather numDigits="1" action="/voice/turn"><Say>预约按一</Say></Gather>')
    answers = {
        "/voice/incoming": menu,
        "/voice/turn": twiml("<Say>好</Say>"),
        "/sms/incoming": "<Response><Message>收到</Message></Response>",
    }
    async with world(answers) as w, served(w.exchange) as url:
        rung = await run(talk, "--url", url, typed="1\n")
        assert "热线：预约按一" in rung.output
        assert "热线：好" in rung.output
        written = await run(talk, "--sms", "--from", "13900000008", "--url", url, typed="我要预约\n")
        assert "短信：收到" in written.output
        assert (await w.service.hook("/sms/incoming")).form["From"] == "+8613900000008"
