"""Mandarin as it sounds: toneless syllables, how far apart two of them are, and where a phrase lies in a sentence.

A recogniser that hears a name right still writes it in wrong characters, and Hunan speakers merge sounds
(zh/z, ch/c, sh/s, n/l, hu/f, in/ing, en/eng). Comparing syllables, with small costs for sounds that are
close, finds the phrase all the same. Costs are 0..1 for one syllable.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from pypinyin import Style, lazy_pinyin
from pypinyin.contrib.tone_convert import to_finals, to_initials

Syllables = tuple[str, ...]

_INITIAL_SHARE = 0.45
"""The final is the louder and longer part of a Mandarin syllable."""
_ACCENT = 0.1
"""Most that two syllables cost which a Hunan speaker does not keep apart."""
_MISSING = 1.0
_EXTRA = 0.5

_FOLDED_INITIAL = {"zh": "z", "ch": "c", "sh": "s", "n": "l"}
_FOLDED_FINAL = {"ing": "in", "eng": "en", "ueng": "uen"}
_HU_AS_F = {"u": "u", "ua": "a", "uo": "o", "uei": "ei", "uan": "an", "uen": "en", "uang": "ang"}

_INITIAL_COSTS = {
    0.15: "zh/z ch/c sh/s n/l",
    0.3: "f/h r/l x/sh x/s j/zh j/z q/ch q/c m/n",
    0.4: "b/p d/t g/k j/q zh/ch z/c zh/c z/ch h/-",
    0.5: "s/c sh/ch s/ch sh/c x/q n/- r/- l/- r/zh r/z r/sh h/k f/s f/sh l/d n/d g/- m/-",
    0.6: "b/d d/g b/g p/t t/k p/k m/b f/p x/h z/d zh/d c/t ch/t s/h sh/h b/f g/j k/q",
}
_VOWEL_COSTS = {0.3: "o/e i/v u/o", 0.5: "a/e i/e u/v", 0.6: "a/o u/e"}
_MEDIAL_COSTS = {0.2: "i/v", 0.25: "u/-", 0.3: "i/-", 0.4: "v/- u/v", 0.5: "i/u"}
_CODA_COSTS = {0.12: "n/ng", 0.2: "r/-", 0.4: "i/- u/-", 0.5: "n/- ng/-", 0.6: "i/n", 0.7: "i/u"}
_FINAL_COSTS = {0.1: "uo/o", 0.25: "uo/e", 0.3: "ou/u"}
"""Finals nearer than their parts tell; 路 is heard as lou."""

_FINALS = {
    # final: medial, vowel, coda
    "a": "-a-", "o": "-o-", "e": "-e-", "ê": "-e-", "er": "-er", "ai": "-ai", "ei": "-ei", "ao": "-au",
    "ou": "-ou", "an": "-an", "en": "-en", "ang": "-aN", "eng": "-eN", "ong": "-oN",
    "i": "-i-", "ia": "ia-", "ie": "ie-", "iao": "iau", "iou": "iou", "ian": "ian", "in": "-in", "iang": "iaN",
    "ing": "-iN", "iong": "ioN", "io": "io-",
    "u": "-u-", "ua": "ua-", "uo": "uo-", "uai": "uai", "uei": "uei", "uan": "uan", "uen": "uen", "uang": "uaN",
    "ueng": "ueN",
    "v": "-v-", "ve": "ve-", "van": "van", "vn": "-vn",
}  # fmt: skip


class Span(NamedTuple):
    """Where a phrase fits best: syllables `start` to `end` of the sentence, `cost` 0..1 per syllable."""

    cost: float
    start: int
    end: int


NOWHERE = Span(1.0, 0, 0)


@lru_cache(maxsize=20_000)
def syllables(text: str) -> Syllables:
    """Toneless pinyin of the Chinese characters in a text, ü as v; anything else is left out.

    Characters with several readings are read by the word they stand in (行 in 银行 and in 不行).
    """
    return tuple(lazy_pinyin(text, style=Style.NORMAL, errors="ignore"))


@lru_cache(maxsize=4_000)
def fold(syllable: str) -> str:
    """The syllable with the sounds merged that Hunan speakers merge; equal folds sound alike."""
    initial, final = _parts(syllable)
    if initial == "h" and final in _HU_AS_F:
        initial, final = "f", _HU_AS_F[final]
    return _FOLDED_INITIAL.get(initial, initial) + _FOLDED_FINAL.get(final, final)


@lru_cache(maxsize=200_000)
def distance(a: str, b: str) -> float:
    """How different two syllables sound: 0 the same, at most 0.1 the same to a Hunan ear, 1 nothing in common."""
    if a == b:
        return 0.0
    (initial_a, final_a), (initial_b, final_b) = _parts(a), _parts(b)
    initial = 0.0 if initial_a == initial_b else _cost(_INITIALS, initial_a, initial_b)
    cost = _INITIAL_SHARE * initial + (1 - _INITIAL_SHARE) * _final_cost(final_a, final_b)
    return min(cost, _ACCENT) if fold(a) == fold(b) else cost


def best_span(phrase: Sequence[str], sentence: Sequence[str]) -> Span:
    """Where in the sentence the phrase fits best. For many phrases `PhraseBook` is quicker."""
    return PhraseBook([tuple(phrase)]).spans([tuple(sentence)])[0][0]


class PhraseBook:
    """Phrases to be looked for in the same sentences, all at once: 300 in 5 sentences take some milliseconds."""

    def __init__(self, phrases: Sequence[Syllables]) -> None:
        self._size = len(phrases)
        self._lengths = np.array([len(phrase) for phrase in phrases], np.intp)
        self._known = sorted({syllable for phrase in phrases for syllable in phrase})
        place = {syllable: number for number, syllable in enumerate(self._known)}
        self._ids = np.zeros((max((len(p) for p in phrases), default=0), len(phrases)), np.intp)
        for column, phrase in enumerate(phrases):
            self._ids[: len(phrase), column] = [place[syllable] for syllable in phrase]

    def spans(self, sentences: Sequence[Syllables]) -> list[list[Span]]:
        """For each sentence the best span of each phrase, in the order given."""
        longest = max((len(sentence) for sentence in sentences), default=0)
        if not longest or not self._ids.size:
            return [[NOWHERE] * self._size for _ in sentences]
        costs, starts = self._align(sentences, longest)
        # padding behind a sentence costs more than any gap, so the best end never lies in it
        ends = costs.argmin(axis=0)
        picked = np.take_along_axis(costs, ends[None], 0)[0] / np.maximum(self._lengths, 1)
        begins = np.take_along_axis(starts, ends[None], 0)[0]
        return [
            [
                Span(cost, start, end) if cost < 1.0 and length else NOWHERE
                for cost, start, end, length in zip(*columns, self._lengths, strict=True)
            ]
            for columns in zip(picked.tolist(), begins.tolist(), ends.tolist(), strict=True)
        ]

    def _align(
        self, sentences: Sequence[Syllables], longest: int
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.intp]]:
        """Cost and start of each phrase ending before each syllable: arrays of (longest + 1, sentences, phrases).

        Sellers' approximate substring search, a column per phrase: the sentence is walked in Python, the
        phrases in numpy.
        """
        apart = self._distances(sentences, longest)
        shape = (longest + 1, len(sentences), self._size)
        above = np.zeros(shape, np.float32)
        above_start = np.broadcast_to(np.arange(shape[0])[:, None, None], shape)
        result, result_start = above.copy(), above_start.copy()
        for row, ids in enumerate(self._ids):
            here, here_start = above + _MISSING, above_start.copy()
            swapped = above[:-1] + apart[:, :, ids]
            better = swapped < here[1:]
            np.copyto(here[1:], swapped, where=better)
            np.copyto(here_start[1:], above_start[:-1], where=better)
            for end in range(1, shape[0]):
                extra = here[end - 1] + _EXTRA
                better = extra < here[end]
                np.copyto(here[end], extra, where=better)
                np.copyto(here_start[end], here_start[end - 1], where=better)
            done = self._lengths == row + 1
            result[:, :, done], result_start[:, :, done] = here[:, :, done], here_start[:, :, done]
            above, above_start = here, here_start
        return result, result_start

    def _distances(self, sentences: Sequence[Syllables], longest: int) -> npt.NDArray[np.float32]:
        apart = np.full((longest, len(sentences), len(self._known)), 2 * _MISSING, np.float32)
        for column, sentence in enumerate(sentences):
            for row, syllable in enumerate(sentence):
                apart[row, column] = self._row(syllable)
        return apart

    def _row(self, syllable: str) -> list[float]:
        return [distance(syllable, known) for known in self._known]


@lru_cache(maxsize=4_000)
def _parts(syllable: str) -> tuple[str, str]:
    """Initial and final; y and w belong to the final (you is iou)."""
    return to_initials(syllable, strict=True), to_finals(syllable, strict=True, v_to_u=False)


@lru_cache(maxsize=4_000)
def _final_cost(a: str, b: str) -> float:
    if a == b:
        return 0.0
    if (a, b) in _CLOSE_FINALS:
        return _CLOSE_FINALS[a, b]
    if a not in _FINALS or b not in _FINALS:
        return 1.0
    kinds = zip((_MEDIALS, _VOWELS, _CODAS), _FINALS[a], _FINALS[b], strict=True)
    return min(1.0, sum(_cost(table, part_a, part_b) for table, part_a, part_b in kinds))


def _table(costs: dict[float, str]) -> dict[tuple[str, str], float]:
    """Both directions of each `a/b`; `-` is nothing in place of a sound."""
    table = {}
    for cost, pairs in costs.items():
        for pair in pairs.split():
            a, b = pair.split("/")
            table[a, b] = table[b, a] = cost
    return table


def _cost(table: dict[tuple[str, str], float], a: str, b: str) -> float:
    return 0.0 if a == b else table.get((a or "-", b or "-"), 1.0)


_INITIALS = _table(_INITIAL_COSTS)
_VOWELS = _table(_VOWEL_COSTS)
_MEDIALS = _table(_MEDIAL_COSTS)
_CODAS = _table({cost: pairs.replace("ng", "N") for cost, pairs in _CODA_COSTS.items()})
_CLOSE_FINALS = _table(_FINAL_COSTS)
