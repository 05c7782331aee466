"""Where an answer may have been heard wrongly, and what else it could be there: for staff who put it right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SURE = 0.85
"""From this confidence on, what other readings have is no reason to doubt; the second transcript always is."""
UNSURE = 0.5
"""Below it the whole answer is doubtful, even where every reading says the same."""
MOST_CHOICES = 9
"""As many as there are keys."""

_MARK = re.compile(r"[\W_]+")
_ENDS = re.compile(r"^[\W_]+|[\W_]+$")
Place = tuple[int, int]


@dataclass(frozen=True)
class Spot:
    """A piece of an answer: certain, or doubtful with what other readings have in its stead."""

    text: str
    doubtful: bool = False
    choices: tuple[str, ...] = ()


def spots(heard: str, careful: str, others: Sequence[str], confidence: float) -> list[Spot]:
    """The answer in pieces, in order; together they are what was heard."""
    doubted = ([careful] if careful else []) + (list(others) if confidence < SURE else [])
    every = [reading for reading in dict.fromkeys((careful, *others)) if reading]
    readings = [reading for reading in dict.fromkeys(doubted) if reading and _bare(reading) != _bare(heard)]
    places = _joined(place for reading in readings for place in _differing(heard, reading))
    if not places and heard and confidence < UNSURE:
        return [Spot(heard, doubtful=True)]
    if not heard and careful:
        return [Spot("", doubtful=True, choices=_choices("", [careful], (0, 0)))]
    found: list[Spot] = []
    at = 0
    for start, end in places:
        if start > at:
            found.append(Spot(heard[at:start]))
        found.append(Spot(heard[start:end], doubtful=True, choices=_choices(heard, every, (start, end))))
        at = end
    return [*found, Spot(heard[at:])] if at < len(heard) else found


def _bare(text: str) -> str:
    return _MARK.sub("", text)


def _matcher(heard: str, reading: str) -> SequenceMatcher[str]:
    return SequenceMatcher(None, heard, reading, autojunk=False)


def _differing(heard: str, reading: str) -> Iterable[Place]:
    """Places of `heard` where the reading has other words; marks of punctuation are no difference."""
    for what, a, b, c, d in _matcher(heard, reading).get_opcodes():
        if what == "equal" or _bare(heard[a:b]) == _bare(reading[c:d]):
            continue
        # what is only said more by the other hangs on the character before it, or on the first
        yield (a, b) if b > a else (max(0, a - 1), max(a, min(1, len(heard))))


def _joined(places: Iterable[Place]) -> list[Place]:
    """Places in order, those that touch as one."""
    found: list[Place] = []
    for start, end in sorted(places):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return [place for place in found if place[1] > place[0]]


def _choices(heard: str, readings: Iterable[str], place: Place) -> tuple[str, ...]:
    """What each reading has at the place, without what stands there already."""
    there = (_ENDS.sub("", _at(heard, reading, place)) for reading in readings)
    own = heard[place[0] : place[1]]
    return tuple(dict.fromkeys(text for text in there if _bare(text) != _bare(own)))[:MOST_CHOICES]


def _at(heard: str, reading: str, place: Place) -> str:
    """The part of the reading that stands where `place` is in `heard`."""
    start, end = place
    begins, ends = 0, len(reading)
    for _, a, b, c, d in _matcher(heard, reading).get_opcodes():
        if a <= start < b or (a == start and c == d):
            begins = c + min(start - a, d - c)
        if a < end <= b:
            ends = d if end == b else c + min(end - a, d - c)
    # an insertion right at the start or end belongs to the place
    for what, a, _, c, d in _matcher(heard, reading).get_opcodes():
        if what == "insert" and a == end:
            ends = d
        if what == "insert" and a == start == 0:
            begins = c
    return reading[begins : max(begins, ends)]
