"""Plays a turn into the stream: audio, then its mark, sentence by sentence; stops at once when told to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Executor

from ivr.live import wire
from ivr.surfaces.sentences import Sentence

AHEAD_S = 0.6
"""How much audio may lie unplayed at the carrier: enough for a hiccup, little enough to take back."""
SLICE = wire.FRAME * 5
"""Bytes sent at once: 100 ms, whole frames."""
ECHO_LATE_S = 1.0
"""A mark that has not come back this long after its audio ended will not come."""
SILENCE = b"\xff"

Render = Callable[[str, float], Iterator[bytes]]
"""(text, pace) → µ-law phrase by phrase."""


class Mouth:
    """The speaking side of one stream."""

    def __init__(
        self, send: Callable[[str], Awaitable[None]], stream: str, render: Render, beside: Executor
    ) -> None:
        self._send = send
        self._stream = stream
        self._render = render
        self._beside = beside
        self._task: asyncio.Task[None] | None = None
        self._waiting: dict[str, asyncio.Event] = {}
        self._sentences: tuple[Sentence, ...] = ()
        self._beep = b""
        self._cut_at: int | None = None
        self._ends_at = 0.0
        self.first_audio_at: float | None = None
        """When the first frame of the latest turn left (time.perf_counter)."""

    @property
    def speaking(self) -> bool:
        """Whether the caller is still hearing us, as far as the marks and the clock tell."""
        if self._task is not None and not self._task.done():
            return True
        return bool(self._waiting) and time.perf_counter() < self._ends_at + ECHO_LATE_S

    def say(self, sentences: Sequence[Sentence], *, pace: float, beep: bytes = b"") -> None:
        """Begins to speak; whatever was being said before should have been stopped."""
        self._sentences, self._beep, self._cut_at = tuple(sentences), beep, None
        self.first_audio_at = None
        self._waiting = {sentence.mark: asyncio.Event() for sentence in sentences}
        self._task = asyncio.create_task(self._play(sentences, pace, beep))

    async def stop(self) -> None:
        """Falls silent: stops the generator and takes back what lies at the carrier."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._waiting:
            self._cut_at = next(at for at, one in enumerate(self._sentences) if one.mark in self._waiting)
            await self._send(wire.clear(self._stream))
        self._waiting.clear()
        self._ends_at = 0.0

    def go_on(self, *, pace: float) -> bool:
        """Says again the sentence that was cut short, and what comes behind it; False if none was."""
        if self._cut_at is None:
            return False
        self.say(self._sentences[self._cut_at :], pace=pace, beep=self._beep)
        return True

    def played(self, mark: str) -> None:
        """A mark came back."""
        done = self._waiting.pop(mark, None)
        if done is not None:
            done.set()

    async def finished(self) -> None:
        """Waits until the caller has heard it all; never longer than the audio and a little."""
        if self._task is not None:
            await self._task
        for event in list(self._waiting.values()):
            left = self._ends_at + ECHO_LATE_S - time.perf_counter()
            try:
                await asyncio.wait_for(event.wait(), max(0.0, left))
            except TimeoutError:
                return

    async def _play(self, sentences: Sequence[Sentence], pace: float, beep: bytes) -> None:
        for number, sentence in enumerate(sentences):
            async for phrase in self._phrases(sentence.text, pace):
                await self._pour(phrase)
            if beep and number == len(sentences) - 1:
                await self._pour(beep)
            await self._send(wire.mark(self._stream, sentence.mark))

    async def _phrases(self, text: str, pace: float):  # type: ignore[no-untyped-def]
        """Phrases as they are rendered, off the event loop: the first plays while the rest is made."""
        loop = asyncio.get_running_loop()
        phrases = await loop.run_in_executor(self._beside, lambda: iter(self._render(text, pace)))
        while True:
            phrase = await loop.run_in_executor(self._beside, next, phrases, None)
            if phrase is None:
                return
            yield phrase

    async def _pour(self, audio: bytes) -> None:
        """Sends whole frames, no more than AHEAD_S before they are due."""
        audio += SILENCE * (-len(audio) % wire.FRAME)
        for start in range(0, len(audio), SLICE):
            now = time.perf_counter()
            if self.first_audio_at is None:
                self.first_audio_at = now
            piece = audio[start : start + SLICE]
            self._ends_at = max(now, self._ends_at) + len(piece) / 8000
            await self._send(wire.media(self._stream, piece))
            early = self._ends_at - time.perf_counter() - AHEAD_S
            if early > 0:
                await asyncio.sleep(early)
