"""One live call: speak the turn, hear the answer, take it to the desk, and again until it is over."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from asr_models.recogniser import Recogniser
from hotline.clock import Clock
from ivr.contact import Contact, Evidence, Served
from ivr.desk import Desk
from ivr.dialogue.turn import Turn
from ivr.listening import AudioShelf
from ivr.live.ear import Ear, Pressed, Said
from ivr.live.mouth import Mouth
from ivr.surfaces.sentences import spoken
from ivr.understanding.answer import Understood
from ivr.understanding.keys import understand_keys
from ivr.voice.speaker import Speaker

log = logging.getLogger(__name__)

NORMAL_PACE = 1.0
SLOW_PACE = 0.75


@dataclass(frozen=True)
class LiveParts:
    """What every live call of a process shares."""

    desk: Desk
    recogniser: Recogniser
    speaker: Speaker
    shelf: AudioShelf
    clock: Clock
    enqueue: Callable[[tuple[int, ...]], None]
    thinking: Executor
    """Recognition: as many threads as there are recognisers' worth of cores."""
    beside: Executor
    """Everything else that blocks: database, files, rendering."""


class LiveCall:
    """The conversation of one stream. `run` returns when the hotline has said its last word."""

    def __init__(self, parts: LiveParts, contact: Contact, ear: Ear, mouth: Mouth) -> None:
        self._parts = parts
        self._contact = contact
        self._ear = ear
        self._mouth = mouth

    async def run(self) -> None:
        """Serves turns until the conversation ends, goes to a person, or is taken over by another call."""
        served = await self._beside(lambda: self._parts.desk.answer(self._contact))
        while True:
            turn = served.turn
            self._speak(turn)
            if turn.ask is None or served.elsewhere:
                await self._mouth.finished()
                return
            served = await self._answered(served)
            self._parts.enqueue(served.messages)

    def _speak(self, turn: Turn) -> None:
        last_resort = turn.diverted == "message" and turn.ask is not None
        beep = self._parts.speaker.beep() if last_resort else b""
        pace = SLOW_PACE if turn.slow or turn.misses else NORMAL_PACE
        self._mouth.say(spoken(turn, "voice"), pace=pace, beep=beep)

    async def _answered(self, served: Served) -> Served:
        """Waits for the answer to the open question and takes it to the desk."""
        heard = await self._ear.listen(served, self._mouth)
        await self._mouth.stop()
        decided = time.perf_counter()
        if isinstance(heard, Said):
            sense, evidence = await self._understood(heard)
        elif isinstance(heard, Pressed):
            sense, evidence = self._pressed(served.turn, heard)
        else:
            sense, evidence = Understood(), Evidence()
        after = await self._beside(
            lambda: self._parts.desk.hear(
                served.conversation, self._contact, served.turn.number, lambda *_: sense, evidence
            )
        )
        log.info(
            "turn taken",
            extra={"key": served.turn.key, "turn": served.turn.number, "desk_ms": _ms_since(decided)},
        )
        return after

    async def _understood(self, said: Said) -> tuple[Understood, Evidence]:
        began = time.perf_counter()
        heard = await said.heard
        waited = _ms_since(began)
        name = await self._beside(lambda: self._parts.shelf.keep(said.pcm, self._parts.clock()))
        timings = {**heard.timings_ms, "end_of_speech": said.waited_ms, "after_decision": waited}
        return heard.sense, replace(heard.evidence(name), timings_ms=timings)

    def _pressed(self, turn: Turn, pressed: Pressed) -> tuple[Understood, Evidence]:
        setting = self._parts.desk.setting(turn)
        sense = understand_keys(turn.ask, pressed.digits, setting) if turn.ask else Understood()
        return sense, Evidence(heard=pressed.digits)

    async def _beside(self, work: Callable[[], Served | str]):  # type: ignore[no-untyped-def]
        return await asyncio.get_running_loop().run_in_executor(self._parts.beside, work)


def _ms_since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)
