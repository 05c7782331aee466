"""Ears that hear nothing, for a machine without speech models: calls go by keypad, a person hears recordings."""

from __future__ import annotations

from collections.abc import Sequence

from asr_models.recogniser import SAMPLE_RATE, Capabilities, Expected, Hearing, SpeechError

NAME = "none"
"""What the setting calls them."""


class NoEars:
    """A recogniser that takes everything for silence; it is there at once and holds no memory."""

    capabilities = Capabilities(NAME, "zh", grammar=False, scoring=False, partials=False, word_times=False)

    def listen(self, expected: Expected) -> DeafListener:
        return DeafListener()

    def prepare(self, expected: Expected) -> list[str]:
        """Nothing is missing where nothing is heard."""
        return []

    def close(self) -> None:
        """Nothing was opened."""


class DeafListener:
    """One utterance, measured but not heard."""

    def __init__(self) -> None:
        self._bytes = 0

    def feed(self, pcm: bytes) -> None:
        self._bytes += len(pcm)

    def partial(self) -> str:
        return ""

    def finish(self) -> Hearing:
        return Hearing(no_speech=1.0, audio_s=self._bytes / 2 / SAMPLE_RATE)

    def score(self, sentences: Sequence[str]) -> list[float]:
        raise SpeechError("nothing was heard that could be scored")
