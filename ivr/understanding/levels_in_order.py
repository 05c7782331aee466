"""How content somebody was, heard as one: 我觉得太差了, 满意吧.

A level of two syllables is lost in what is written of it (满意 as 麻烦); that one of a few dozen was said, with
little before and behind it, tells which.
"""

from __future__ import annotations

import math
from functools import cache

from asr_models.recogniser import Row
from ivr.understanding import lexicon
from ivr.understanding.words_in_order import Limits, one_of

_SHORT = 2
_LIMITS = Limits(believed=-14.0, short=_SHORT, short_believed=-8.0, around=6.0)
"""Two syllables alone are like 喂喂 and 嗯嗯; 不太 before 满意 is more than may be around it."""
_LEADS = ("我觉得", "觉得", "我", "都", "也", "就是", "反正", "那", "算是", "还是")
_TAILS = ("吧", "的", "了", "啊", "嘛", "哦", "呢", "咯")
_WRITTEN = frozenset(("极不满意",))
"""Never said, but like 基本满意."""


@cache
def levels() -> tuple[Row, ...]:
    """Every word for a level; the first of each are said most, the rest by Zipf's law."""
    found: dict[str, float] = {}
    for row in lexicon.rows("ratings.tsv"):
        several = (word for word in lexicon.words(row["phrases"]) if len(word) >= _SHORT and word not in _WRITTEN)
        for place, word in enumerate(several, start=1):
            found.setdefault(word, -math.log(place))
    return one_of(tuple(found.items()), _LEADS, _TAILS, _LIMITS)
