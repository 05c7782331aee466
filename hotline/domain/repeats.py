"""Which cases may tell of the same fact: by words, by sound and by place. A person decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from rapidfuzz import fuzz

from hotline.domain.case_life import OPEN
from hotline.domain.grievances import Grievance

WITHIN = timedelta(days=14)
LEAST = 0.55
"""Likeness from which a case is suggested: chosen on the pairs of tests/cases/test_repeats.py."""
MOST = 10
MOST_COMPARED = 200
"""Cases before it, and as many after it, that one is held against: two weeks of a village, and more."""
_LONGEST = 400
"""Characters of a story that are compared."""
_NOT_TELLING = re.compile(r"[\W_]+")

Sounds = Callable[[str], Sequence[str]]
"""A text as the sounds it is made of, those merged that the town does not keep apart."""


@dataclass(frozen=True)
class Repeat:
    """A case that may tell of the same fact, and how like it is: each between 0 and 1."""

    code: str
    likeness: float
    words: float
    sound: float
    place: float


def repeats_of(case: Grievance, others: Iterable[Grievance], sounds: Sounds) -> list[Repeat]:
    """Cases under way, told within two weeks of this one, that may be the same fact; the likest first."""
    once = cache(sounds)
    compared = [compare(case, other, once) for other in others if _comparable(case, other)]
    found = [repeat for repeat in compared if repeat.likeness >= LEAST]
    return sorted(found, key=lambda repeat: -repeat.likeness)[:MOST]


def _comparable(case: Grievance, other: Grievance) -> bool:
    return (
        other.code != case.code
        and other.status in OPEN
        and other.confidential == case.confidential
        and abs(other.created_at - case.created_at) <= WITHIN
    )


def compare(case: Grievance, other: Grievance, sounds: Sounds) -> Repeat:
    """How like two cases are. In two villages it is two facts; two topics speak against one, and no more."""
    mine, theirs = _plain(case.story), _plain(other.story)
    words = _alike(mine, theirs)
    sound = _alike(sounds(mine), sounds(theirs))
    place = _place(case, other)
    same_topic = 0.2 if case.topic == other.topic else 0.05
    likeness = 0.45 * max(words, sound) + 0.35 * place + same_topic if place else 0.0
    return Repeat(other.code, round(likeness, 3), round(words, 3), round(sound, 3), round(place, 3))


def _plain(story: str) -> str:
    return _NOT_TELLING.sub("", story)[:_LONGEST]


def _alike(a: Sequence[str], b: Sequence[str]) -> float:
    """1 for the same; what one says and the other leaves out counts against them by a part only."""
    if not a or not b:
        return 0.0
    return max(fuzz.ratio(a, b), 0.9 * fuzz.partial_ratio(a, b) if min(len(a), len(b)) >= 4 else 0.0) / 100


def _place(case: Grievance, other: Grievance) -> float:
    if case.village and other.village and case.village != other.village:
        return 0.0
    known = 1.0 if case.village == other.village and case.village else 0.5
    if case.group and other.group:
        return known if case.group == other.group else 0.3 * known
    if case.where and other.where:
        return known * (0.5 + 0.5 * _alike(_plain(case.where), _plain(other.where)))
    return 0.7 * known
