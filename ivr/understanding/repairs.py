"""讲错了, 不对: what was said before it is taken back, as far as something else is put in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from hotline.domain.wishes import Wish
from ivr.understanding.candidates import Candidate
from ivr.understanding.choices import Phrasing
from ivr.understanding.lexicon import Phrase
from ivr.understanding.sounds import Heard

_TYPED = (0.0,)
_SPOKEN = (0.0, 0.0, 0.08, 0.24)
_WORDS = ("讲错了", "说错了", "搞错了", "错了", "讲错哒", "搞错哒", "不对", "不是")


def repaired(found: Sequence[Candidate], heard: Heard) -> list[Candidate]:
    """Candidates for a time without those taken back in their reading; a new hour keeps the day before it."""
    kept = list(found)
    for mark in marks(heard):
        own = [one for one in kept if one.reading == mark.reading]
        before = [one for one in own if one.end <= mark.start]
        after = [one for one in own if one.start >= mark.end]
        if before and after:
            first = max(before, key=lambda one: one.worth)
            kept = [one for one in kept if one.reading != mark.reading or one in after]
            kept = [_with_day(one, first) if one in after else one for one in kept]
    return kept


def _with_day(one: Candidate, before: Candidate) -> Candidate:
    new, old = Wish.parse(str(one.value)), Wish.parse(str(before.value))
    return one if new.day or not old.day else replace(one, value=str(old.refined_by(new)))


def marks(heard: Heard) -> list[Candidate]:
    """Where something said before is taken back."""
    return _marks().find(heard, _SPOKEN if heard.spoken else _TYPED)


@cache
def _marks() -> Phrasing:
    return Phrasing([Phrase(word, "repair") for word in _WORDS])
