"""What a slot may have been filled with, how good each guess is, and when one of them is sure enough."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ivr.dialogue.steps import Json
from ivr.understanding.sounds import Heard, Place

CLEAR_MARGIN = 0.8
"""Syllables by which the best guess must lead for nothing more to be asked or scored."""
LEAST_MARGIN = 0.35
"""With less of a lead it is not known which of two was said."""


@dataclass(frozen=True)
class Candidate:
    """One value and where it was heard: `start` to `end` of a reading would say `text`."""

    value: Json
    text: str
    worth: float
    """Syllables' worth of evidence; comparable between candidates of one slot."""
    reading: int = 0
    start: int = 0
    end: int = 0
    cost: float = 0.0
    """Per syllable of `text`, 0 heard exactly."""

    @classmethod
    def at(cls, place: Place, value: Json, text: str, bonus: float = 0.0) -> Candidate:
        worth = place.worth + bonus
        return cls(value, text, worth, place.reading, place.start, place.end, place.per_syllable)

    def literal(self, heard: Heard) -> bool:
        """Whether the very characters were heard or typed."""
        return heard.readings[self.reading].text[self.start : self.end] == self.text

    def inside(self, other: Candidate) -> bool:
        """Whether it lies within a longer one in the same reading."""
        within = other.start <= self.start and self.end <= other.end
        return within and self.reading == other.reading and self.end - self.start < other.end - other.start

    def sentence(self, heard: Heard, text: str = "") -> str:
        """The reading it was found in, with `text` (its own by default) in its place."""
        said = heard.readings[self.reading].text
        return said[: self.start] + (text or self.text) + said[self.end :]


@dataclass(frozen=True)
class Verdict:
    """The outcome for one slot. `value` is None where nothing was heard or it is not known which."""

    value: Json = None
    confidence: float = 0.0
    likely: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    sure: bool = False
    """Scoring against the audio would not change it."""

    @property
    def best(self) -> Candidate | None:
        return self.candidates[0] if self.candidates else None


NOTHING = Verdict()


def best_of_each(candidates: Iterable[Candidate], most: int = 1) -> list[Candidate]:
    """The best candidates for each value, at most so many and in different words, best first."""
    kept: dict[Json, set[str]] = {}
    best = []
    for one in sorted(candidates, key=lambda one: -one.worth):
        words = kept.setdefault(one.value, set())
        if len(words) < most and one.text not in words:
            words.add(one.text)
            best.append(one)
    return best


def weigh(candidates: Sequence[Candidate], *, floor: float = 0.0) -> Verdict:
    """Decides between candidates, best first, by how much was heard and by how far the best one leads."""
    worthy = [one for one in candidates if one.worth >= floor]
    if not worthy:
        return NOTHING
    best = worthy[0]
    lead = best.worth - next((one.worth for one in worthy if one.value != best.value), 0.0)
    likely = near(worthy)
    fit = max(0.0, 1.0 - best.cost / 0.45)
    confidence = round(min(0.98, fit * min(1.0, 0.5 + 0.5 * lead / CLEAR_MARGIN)), 3)
    if lead < LEAST_MARGIN:
        return Verdict(None, confidence / 2, likely, tuple(worthy))
    sure = best.cost <= 0.12 and lead >= CLEAR_MARGIN
    return Verdict(best.value, confidence, likely if len(likely) > 1 else (), tuple(worthy), sure)


def near(candidates: Sequence[Candidate], margin: float = CLEAR_MARGIN) -> tuple[str, ...]:
    """The values of the best one and of those close behind it, each once."""
    best = candidates[0].worth
    return tuple(dict.fromkeys(str(one.value) for one in candidates if best - one.worth < margin))[:4]


def shifted(candidate: Candidate, bonus: float) -> Candidate:
    return replace(candidate, worth=candidate.worth + bonus)
