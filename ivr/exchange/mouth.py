"""A synthetic caller's mouth: sends a frame every 20 ms, speech where there is some, room noise elsewhere."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from ivr.exchange.pace import FRAME_S, Pace
from ivr.exchange.sound import FRAME, SILENCE, level
from ivr.exchange.telephones import Wire

_SPOKEN = 180.0
"""A frame of clean speech is voiced above this mean amplitude (16-bit units, about -45 dBFS)."""

Room = Callable[[bytes], bytes | None]
"""What the line makes of one clean frame: noise added, or None where the frame is lost."""


def quiet_room(frame: bytes) -> bytes | None:
    """A line without noise or loss."""
    return frame


@dataclass(frozen=True)
class Utterance:
    """Speech cut into frames."""

    frames: tuple[bytes, ...]
    last_voiced: int
    """Index of the last frame somebody speaks in; -1 if there is none."""

    @classmethod
    def of(cls, audio: bytes) -> Utterance:
        """Cuts clean µ-law; the end is filled up with silence."""
        frames = tuple(audio[at : at + FRAME].ljust(FRAME, b"\xff") for at in range(0, len(audio), FRAME))
        voiced = [index for index, frame in enumerate(frames) if level(frame) > _SPOKEN]
        return cls(frames, voiced[-1] if voiced else -1)


class Mouth:
    """Talks into a line as long as the call lasts."""

    def __init__(self, pace: Pace, room: Room = quiet_room) -> None:
        self._pace = pace
        self._room = room
        self._frames: deque[tuple[bytes, bool]] = deque()
        self._spoken: asyncio.Event = asyncio.Event()
        self.last_word_at = 0.0
        """When the last voiced frame of the last utterance left (`Pace.now`)."""

    @property
    def busy(self) -> bool:
        return bool(self._frames)

    async def say(self, utterance: Utterance) -> float:
        """Speaks to the end; the moment its last voiced frame left."""
        self._spoken = asyncio.Event()
        self._frames.extend(
            (frame, index == utterance.last_voiced) for index, frame in enumerate(utterance.frames)
        )
        if utterance.last_voiced < 0:
            return self._pace.now()
        await self._spoken.wait()
        return self.last_word_at

    async def run(self, wire: Wire) -> None:
        """Sends until cancelled or the line is gone; an absolute schedule, so that speech keeps its speed."""
        due = self._pace.now()
        while True:
            await self._pace.sleep_until(due)
            due += FRAME_S
            clean, last_word = self._frames.popleft() if self._frames else (SILENCE, False)
            heard = self._room(clean)
            try:
                if heard is not None:
                    await wire.send(heard)
            except ConnectionError:
                return
            if last_word:
                self.last_word_at = self._pace.now()
                self._spoken.set()
