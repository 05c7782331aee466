"""That there is nothing else, heard as one: 没有别的事了, 没有了，谢谢你.

It is what most people say when they are asked, and 人要死了 is near it on a bad line.
"""

from __future__ import annotations

from functools import cache

from asr_models.recogniser import Place, Row
from ivr.understanding import lexicon

_BELIEVED, _SHORT_BELIEVED = -14.0, -7.0
"""Nats behind the likeliest sounds up to which it is believed; two or three syllables alone are in much else."""
_AROUND = 5.0
"""Nats that may be before and behind it."""
_SHORT = 3
_LEADS = ("好", "哦", "那", "那就")
_TAILS = ("啊", "咧", "咯", "了", "谢谢", "谢谢你", "好")


@cache
def no_more() -> tuple[Row, ...]:
    """The words alone, with 好 before them, with thanks behind them."""
    row = next(row for row in lexicon.rows("errands.tsv") if row["errand"] == "nothing")
    said = tuple((word, 0.0) for word in lexicon.words(row["strong"]) if len(word) > 1)
    short = tuple(one for one in said if len(one[0]) <= _SHORT)
    long = tuple(one for one in said if len(one[0]) > _SHORT)
    leads, tails = (tuple((word, 0.0) for word in words) for words in (_LEADS, _TAILS))
    ways: tuple[tuple[Place, ...], ...] = ((long,), (leads, said), (said, tails))
    return (Row((short,), _SHORT_BELIEVED, _AROUND), *(Row(places, _BELIEVED, _AROUND) for places in ways))
