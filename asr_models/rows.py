"""An answer built in a known order, heard as one: a word of each place, with anything before, between and behind.

A telephone number is eleven figures, a name a surname and a given name. Heard piece by piece one figure in eleven
is missed or put in, and then the whole number is wrong; that there must be eleven tells where.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from asr_models.paths import Frames, barred, shift
from asr_models.recogniser import Row
from asr_models.sound_units import NOTHING, units_of

_OUTSIDE, _INSIDE, _TURN_ASIDE = -3.0, -3.0, -2.0
"""Nats that a frame costs which belongs to no word, against the likeliest sound in it: before and behind, between
words (嗯), and to begin one between words."""
_SPOTTED_OUTSIDE = -0.2
"""The same before and behind what is listened for anywhere; not nothing, or 七组 would be 一组."""
_HESITATING = -0.4
"""The same for a frame of 那个, 嗯 or 呃 before it: between and behind, it ate figures and names."""
_HESITATION = np.array(sorted({NOTHING, *units_of("那个拉克嗯恩呃额")}), np.intp)
_NEVER = -1e9
Scores = npt.NDArray[np.float64]
Moments = npt.NDArray[np.int32]
"""Numbers of frames."""


@dataclass(frozen=True)
class Found:
    """The likeliest words, one of each place, and how far behind the likeliest sounds they are (nats)."""

    text: str
    behind: float
    inside: float
    """The same for the words alone, without what is before and behind them."""


def sounds_heard(frames: Frames) -> int:
    """How many sounds the likeliest one of each frame makes, one behind the other."""
    likeliest = frames.argmax(axis=1)
    begun = np.diff(likeliest, prepend=NOTHING) != 0
    return int(np.count_nonzero(begun & (likeliest != NOTHING)))


@lru_cache(maxsize=96)
def automaton(row: Row) -> Automaton:
    """Made once for a row: some 20 ms for 1,000 words."""
    return Automaton(row)


class Automaton:
    """The states of all words side by side: unit, nothing, unit, nothing … of each."""

    def __init__(self, row: Row) -> None:
        """Raises ValueError where a place has no word, or a word no sounds."""
        words = [(text, cost, place) for place, several in enumerate(row.places) for text, cost in several]
        sounds = [units_of(text) for text, _, _ in words]
        if not words or not all(sounds) or not all(row.places):
            raise ValueError("a row needs words with sounds in every place")
        self._texts, self._places = [text for text, _, _ in words], len(row.places)
        fewest = (min(len(units_of(text)) for text, _ in several) for several in row.places)
        self.least_sounds = sum(fewest)
        """Sounds of the shortest answer of this kind."""
        self._costs = np.array([cost for _, cost, _ in words])
        self._place = np.array([place for _, _, place in words])
        self._starts = np.flatnonzero(np.diff(self._place, prepend=-1))
        sizes = np.array([2 * len(sound) for sound in sounds])
        self._last = np.cumsum(sizes) - 1
        self._first = self._last - sizes + 1
        self._units = np.full(int(sizes.sum()), NOTHING, np.intp)
        for start, sound in zip(self._first, sounds, strict=True):
            self._units[start : start + 2 * len(sound) : 2] = sound
        skips = np.zeros(len(self._units), bool)
        skips[2:] = (self._units[2:] != NOTHING) & (self._units[2:] != self._units[:-2])
        skips[self._first] = False
        self._no_leap, self._closing = barred(~skips), self._units[self._last - 1]
        self._no_step = np.zeros(len(self._units))
        self._no_step[self._first] = _NEVER
        self._openings, self._opening = np.unique(self._units[self._first], return_inverse=True)
        self._aside = np.full(self._places + 1, _INSIDE)
        self._aside[[0, -1]] = _SPOTTED_OUTSIDE if row.spotted else _OUTSIDE
        self._turning = np.r_[np.full(self._places - 1, _TURN_ASIDE), 0.0]

    def follow(self, frames: Frames) -> Found:
        """The best way through."""
        way = _Way(len(frames), len(self._texts), self._places)
        here, began = np.full(len(self._units), _NEVER), np.zeros(len(self._units), np.int32)
        aside, left = np.full(self._places + 1, _NEVER), np.zeros(self._places + 1, np.int32)
        aside[0] = 0.0
        for number, now in enumerate(frames - frames.max(axis=1, keepdims=True)):
            quiet, loud = here[self._last], here[self._last - 1]
            entering = self._entering(quiet, loud, aside)
            aside, left = self._set_aside(np.maximum(quiet, loud), (aside, left), number)
            here, began = self._moved(here, began, entering, number)
            here += now[self._units]
            costs = np.maximum(self._aside, float(now[NOTHING]))
            costs[0] = max(costs[0], float(now[_HESITATION].max()) + _HESITATING)
            aside += costs
            way.keep(number, (here, began), (aside, left), self._last)
        return self._told(way)

    def _entering(self, quiet: Scores, loud: Scores, aside: Scores) -> Scores:
        """The score with which each word begins; the same sound twice is not run together."""
        rested = np.r_[_NEVER, np.maximum.reduceat(quiet, self._starts)[:-1]]
        rested = np.maximum(rested, aside[:-1])
        run_on = np.where(self._closing == self._openings[:, None], _NEVER, loud)
        best = np.maximum.reduceat(run_on, self._starts, axis=1)
        best = np.c_[np.full(len(best), _NEVER), best[:, :-1]]
        entering: Scores = np.maximum(rested[self._place], best[self._opening, self._place]) + self._costs
        return entering

    def _set_aside(self, ended: Scores, aside: tuple[Scores, Moments], number: int) -> tuple[Scores, Moments]:
        """Score of being past so many places and in none, and the frame in which that began."""
        entering = np.r_[_NEVER, np.maximum.reduceat(ended, self._starts) + self._turning]
        better = entering > aside[0]
        return np.where(better, entering, aside[0]), np.where(better, np.int32(number), aside[1])

    def _moved(self, here: Scores, began: Moments, entering: Scores, number: int) -> tuple[Scores, Moments]:
        """On by one state, or over the nothing between two units, or no further, or newly begun."""
        score, since = here, began
        for steps, bar in ((1, self._no_step), (2, self._no_leap)):
            shifted = shift(here, steps) + bar
            better = shifted > score
            score = np.where(better, shifted, score)
            since = np.where(better, shift(began, steps), since)
        better = entering > score[self._first]
        begin = self._first[better]
        score[begin], since[begin] = entering[better], number
        return score, since

    def _told(self, way: _Way) -> Found:
        """From the last frame back to the first word."""
        if not len(way.aside):
            return Found("", _NEVER, _NEVER)
        at, following = len(way.aside) - 1, NOTHING
        behind = max(float(way.aside[-1, -1]), self._ended(way, at, self._places - 1, following)[0])
        if behind == way.aside[-1, -1]:
            at = int(way.left[-1, -1]) - 1
        ended = self._ended(way, at, self._places - 1, following)[0]
        told = []
        began = 0
        for place in reversed(range(self._places)):
            _, word, began = self._ended(way, at, place, following)
            told.append(self._texts[word])
            if place:
                following = int(self._units[self._first[word]])
                at = began - 1
                if way.aside[at, place] >= self._ended(way, at, place - 1, following)[0]:
                    at, following = int(way.left[at, place]) - 1, NOTHING
        before = float(way.aside[began - 1, 0]) if began else 0.0
        return Found("".join(reversed(told)), behind, ended - before)

    def _ended(self, way: _Way, at: int, place: int, following: int) -> tuple[float, int, int]:
        """Of a place the best word that has ended in a frame: its score, which it is, and when it began.

        `following` is the sound right behind it, NOTHING for none.
        """
        begin = self._starts[place]
        end = self._starts[place + 1] if place + 1 < self._places else len(self._texts)
        quiet = way.quiet[at, begin:end]
        loud = np.where(self._closing[begin:end] == following, _NEVER, way.loud[at, begin:end])
        word = int(np.maximum(quiet, loud).argmax())
        since = way.quiet_began if quiet[word] >= loud[word] else way.loud_began
        return float(max(quiet[word], loud[word])), int(begin + word), int(since[at, begin + word])


class _Way:
    """What was possible after each frame, kept for the way back."""

    def __init__(self, frames: int, words: int, places: int) -> None:
        self.quiet, self.loud = np.empty((2, frames, words))
        self.quiet_began, self.loud_began = np.empty((2, frames, words), np.int32)
        self.aside = np.empty((frames, places + 1))
        self.left = np.empty((frames, places + 1), np.int32)

    def keep(
        self, at: int, here: tuple[Scores, Moments], aside: tuple[Scores, Moments], last: npt.NDArray[np.intp]
    ) -> None:
        (score, began), (away, left) = here, aside
        self.quiet[at], self.loud[at] = score[last], score[last - 1]
        self.quiet_began[at], self.loud_began[at] = began[last], began[last - 1]
        self.aside[at], self.left[at] = away, left
