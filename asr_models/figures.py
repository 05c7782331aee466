"""A mobile number heard as one: eleven figures, the first 1, with anything said before, between and behind them.

Figure by figure one in eleven is missed or heard twice, and then the whole number is wrong; that there must be
eleven tells where. 幺 is 一, 洞 is 零. Who puts the last ones right (错了，三六九四) is followed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from asr_models.paths import Frames
from asr_models.sound_units import NOTHING, units_of

FIGURES = 11
_WORDS = ("零洞", "幺一", "二两", "三", "四", "五", "六", "七拐", "八", "九勾")
_MENDING = ("不对", "不对不对", "错了", "讲错了", "说错了", "不是", "搞错了", "错哒")
_MENDED = (4, 3, FIGURES)
"""So many of the last figures are said anew."""
_ASIDE, _ASIDE_INSIDE, _TURN_ASIDE = -3.0, -3.0, -2.0
"""What a frame costs that belongs to no figure, against the likeliest sound in it: outside the number, inside it
(嗯), and to begin one inside."""
_WELL_TOLD = -8.0
"""Nats from which a number as such leaves nothing to be put right."""
_NEVER = -1e9
_BITS = 4
Scores = npt.NDArray[np.float64]
Stories = npt.NDArray[np.int64]


def mobile_number(frames: Frames) -> tuple[str, float]:
    """The likeliest number (11 figures) and how far behind the likeliest sounds it is: nats, 0 at most."""
    plain, *mended = _rows()
    told, behind = plain.follow(frames)
    if behind < _WELL_TOLD:
        others = [row.follow(frames) for row in mended]
        told, behind = max([(told, behind), *others], key=lambda one: one[1])
    return "".join(str(told >> (_BITS * place) & 15) for place in reversed(range(FIGURES))), behind


@dataclass(frozen=True)
class _Place:
    """One place in the row: the words that may stand there and what each does to the number told so far."""

    words: tuple[tuple[str, int], ...]
    """Word and figure."""
    drops: int = 0
    """So many of the last figures are taken back; no figure is told here then."""


class _Row:
    """Places one after another: unit, nothing, unit, nothing … of each word, all states side by side."""

    def __init__(self, places: Sequence[_Place]) -> None:
        widest = max(len(place.words) for place in places)
        units: list[int] = []
        self._last = np.zeros((len(places), widest), np.intp)
        self._first = np.zeros((len(places), widest), np.intp)
        for number, place in enumerate(places):
            for word in range(widest):
                sounds = units_of(place.words[min(word, len(place.words) - 1)][0])
                self._first[number, word] = len(units)
                units += [part for unit in sounds for part in (unit, NOTHING)]
                self._last[number, word] = len(units) - 1
        self._units = np.array(units)
        figures = [[place.words[min(word, len(place.words) - 1)][1] for word in range(widest)] for place in places]
        self._figures = np.array(figures, np.int64)
        self._drops = np.array([place.drops for place in places])[:, None]
        self._opening, self._closing = self._units[self._first], self._units[self._last - 1]
        skips = np.zeros(len(units), bool)
        skips[2:] = (self._units[2:] != NOTHING) & (self._units[2:] != self._units[:-2])
        skips[self._first] = False
        self._joined = ~skips
        self._aside = np.full(len(places) + 1, _ASIDE_INSIDE)
        self._aside[[0, -1]] = _ASIDE

    def follow(self, frames: Frames) -> tuple[int, float]:
        """The story of the best way through and its score against the likeliest sounds."""
        here = np.full(len(self._units), _NEVER)
        story = np.zeros(len(self._units), np.int64)
        aside, aside_story = np.full(len(self._aside), _NEVER), np.zeros(len(self._aside), np.int64)
        aside[0] = 0.0
        for now in frames - frames.max(axis=1, keepdims=True):
            entered, stories = self._entering(here, story, (aside, aside_story))
            aside, aside_story = self._set_aside(here, story, (aside, aside_story))
            here, story = self._moved(here, story, entered, stories)
            here += now[self._units]
            aside += np.maximum(self._aside, float(now[NOTHING]))
        aside, aside_story = self._set_aside(here, story, (aside, aside_story))
        return int(aside_story[-1]), float(aside[-1])

    def _ended(
        self, here: Scores, story: Stories, states: npt.NDArray[np.intp]
    ) -> tuple[Scores, Stories, Stories]:
        """Of each place the best word that has been said: its score, its story, which it is."""
        words = here[states].argmax(axis=1)
        ends = states[np.arange(len(states)), words]
        return here[ends], story[ends], words

    def _set_aside(self, here: Scores, story: Stories, aside: tuple[Scores, Stories]) -> tuple[Scores, Stories]:
        """Score and story of being past so many places and in none."""
        score, told = aside[0].copy(), aside[1].copy()
        cost = np.r_[np.full(len(self._aside) - 2, _TURN_ASIDE), 0.0]
        for states in (self._last, self._last - 1):
            ended, stories, _ = self._ended(here, story, states)
            better = ended + cost > score[1:]
            score[1:] = np.where(better, ended + cost, score[1:])
            told[1:] = np.where(better, stories, told[1:])
        return score, told

    def _entering(self, here: Scores, story: Stories, aside: tuple[Scores, Stories]) -> tuple[Scores, Stories]:
        """Score and story with which each word begins; the same sound twice is not run together."""
        quiet, quiet_story, _ = self._ended(here, story, self._last)
        loud, loud_story, words = self._ended(here, story, self._last - 1)
        closing = self._closing[np.arange(len(words)), words]
        away = aside[0][:-1] > np.r_[_NEVER, quiet[:-1]]
        rested = np.where(away, aside[0][:-1], np.r_[_NEVER, quiet[:-1]])[:, None]
        rested_story = np.where(away, aside[1][:-1], np.r_[0, quiet_story[:-1]])[:, None]
        same = np.r_[NOTHING, closing[:-1]][:, None] == self._opening
        run_on = np.where(same, _NEVER, np.r_[_NEVER, loud[:-1]][:, None])
        better = rested >= run_on
        score = np.where(better, rested, run_on)
        told = np.where(better, rested_story, np.r_[0, loud_story[:-1]][:, None])
        after = np.where(self._drops > 0, told >> (_BITS * self._drops), told << _BITS | self._figures)
        return score, after

    def _moved(self, here: Scores, story: Stories, entered: Scores, stories: Stories) -> tuple[Scores, Stories]:
        """On by one state, or over the nothing between two units, or no further, or newly begun."""
        score, told = here.copy(), story.copy()
        for steps, barred in ((1, self._first), (2, self._joined)):
            shifted = np.roll(here, steps)
            shifted[barred] = _NEVER
            better = shifted > score
            score[better] = shifted[better]
            told[better] = np.roll(story, steps)[better]
        better = entered > score[self._first]
        score[self._first] = np.where(better, entered, score[self._first])
        told[self._first] = np.where(better, stories, told[self._first])
        return score, told


def _places(number: int) -> Iterator[_Place]:
    """The first figures of a mobile number are 13 to 19; the others anything."""
    begins: tuple[Sequence[int], ...] = ((1,), range(3, 10)) if number == FIGURES else ()
    for place in range(number):
        figures = begins[place] if place < len(begins) else range(10)
        yield _Place(tuple((word, figure) for figure in figures for word in _WORDS[figure]))


@lru_cache(maxsize=1)
def _rows() -> tuple[_Row, ...]:
    """A number as such, and with its last figures taken back and said anew."""
    whole = tuple(_places(FIGURES))
    marks = tuple((word, 0) for word in _MENDING)
    rows = [_Row(whole)]
    for again in _MENDED:
        rows.append(_Row([*whole, _Place(marks, drops=again), *_places(again)]))
    return tuple(rows)
