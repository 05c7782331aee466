"""How content somebody was, heard as one: 我觉得太差了, 满意吧.

A level of two syllables is lost in what is written of it (满意 as 麻烦); that one of a few dozen was said, with$
little before and behind it, tells which.
"""

from __future__ import annotations

import math
from functools import cache

from asr_models.recogniser import Place, Row
from ivr.understanding import lexicon

_BELIEVED, _SHORT_BELIEVED = -14.0, -8.0
"""Nats behind the likeliest sounds up to which a level is believed; two syllables alone are like 喂喂 and 嗯嗯."""
_AROUND = 6.0
"""Nats that may be before and behind it: 不太 before 满意 is more."""
_LEADS = ("我觉得", "觉得", "我", "都", "也", "就是", "反正", "那", "算是", "还是")
_TAILS = ("吧", "的", "了", "啊", "嘛", "哦", "呢", "咯")
_SHORT = 2
_WRITTEN = frozenset(("极不满意",))
"""Never said, but like 基本满意."""


@cache
def levels() -> tuple[Row, ...]:
    """A level alone, with something before it, with a particle behind it, with both."""
    said = _said()
    short = tuple(one for one in said if len(one[0]) == _SHORT)
    long = tuple(one for one in said if len(one[0]) > _SHORT)
    leads, tails = (tuple((word, 0.0) for word in words) for words in (_LEADS, _TAILS))
    ways: tuple[tuple[Place, ...], ...] = ((long,), (leads, said), (said, tails), (leads, said, tails))
    return (Row((short,), _SHORT_BELIEVED, _AROUND), *(Row(places, _BELIEVED, _AROUND) for places in ways))


def _said() -> Place:
    """Every word for a level; the first of each are said most, the rest by Zipf's law."""
    found: dict[str, float] = {}
    for row in lexicon.rows("ratings.tsv"):
        several = (word for word in lexicon.words(row["phrases"]) if len(word) >= _SHORT and word not in _WRITTEN)
        for place, word in enumerate(several, start=1):
            found.setdefault(word, -math.log(place))
    return tuple(found.items())
