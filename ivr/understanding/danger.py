"""Danger in any answer: fire, a landslide, somebody ill or beaten, heard in time and with few false alarms."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ivr.understanding.candidates import Candidate, best_of_each
from ivr.understanding.choices import Phrasing, of_table
from ivr.understanding.rescoring import Score
from ivr.understanding.sounds import Heard

_TYPED = (0.0, 0.0, 0.0, 0.06, 0.08)
_SPOKEN = (0.0, 0.0, 0.04, 0.1, 0.085, 0.07)
_BY_SOUND = 0.045
"""Cost per syllable up to which the sound of three or more syllables is believed without asking the audio."""
_NATS = -3.0
"""How far below the sentence as heard one with the danger in it may lie to be believed."""
_MOST_SCORED = 4
_NEAR = 2
"""Characters between a danger and the words that take it back."""
_NOT_NOW = re.compile(r"(?:去年|前年|以前|上次|上回|早几年|那年|从前|前几年|前段时间|演习|讲座|宣传|保险)")
_NOT_AT_ALL = re.compile(r"(?:没有?|冇|未|防|怕|不会|不得|防止|避免|预防|小心)$")
_LOOK_BACK = 8
_NEVER_MIND_CONTEXT = frozenset(("suicide",))
_FIRST = ("suicide", "fire", "landslide", "violence", "ill", "water", "electric", "collapse", "other")
"""Which of several kinds is named: the one whose number must be rung."""


def danger(heard: Heard, score: Score | None = None, *, telling: bool = True) -> str:
    """The kind of danger told of ("fire", "ill", …); empty if there is none.

    `telling` says that the question lets people tell something. A name or a village of two or three spoken
    syllables sounds like many things: there only the very words of a longer phrase are believed.
    """
    limits = _SPOKEN if heard.spoken else _TYPED
    taken_back = _phrasing("unless").find(heard, limits)
    found = [one for one in _phrasing("phrases").find(heard, limits) if not _void(one, taken_back, heard)]
    if heard.spoken and not telling:
        found = [one for one in found if len(one.text) > 2 and one.reading == 0 and one.literal(heard)]
    kinds = {str(one.value) for one in found if _believable(one, found, heard)}
    if not kinds and heard.spoken and telling and score is not None:
        kinds = _borne_out(found, heard, score)
    return next((kind for kind in _FIRST if kind in kinds), "")


def _believable(one: Candidate, every: Sequence[Candidate], heard: Heard) -> bool:
    """Whether the words alone are enough: typed as such, heard in two readings, or three of them in the best one.

    Two syllables (打架) sound like a piece of much else. Three that only a worse reading has are believed as well:
    to ask the audio about them first lost 9 of 24 dangers on a hard line (docs/evaluation.md).
    """
    if not heard.spoken:
        return one.literal(heard)
    if len(one.text) > 2 and one.cost <= _BY_SOUND:
        return True
    best = one.reading == 0 and one.literal(heard) and len(one.text) > 2
    return one.cost == 0.0 and (best or len(_alternatives(one, every, heard)) > 1)


def _alternatives(one: Candidate, every: Sequence[Candidate], heard: Heard) -> set[float]:
    """The places in the n-best where the very phrase was heard; readings of one place differ in digits only."""
    return {
        heard.readings[other.reading].doubt for other in every if other.text == one.text and other.literal(heard)
    }


def _borne_out(found: Sequence[Candidate], heard: Heard, score: Score) -> set[str]:
    """Kinds of danger that the audio fits about as well as what was heard."""
    likeliest = best_of_each(one for one in found if one.worth > 0 and len(one.text) > 2)[:_MOST_SCORED]
    if not likeliest:
        return set()
    scores = score([*heard.as_heard, *(one.sentence(heard) for one in likeliest)])
    as_heard, with_danger = max(scores[: len(heard.as_heard)]), scores[len(heard.as_heard) :]
    return {str(one.value) for one, nats in zip(likeliest, with_danger, strict=True) if nats - as_heard >= _NATS}


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
