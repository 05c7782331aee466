"""One live call: speak the turn, hear the answer, take it to the desk, and again until it is over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import TypeVar

from asr_models.recogniser import Recogniser
from hotline.clock import Clock
from ivr.contact import Contact, Evidence, Served
from ivr.desk import Desk
from ivr.dialogue.steps import Prompt
from ivr.dialogue.turn import RESUME, Turn
from ivr.listening import AudioShelf, Heard, hear
from ivr.live.ear import Answer, Ear, Pressed, Said, Silence
from ivr.live.mouth import Mouth
from ivr.scripts.wording import words
from ivr.surfaces.sentences import Sentence, spoken
from ivr.understanding.answer import Understood
from ivr.understanding.understand import understand_keys
from ivr.voice.speaker import Speaker

T = TypeVar("T")

NORMAL_PACE = 1.0
SLOW_PACE = 0.75
INTERRUPTIONS = 3
"""Coughs after which a prompt goes on; then whatever comes is taken for an answer."""
REHEARSED = 2
"""Sentences of the foreseen turn that are rendered before it is certain."""


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
    caption: Callable[[str, str], None] = lambda _call, _words: None
    """Shows (call, words) where the telephone has a screen; called on the event loop."""


class LiveCall:
    """The conversation of one stream. `run` returns when the hotline has said its last word."""

    def __init__(self, parts: LiveParts, contact: Contact, ear: Ear, mouth: Mouth) -> None:
        self._parts = parts
        self._contact = contact
        self._ear = ear
        self._mouth = mouth

    async def run(self) -> None:
        """Serves turns until the conversation ends, goes to a person, or is taken over by another call."""
        served = await self._aside(lambda: self._parts.desk.answer(self._contact))
        while not served.elsewhere:
            self._speak(served.turn)
            if served.turn.ask is None:
                await self._mouth.finished()
                return
            served = await self._answered(served)
            self._parts.enqueue(served.messages)
        self._mouth.say([Sentence("say:0", words(Prompt("busy.elsewhere")))], pace=NORMAL_PACE)
        await self._mouth.finished()

    def _speak(self, turn: Turn) -> None:
        last_resort = (turn.diverted == "message" or turn.key == "message") and turn.ask is not None
        beep = self._parts.speaker.beep() if last_resort else b""
        sentences = spoken(turn, "voice")
        self._parts.caption(self._contact.call, "".join(sentence.text for sentence in sentences))
        self._mouth.say(sentences, pace=_pace(turn), beep=beep)

    async def _answered(self, served: Served) -> Served:
        """Waits for the answer to the open question and takes it to the desk."""
        turn = served.turn
        answer, decided = await self._listened(served)
        await self._mouth.stop()
        sense, evidence = await self._understood(turn, answer)
        timings = {**evidence.timings_ms, "after_decision": _ms_since(decided)}
        evidence = replace(evidence, timings_ms=timings)
        return await self._aside(
            lambda: self._parts.desk.hear(
                served.conversation, self._contact, turn.number, sense=lambda *_: sense, evidence=evidence
            )
        )

    async def _listened(self, served: Served) -> tuple[Answer, float]:
        """The answer and when it was certain; a cough or a 嗯 over the prompt is none, and the prompt goes on."""
        interruptions = 0
        while True:
            answer = await self._ear.listen(served.turn, self._mouth, lambda pcm: self._guess(pcm, served))
            decided = time.perf_counter()
            sign = isinstance(answer, Said) and (await answer.heard).is_sign
            if not sign or interruptions == INTERRUPTIONS or not self._mouth.go_on(pace=_pace(served.turn)):
                return answer, decided
            interruptions += 1

    async def _understood(self, turn: Turn, answer: Answer) -> tuple[Understood, Evidence]:
        if isinstance(answer, Pressed):
            setting = self._parts.desk.setting(turn)
            sense = understand_keys(turn.ask, answer.digits, setting) if turn.ask else Understood()
            return sense, Evidence(heard=answer.digits)
        if isinstance(answer, Silence):
            return Understood(), Evidence()
        heard = await answer.heard
        self._parts.caption(self._contact.call, f"（听到：{heard.hearing.text}）")
        name = await self._aside(lambda: self._parts.shelf.keep(answer.pcm, self._parts.clock()))
        return heard.sense, heard.evidence(name)

    def _guess(self, pcm: bytes, served: Served) -> asyncio.Future[Heard]:
        """Recognition beside the loop; when it is done, the next turn is rehearsed and its words rendered."""
        loop = asyncio.get_running_loop()
        turn, parts = served.turn, self._parts

        def work() -> Heard:
            ask = turn.ask or RESUME
            return hear(parts.recogniser, pcm, ask, parts.desk.setting(turn))

        guess = loop.run_in_executor(parts.thinking, work)
        guess.add_done_callback(lambda done: self._rehearse(done, served))
        return guess

    def _rehearse(self, guess: asyncio.Future[Heard], served: Served) -> None:
        if guess.cancelled() or guess.exception() is not None:
            return
        sense = guess.result().sense

        def work() -> None:
            turn = self._parts.desk.foresee(served.conversation, self._contact, served.turn.number, sense)
            if turn is not None:
                for sentence in spoken(turn, "voice")[:REHEARSED]:
                    self._parts.speaker.prepare([sentence.text], pace=_pace(turn))

        asyncio.get_running_loop().run_in_executor(self._parts.beside, work)

    async def _aside(self, work: Callable[[], T]) -> T:
        """Runs what blocks on a thread of its own pool."""
        return await asyncio.get_running_loop().run_in_executor(self._parts.beside, work)


def _pace(turn: Turn) -> float:
    return SLOW_PACE if turn.slow or turn.misses else NORMAL_PACE


def _ms_since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)
