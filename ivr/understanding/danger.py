"""Danger in any answer: fire, a landslide, somebody ill or beaten, heard in time and with few false alarms."""

from __future__ import annotations

import re
from collections import Counter

from ivr.understanding.candidates import Candidate
from ivr.understanding.choices import Phrasing, of_table
from ivr.understanding.sounds import Heard

_TYPED = (0.0, 0.0, 0.0, 0.06, 0.08)
_SPOKEN = (0.0, 0.0, 0.04, 0.1, 0.15, 0.18)
_NEAR = 2
"""Characters between a danger and the words that take it back."""
_NOT_NOW = re.compile(r"(?:去年|前年|以前|上次|上回|早几年|那年|从前|前几年|前段时间|演习|讲座|宣传|保险)")
_NOT_AT_ALL = re.compile(r"(?:没有?|冇|未|防|怕|不会|不得|防止|避免|预防|小心)$")
_LOOK_BACK = 8
_NEVER_MIND_CONTEXT = frozenset(("suicide",))
_FIRST = ("suicide", "fire", "landslide", "violence", "ill", "water", "electric", "collapse")
"""Which of several kinds is named: the one whose number must be rung."""


def danger(heard: Heard) -> str:
    """The kind of danger told of ("fire", "ill", …); empty if there is none."""
    found = _phrasing("phrases").find(heard, _SPOKEN if heard.spoken else _TYPED)
    taken_back = _phrasing("unless").find(heard, _SPOKEN if heard.spoken else _TYPED)
    real = [one for one in found if one.worth > 0 and not _void(one, taken_back, heard)]
    real = [one for one in real if _believable(one, real, heard)]
    kinds = {str(one.value) for one in real}
    return next((kind for kind in _FIRST if kind in kinds), "")


def _phrasing(column: str) -> Phrasing:
    return of_table("danger.tsv", "kind", column)


def _void(one: Candidate, taken_back: list[Candidate], heard: Heard) -> bool:
    said = heard.readings[one.reading].text
    if any(_beside(one, other) for other in taken_back):
        return True
    if one.value in _NEVER_MIND_CONTEXT:
        return _NOT_AT_ALL.search(said[max(0, one.start - 3) : one.start]) is not None
    before = said[max(0, one.start - _LOOK_BACK) : one.start]
    return _NOT_NOW.search(before) is not None or _NOT_AT_ALL.search(before[-3:]) is not None


def _beside(one: Candidate, other: Candidate) -> bool:
    same = one.reading == other.reading and one.value == other.value
    return same and other.start - _NEAR <= one.end and one.start <= other.end + _NEAR


def _believable(one: Candidate, every: list[Candidate], heard: Heard) -> bool:
    """Two syllables sound like many things: the very characters, or the sound in two readings, must be there."""
    if not heard.spoken or len(one.text) > 2 or one.literal(heard):
        return True
    heard_in = Counter(other.value for other in every if other.text == one.text and other.cost == 0.0)
    return heard_in[one.value] >= 2
