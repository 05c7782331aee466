"""Which characters a name is written with, given how it sounds: by how common surnames and given names are."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt
from pypinyin import Style, lazy_pinyin

from asr_models import phonetics
from ivr.understanding import lexicon
from ivr.understanding.sounds import TABLE

SOUND_WEIGHT = 6.5
"""Nats that a wholly different syllable costs."""
_LITERAL, _TONE = 1.2, 0.35
"""Nats for the very character, for its tone: a recogniser writes what it believes."""
_CLASS_WORTH = {3: 3.5, 2: 2.5, 1: 1.5}
_CHARACTER_WORTH = (-1.5, -2.0, -2.7, -3.6)
_RARE_CHARACTER = -5.0
_MOST = 12


@dataclass(frozen=True)
class Written:
    """Characters for some syllables, and how likely these are to be meant (nats, higher is likelier)."""

    text: str
    score: float


class _Shelf:
    """Characters or names of one length with their prior, looked up by sound."""

    def __init__(self, entries: dict[str, float]) -> None:
        self.entries = entries
        self.texts = list(entries)
        self.known = frozenset(entries)
        self.priors = np.array([entries[text] for text in self.texts])
        read = [phonetics.syllables(text) for text in self.texts]
        self._ids = np.array([[TABLE.number(s) for s in syllables] for syllables in read], np.intp)

    def nearest(self, syllables: tuple[str, ...]) -> Iterator[tuple[str, float]]:
        """The likeliest entries for these syllables with prior and sound taken together."""
        costs = np.zeros(len(self.texts))
        for column, syllable in enumerate(syllables):
            number = TABLE.number(syllable)
            costs += TABLE.costs[number][self._ids[:, column]] / 1000
        scores: npt.NDArray[np.float64] = self.priors - SOUND_WEIGHT * costs
        for place in np.argsort(-scores)[:_MOST].tolist():
            yield self.texts[place], float(scores[place])


@cache
def _surnames() -> tuple[_Shelf, _Shelf]:
    single, compound = lexicon.lines("surnames.txt")
    ranked = {name: -1.1 * math.log(rank + 3) for rank, name in reversed(list(enumerate(single)))}
    return _Shelf(ranked), _Shelf(dict.fromkeys(compound.split(), -4.0))


@cache
def _names() -> _Shelf:
    found: dict[str, float] = {}
    for row in lexicon.rows("given_names.tsv"):
        for name in lexicon.words(row["names"]):
            found.setdefault(name, _CLASS_WORTH[int(row["class"])])
    return _Shelf(found)


@cache
def _characters() -> _Shelf:
    found: dict[str, float] = {}
    for worth, line in zip(_CHARACTER_WORTH, lexicon.lines("given_characters.txt"), strict=False):
        for character in line:
            found.setdefault(character, worth)
    return _Shelf(found)


def surname_priors() -> dict[str, float]:
    """Nats of each surname before anything is heard, compound ones too."""
    return {text: prior for shelf in _surnames() for text, prior in shelf.entries.items()}


def common_priors() -> dict[str, float]:
    """The same of given names that many bear, two characters each."""
    return _names().entries


def character_priors() -> dict[str, float]:
    """The same of characters that given names are made of."""
    return _characters().entries


def is_surname(text: str) -> bool:
    return len(text) in (1, 2) and text in _surnames()[len(text) - 1].known


def is_given_character(character: str) -> bool:
    return character in _characters().known


def is_common(given: str) -> bool:
    return given in _names().known


@lru_cache(maxsize=4_000)
def surnames(text: str, syllables: tuple[str, ...]) -> list[Written]:
    """Surnames that sound like this, likeliest first."""
    if not text:
        return []
    shelf = _surnames()[len(syllables) - 1]
    return _ranked(text, shelf.nearest(syllables))


@lru_cache(maxsize=4_000)
def given_names(text: str, syllables: tuple[str, ...]) -> list[Written]:
    """Given names of one or two characters that sound like this, likeliest first."""
    if not text:
        return []
    singles = [_singles(character, syllable) for character, syllable in zip(text, syllables, strict=True)]
    found = {written.text: written.score for written in singles[0]}
    if len(syllables) == 2:
        found = {a.text + b.text: a.score + b.score for a in singles[0] for b in singles[1]}
        for written in _ranked(text, _names().nearest(syllables)):
            found[written.text] = max(written.score, found.get(written.text, -math.inf))
    return sorted((Written(name, score) for name, score in found.items()), key=lambda one: -one.score)[:_MOST]


def _singles(character: str, syllable: str) -> list[Written]:
    found = _ranked(character, _characters().nearest((syllable,)))[:6]
    if not is_given_character(character):
        found.append(Written(character, _RARE_CHARACTER + _LITERAL + _TONE))
    return found


def _ranked(text: str, entries: Iterator[tuple[str, float]]) -> list[Written]:
    tones = _tones(text)
    found = []
    for entry, score in entries:
        literal = sum(a == b for a, b in zip(entry, text, strict=True))
        toned = sum(a == b for a, b in zip(_tones(entry), tones, strict=True))
        found.append(Written(entry, score + _LITERAL * literal + _TONE * toned))
    return sorted(found, key=lambda one: -one.score)


@lru_cache(maxsize=4_000)
def _tones(text: str) -> tuple[str, ...]:
    return tuple(syllable[-1] for syllable in lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True))
