"""Where phrases lie in what was heard: every place each of many phrases sounds like, in all readings at once.

`asr_models.phonetics` says how far apart two syllables are; here whole phrase books are aligned with the
n-best readings of an utterance (Sellers' approximate substring search, a row per syllable of the phrases).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from asr_models import phonetics
from asr_models.confusions import Confusion
from ivr.understanding.written import is_han, spelled

MISSING = 900
"""Cost of a syllable of the phrase that was not heard, in thousandths of a wholly different syllable."""
EXTRA = 500
"""Cost of a syllable heard in the middle of a phrase that does not belong there."""
PATIENCE = 0.45
"""Cost of a syllable at which hearing it tells nothing for or against the phrase."""
_START_BITS = 11
_LONGEST = (1 << _START_BITS) - 1
LONGEST_TEXT = 600
"""Characters of an utterance that are looked at: more than a text message may have."""
_LOOP, _SHORT = 1.4, 6
"""A reading so much longer than the best one is a loop."""
_HESITATING = re.compile(r"^(?:[那拉啦辣喇][个格克哥可各歌隔]|哪[格克哥可各歌隔])+[，,]?")
_DOUBT = 0.12
"""What each further place in the n-best list takes from the worth of what is found there, in syllables."""


@dataclass(frozen=True)
class Reading:
    """One way the utterance may have gone: its characters, a syllable each."""

    text: str
    syllables: tuple[str, ...]
    breaks: frozenset[int]
    """Places of characters that come after a mark of punctuation."""
    doubt: float = 0.0
    """Syllables' worth that anything found here loses, for being a less likely reading."""

    @classmethod
    def of(cls, text: str, doubt: float = 0.0, *, digit_by_digit: bool = False) -> Reading:
        han, breaks = [], set()
        for character in spelled(text[:LONGEST_TEXT], digit_by_digit=digit_by_digit)[:_LONGEST]:
            if is_han(character):
                han.append(character)
            else:
                breaks.add(len(han))
        said = "".join(han)
        return cls(said, _each(said, breaks), frozenset(breaks), doubt)

    def __len__(self) -> int:
        return len(self.text)


def _each(text: str, breaks: set[int]) -> tuple[str, ...]:
    edges = sorted({0, len(text), *breaks})
    found: list[str] = []
    for start, end in pairwise(edges):
        piece = text[start:end]
        read = phonetics.syllables(piece)
        found.extend(read if len(read) == len(piece) else ("?",) * len(piece))
    return tuple(found)


class _Table:
    """Distances between all syllables met so far, by number, in thousandths."""

    def __init__(self) -> None:
        self._learning = threading.Lock()
        self._numbers: dict[str, int] = {"?": 0}
        self._names = ["?"]
        self.costs = np.full((512, 512), 3000, np.int64)

    @property
    def known(self) -> int:
        return len(self._names)

    def learn_anew(self) -> None:
        """What sounds cost has changed."""
        with self._learning:
            known, self._names, self._numbers = self._names[1:], self._names[:1], {}
            for syllable in known:
                self._learn(syllable)

    def number(self, syllable: str) -> int:
        known = self._numbers.get(syllable)
        if known is not None:
            return known
        with self._learning:  # calls are understood on many threads
            known = self._numbers.get(syllable)
            return self._learn(syllable) if known is None else known

    def _learn(self, syllable: str) -> int:
        new = len(self._names)
        if new == len(self.costs):
            grown = np.full((2 * new, 2 * new), 3000, np.int64)
            grown[:new, :new] = self.costs
            self.costs = grown
        row = [round(1000 * phonetics.distance(syllable, other)) for other in self._names[1:]]
        self.costs[new, 1:new] = self.costs[1:new, new] = row
        self.costs[new, new] = 0
        self._names.append(syllable)
        self._numbers[syllable] = new
        return new


TABLE = _Table()


def learn(counts: Mapping[Confusion, int]) -> None:
    """Compares by a town's own counts of what is taken for what from now on."""
    phonetics.learn(counts)
    TABLE.learn_anew()


@dataclass(frozen=True)
class Heard:
    """An utterance to be understood: its readings, best first. `spoken` allows for a recogniser's mistakes."""

    readings: tuple[Reading, ...]
    spoken: bool = False

    @classmethod
    def typed(cls, text: str) -> Heard:
        return cls((Reading.of(text),))

    @classmethod
    def heard(cls, texts: Sequence[str]) -> Heard:
        found: dict[str, Reading] = {}
        longest = max(_LOOP * len(texts[0]), _SHORT) if texts else 0
        for rank, text in enumerate(map(_begun, texts)):
            if len(text) > longest and _repeats(text):
                continue  # it went round in circles
            for digit_by_digit in (False, True):
                reading = Reading.of(text, rank * _DOUBT, digit_by_digit=digit_by_digit)
                if reading.text:
                    found.setdefault(reading.text, reading)
        return cls(tuple(found.values()), spoken=True)

    @property
    def best(self) -> Reading:
        return self.readings[0] if self.readings else Reading("", (), frozenset())

    @cached_property
    def as_heard(self) -> tuple[str, ...]:
        """The two likeliest readings: what anything else must fit the audio better than."""
        first: dict[float, str] = {}
        for reading in self.readings:
            first.setdefault(reading.doubt, reading.text)
        return tuple(first.values())[:2]

    @cached_property
    def longest(self) -> int:
        return max((len(reading) for reading in self.readings), default=0)

    @property
    def apart(self) -> npt.NDArray[np.int64]:
        """Cost of each known syllable at each place: (syllables, readings, places), above the start bits."""
        known, costs = self._apart
        return costs if known == TABLE.known else TABLE.costs[:, self._ids] << _START_BITS

    @cached_property
    def _apart(self) -> tuple[int, npt.NDArray[np.int64]]:
        ids = self._ids
        return TABLE.known, TABLE.costs[:, ids] << _START_BITS

    @cached_property
    def _ids(self) -> npt.NDArray[np.int64]:
        ids = np.zeros((len(self.readings), self.longest), np.int64)
        for row, reading in enumerate(self.readings):
            ids[row, : len(reading)] = [TABLE.number(syllable) for syllable in reading.syllables]
        return ids


def _begun(text: str) -> str:
    """Without 那个 before it, which is written in many ways: 拉格, 哪可."""
    begun = _HESITATING.sub("", text)
    return begun or text


def _repeats(text: str) -> bool:
    pieces = [text[at : at + 3] for at in range(len(text) - 2)]
    return len(set(pieces)) < len(pieces)


@dataclass(frozen=True, slots=True)
class Place:
    """One place where a phrase fits: characters `start` to `end` of a reading, at a total `cost`."""

    phrase: int
    reading: int
    start: int
    end: int
    cost: float
    size: int
    """Syllables of the phrase."""

    @property
    def worth(self) -> float:
        """How much was heard of the phrase, in syllables; longer and better fits are worth more."""
        return self.size - self.cost / PATIENCE

    @property
    def per_syllable(self) -> float:
        return self.cost / self.size

    def overlaps(self, other: Place) -> bool:
        return self.reading == other.reading and self.start < other.end and other.start < self.end


class PhraseBook:
    """Phrases to be looked for together. Finds all places of all of them in about 3 ms for 300 phrases."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self.phrases = tuple(phrases)
        read = [phonetics.syllables(phrase) for phrase in self.phrases]
        self.sizes = [len(syllables) for syllables in read]
        self._order = sorted(range(len(read)), key=lambda place: -self.sizes[place])
        self._rows: list[npt.NDArray[np.int64]] = []
        self._known_bounds: dict[tuple[float, ...], npt.NDArray[np.float64]] = {}
        for row in range(max(self.sizes, default=0)):
            ids = [TABLE.number(read[place][row]) for place in self._order if self.sizes[place] > row]
            self._rows.append(np.array(ids, np.int64))

    def find(self, heard: Heard, limits: Sequence[float]) -> list[Place]:
        """Every place whose cost per syllable is within the limit for its length.

        `limits[n]` holds for phrases of n syllables, the last one for all longer ones.
        """
        if not heard.longest or not self._rows:
            return []
        bounds = self._bounds(tuple(limits))
        found: list[Place] = []
        for finished, ends in self._aligned(heard):
            first, values = finished
            found += self._within(values, bounds[first : first + len(values)], (heard, first, ends))
        return found

    def _bounds(self, limits: tuple[float, ...]) -> npt.NDArray[np.float64]:
        """The most that each phrase may cost in all, in the order of length."""
        if limits not in self._known_bounds:
            sizes = [self.sizes[place] for place in self._order]
            most = [min(limits[min(size, len(limits) - 1)], 0.99) * size for size in sizes]
            self._known_bounds[limits] = np.array(most)
        return self._known_bounds[limits]

    def _aligned(self, heard: Heard) -> list[tuple[tuple[int, npt.NDArray[np.int64]], int]]:
        """Blocks of phrases of equal length: (first in order, values of shape (phrases, readings, ends))."""
        longest = heard.longest
        apart = heard.apart
        ramp = np.arange(longest + 1, dtype=np.int64) * (EXTRA << _START_BITS)
        here = np.broadcast_to(
            _LONGEST - np.arange(longest + 1, dtype=np.int64), (len(self._order), len(heard.readings), longest + 1)
        )
        blocks = []
        for row, ids in enumerate(self._rows):
            above = here[: len(ids)]
            here = above + (MISSING << _START_BITS)
            np.minimum(here[:, :, 1:], above[:, :, :-1] + apart[ids], out=here[:, :, 1:])
            here = np.minimum.accumulate(here - ramp, axis=2) + ramp
            longer = len(self._rows[row + 1]) if row + 1 < len(self._rows) else 0
            blocks.append(((longer, here[longer:]), longest))
        return blocks

    def _within(
        self,
        values: npt.NDArray[np.int64],
        bounds: npt.NDArray[np.float64],
        frame: tuple[Heard, int, int],
    ) -> list[Place]:
        heard, first, _ = frame
        costs = (values >> _START_BITS) / 1000
        good = costs <= bounds[:, None, None] + 1e-9
        # of places that end next to each other only the dip is the phrase
        good[:, :, 1:] &= costs[:, :, 1:] <= costs[:, :, :-1]
        good[:, :, :-1] &= costs[:, :, :-1] <= costs[:, :, 1:]
        found = []
        for row, reading, end in zip(*(axis.tolist() for axis in np.nonzero(good)), strict=True):
            if end > len(heard.readings[reading]):
                continue
            phrase = self._order[first + row]
            start = _LONGEST - int(values[row, reading, end] & _LONGEST)
            if end <= start:
                continue
            cost = float(costs[row, reading, end])
            found.append(Place(phrase, reading, start, end, cost, self.sizes[phrase]))
        return found
