"""That there is nothing else, heard as one: 没有别的事了, 没有了，谢谢你.

It is what most people say when they are asked, and 人要死了 is near it on a bad line.
"""

from __future__ import annotations

from functools import cache

from asr_models.recogniser import Row
from ivr.understanding import lexicon
from ivr.understanding.words_in_order import Limits, one_of

_LIMITS = Limits(believed=-14.0, short=3, short_believed=-7.0, around=5.0)
"""Two or three syllables alone are in much else."""
_LEADS = ("好", "哦", "那", "那就")
_TAILS = ("啊", "咧", "咯", "了", "谢谢", "谢谢你", "好")


@cache
def no_more() -> tuple[Row, ...]:
    """The words alone, with 好 before them, with thanks behind them."""
    row = next(row for row in lexicon.rows("errands.tsv") if row["errand"] == "nothing")
    said = tuple((word, 0.0) for word in lexicon.words(row["strong"]) if len(word) > 1)
    return one_of(said, _LEADS, _TAILS, _LIMITS)
