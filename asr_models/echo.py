"""Keeps our own prompt, coming back over the line, from passing for the caller.

A line returns what we say, 12 to 40 dB down, and it sounds like speech because it is. The echo is there from
the first word of the prompt, a caller hardly ever is: what is heard in that time is how loud the echo gets.
"""

from __future__ import annotations

from asr_models.sound import loudness_db

LEARNING_FRAMES = 40
"""The first 0.8 s of a prompt."""
ABOVE_ECHO_DB = 5.0
LOUDEST_DB = -22.0
"""No echo of a prompt at -20 is louder: who is, goes on talking from the answer before, and is heard."""
QUIETEST_DB = -38.0
"""Below full scale: a caller so soft is not heard over a prompt. Speech on a telephone is at -15 to -30."""


class EchoGate:
    """Follows one prompt, 20 ms a frame."""

    def __init__(self) -> None:
        self._learnt = 0
        self._floor_db = QUIETEST_DB

    def passes(self, frame: bytes) -> bool:
        """Whether this frame of PCM16 is too loud to be our echo. Never in the time of learning."""
        level_db = loudness_db(frame)
        if self._learnt < LEARNING_FRAMES:
            self._learnt += 1
            self._floor_db = min(LOUDEST_DB, max(self._floor_db, level_db + ABOVE_ECHO_DB))
            return False
        return level_db >= self._floor_db
