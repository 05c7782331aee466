"""Sentences of the hotline that somebody of the town has said themselves: what there is, and how it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

SYNTHETIC, OWN, STALE, BY_HAND, NEVER = "synthetic", "own", "stale", "by_hand", "never"
"""The synthetic voice says it, a recording does, the words have changed since the recording, a file somebody put
there does, and what no recording can say because its words change from call to call."""
LONGEST_S, SHORTEST_S = 30.0, 0.3


@dataclass(frozen=True)
class Version:
    """One recording of a sentence; none is ever thrown away."""

    number: int
    words: str
    """What the sentence was when it was recorded."""
    by: str
    at: datetime
    seconds: float


@dataclass(frozen=True)
class Sentence:
    """A sentence the hotline says."""

    name: str
    script: str
    """Which of its talks it belongs to."""
    words: str
    state: str
    playing: int = 0
    """The version callers hear; 0: none."""
    versions: tuple[Version, ...] = ()
    """The latest first."""


class Studio(Protocol):
    """Where sentences are recorded. Every change is heard from the next sentence on, without a restart."""

    def sentences(self) -> list[Sentence]: ...

    def sound(self, name: str, version: int) -> bytes:
        """A WAV file of a version; of the synthetic voice for 0. Refused: no_sentence, no_version, no_voice."""

    def record(self, name: str, raw: bytes, by: str, now: datetime) -> Version:
        """Keeps a recording as the newest version and plays it from now on.

        Refused: no_sentence, changes (it has words that change), not_a_wav, too_short, too_long, clipped, silent.
        """

    def use(self, name: str, version: int) -> None:
        """Plays this version from now on, the synthetic voice for 0.

        Refused: no_sentence, no_version, words_changed.
        """


def missing(sentences: Iterable[Sentence]) -> list[Sentence]:
    """What still has to be recorded: changed words, and what lacks a voice where others of its talk have one."""
    every = list(sentences)
    begun = {one.script for one in every if one.state in (OWN, STALE, BY_HAND)}
    return [one for one in every if one.state == STALE or (one.state == SYNTHETIC and one.script in begun)]
