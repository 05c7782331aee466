"""Ways through what an ear took the frames for: how well a given sentence fits, and which phrases fit best.

`frames` are log-probabilities of units, a row every 40 ms. A sentence's units come in their order, each as long
as it lasts, with nothing between them where nothing was heard (Graves' connectionist temporal classification).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from asr_models.sound_units import NOTHING, Units

Frames = npt.NDArray[np.float32]
"""(frames, units), natural logarithms."""
_NEVER = np.float32(-1e9)


def fit(frames: Frames, sentences: Sequence[Units]) -> list[float]:
    """Log-probability of each sentence, summed over all ways to say it in these frames."""
    if not sentences:
        return []
    states = _interleaved(sentences)
    skips = _may_skip(states)
    ends = np.array([2 * len(sentence) for sentence in sentences])
    here = np.full(states.shape, _NEVER, np.float32)
    heard = frames[:, states]  # (frames, sentences, states)
    here[:, :2] = heard[0, :, :2]
    for now in heard[1:]:
        before = np.pad(here, ((0, 0), (2, 0)), constant_values=_NEVER)
        skipped = np.where(skips, before[:, :-2], _NEVER)
        here = np.logaddexp(np.logaddexp(here, before[:, 1:-1]), skipped) + now
    rows = np.arange(len(sentences))
    last = np.logaddexp(here[rows, ends], np.where(ends > 0, here[rows, ends - 1], _NEVER))
    return [float(score) for score in last]


def _interleaved(sentences: Sequence[Units]) -> npt.NDArray[np.intp]:
    """(sentences, states): nothing, a unit, nothing, a unit, … nothing; padded with nothing."""
    longest = max(len(sentence) for sentence in sentences)
    states = np.full((len(sentences), 2 * longest + 2), NOTHING, np.intp)
    for row, sentence in enumerate(sentences):
        states[row, 1 : 2 * len(sentence) : 2] = sentence
    return states


def _may_skip(states: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Where the nothing between two units may be left out: they must differ."""
    skips = np.zeros(states.shape, bool)
    skips[:, 2:] = (states[:, 2:] != NOTHING) & (states[:, 2:] != states[:, :-2])
    return skips


@dataclass(frozen=True)
class Entry:
    """Something that may be said: its text, its units and what it costs to say it, in nats below 0."""

    text: str
    units: Units
    cost: float


class _Way:
    """The best way to each state: its score and what was told before, a number of `told`."""

    def __init__(self, states: int) -> None:
        self.score = np.full(states, _NEVER, np.float32)
        self.story = np.zeros(states, np.int32)
        self.silent = 0.0
        """Score of having heard nothing at all so far."""
        self.told: list[tuple[int, int]] = [(0, 0)]
        """(what was told before, entry)."""

    def tell(self, before: int, entry: int) -> int:
        self.told.append((before, entry))
        return len(self.told) - 1


def shift(states: npt.NDArray[Any], steps: int) -> npt.NDArray[Any]:
    """What was `steps` states before; the first ones see the last, from where nothing leads on."""
    return np.concatenate((states[-steps:], states[:-steps]))


def barred(states: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    """Nats that a way into each state costs: none, or never."""
    return np.where(states, _NEVER, np.float32(0))


class PhraseLoop:
    """Any number of entries one after another. Made once for a question; the best way is found in 5 to 40 ms."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        """Raises ValueError where there is no entry or one has no units."""
        if not entries or not all(entry.units for entry in entries):
            raise ValueError("a loop needs entries with units")
        self._texts = [entry.text for entry in entries]
        self._costs = np.array([entry.cost for entry in entries], np.float32)
        # each entry: unit, nothing, unit, nothing …; the nothing before it belongs to the entry before
        sizes = np.array([2 * len(entry.units) for entry in entries])
        self._last = np.cumsum(sizes) - 1
        self._first = self._last - sizes + 1
        self._units = np.full(int(sizes.sum()), NOTHING, np.intp)
        for start, entry in zip(self._first, entries, strict=True):
            self._units[start : start + 2 * len(entry.units) : 2] = entry.units
        skips = np.zeros(len(self._units), bool)
        skips[2:] = (self._units[2:] != NOTHING) & (self._units[2:] != self._units[:-2])
        skips[self._first] = False
        self._no_leap = barred(~skips)
        self._no_step = np.zeros(len(self._units), np.float32)
        self._no_step[self._first] = _NEVER
        self._opening, self._closing = self._units[self._first], self._units[self._last - 1]

    def best(self, frames: Frames) -> tuple[list[str], float]:
        """The texts of the best way, in order, and its log-probability with the costs."""
        heard = frames[:, self._units]
        way = _Way(len(self._units))
        for number, now in enumerate(heard):
            score, story = self._entering(way)
            way = self._moved(way)
            better = score > way.score[self._first]
            begin = self._first[better]
            way.score[begin], way.story[begin] = score[better], story[better]
            way.score += now
            way.silent += float(frames[number, NOTHING])
        ends = np.maximum(way.score[self._last], way.score[self._last - 1])
        entry = int(ends.argmax())
        if way.silent >= ends[entry]:
            return [], way.silent
        return self._texts_of(way, self._ended(way, entry)), float(ends[entry])

    def _entering(self, way: _Way) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]:
        """Score and story of each entry that begins now; the same sound twice is not run together."""
        on_unit, on_nothing = way.score[self._last - 1], way.score[self._last]
        quiet, first = int(on_nothing.argmax()), int(on_unit.argmax())
        others = np.where(self._closing == self._closing[first], _NEVER, on_unit)
        second = int(others.argmax())
        from_quiet, quiet_story = float(on_nothing[quiet]), way.tell(int(way.story[self._last[quiet]]), quiet)
        if way.silent >= from_quiet:
            from_quiet, quiet_story = way.silent, 0
        same = self._opening == self._closing[first]
        run_on = np.where(same, others[second], on_unit[first])
        stories = [way.tell(int(way.story[self._last[one] - 1]), one) for one in (first, second)]
        story = np.where(same, stories[1], stories[0])
        quieter = from_quiet >= run_on
        return (
            np.where(quieter, np.float32(from_quiet), run_on) + self._costs,
            np.where(quieter, quiet_story, story).astype(np.int32),
        )

    def _moved(self, way: _Way) -> _Way:
        """On by one state, or over the nothing between two units, or no further."""
        score, story = way.score, way.story
        for steps, barred in ((1, self._no_step), (2, self._no_leap)):
            shifted = shift(way.score, steps) + barred
            better = shifted > score
            score = np.where(better, shifted, score)
            story = np.where(better, shift(way.story, steps), story)
        way.score, way.story = score, story
        return way

    def _ended(self, way: _Way, entry: int) -> int:
        last = self._last[entry]
        state = last if way.score[last] >= way.score[last - 1] else last - 1
        return way.tell(int(way.story[state]), entry)

    def _texts_of(self, way: _Way, story: int) -> list[str]:
        texts = []
        while story:
            story, entry = way.told[story]
            texts.append(self._texts[entry])
        return texts[::-1]
