"""The contract every recogniser keeps: one utterance in, what it may have been out.

Audio is 16-bit signed little-endian mono PCM at 8000 Hz (`SAMPLE_RATE`), fed in pieces of about 100 ms.
A recogniser that wants another rate resamples inside. Nothing here blocks a socket: callers run
`finish` and `score` on a worker thread (Vosk and CTranslate2 release the GIL).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

SAMPLE_RATE = 8000


class SpeechError(Exception):
    """A recogniser or a voice failed; `retryable` says whether the same call may work later."""

    def __init__(self, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable


@dataclass(frozen=True)
class Capabilities:
    """What a recogniser can do, as data, so that nobody asks it its name."""

    name: str
    language: str
    grammar: bool
    """Decodes directly within the expected phrases."""
    scoring: bool
    """Can tell how well a given sentence fits the audio (`Listener.score`)."""
    partials: bool
    word_times: bool


Place = tuple[tuple[str, float], ...]
"""Words of which one is said, each with its log-probability before anything is heard."""


@dataclass(frozen=True)
class Row:
    """An answer of words in a known order, one of each place: eleven figures, a surname and a given name."""

    places: tuple[Place, ...]
    believed: float
    """Nats behind the likeliest sounds up to which such an answer is taken for what was said."""
    around: float = math.inf
    """Nats that may be before and behind it: what is said there could turn its sense round."""
    spotted: bool = False
    """Listened for anywhere in what is said: only the words themselves are judged, and it is the last reading."""


@dataclass(frozen=True)
class Expected:
    """What may be heard: the phrases of the open question, in simplified Chinese without punctuation.

    `closed` says that the answer is one of the phrases and little else; otherwise they are
    words likely inside a longer sentence. An empty tuple means anything.
    """

    phrases: tuple[str, ...] = ()
    closed: bool = False
    seldom: tuple[str, ...] = ()
    """What may be said at any question but seldom is: commands, dangers."""
    rows: tuple[Row, ...] = ()
    """Answers in a known order; of those that fit the best one is a reading of its own."""
    prompt: str = ""
    """Context the speaker has just heard, for recognisers that take one."""


@dataclass(frozen=True)
class Word:
    text: str
    start_s: float
    end_s: float
    confidence: float


@dataclass(frozen=True)
class Alternative:
    """One reading of the utterance: simplified Chinese, Arabic digits or numerals as heard."""

    text: str
    confidence: float
    """0..1, comparable within one recogniser only."""
    words: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Hearing:
    """What a recogniser made of one utterance, best first; no alternatives means no speech."""

    alternatives: tuple[Alternative, ...] = ()
    no_speech: float = 0.0
    """0..1, the recogniser's own belief that nobody spoke."""
    audio_s: float = 0.0
    took_ms: float = 0.0
    timings_ms: dict[str, float] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.alternatives[0].text if self.alternatives else ""


class Listener(Protocol):
    """One utterance in progress. Used by one thread at a time."""

    def feed(self, pcm: bytes) -> None:
        """Takes the next piece of audio; an odd last byte is kept for the next piece."""

    def partial(self) -> str:
        """What has been understood so far; empty where the recogniser has no partials."""

    def finish(self) -> Hearing:
        """Decodes what was fed. May be called again after more `feed`: it then covers all of it."""

    def score(self, sentences: Sequence[str]) -> list[float]:
        """Summed log-probability of each sentence given the audio of the last `finish`, in one batch.

        The end token is included, so a sentence that stops short loses to one that covers the audio.
        What the recogniser would say of silence anyway may be taken off, so scores can be above 0 and only
        compare sentences on the same audio. Minus infinity where nobody spoke.
        Raises SpeechError where `Capabilities.scoring` is false.
        """


class Recogniser(Protocol):
    """A loaded model, shared by all calls; safe to use from many threads."""

    @property
    def capabilities(self) -> Capabilities: ...

    def listen(self, expected: Expected) -> Listener:
        """A new utterance. Cheap: under 5 ms."""

    def prepare(self, expected: Expected) -> list[str]:
        """Checks phrases against the model's vocabulary; returns those it can never hear."""

    def close(self) -> None: ...
