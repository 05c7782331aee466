"""What is put right at a read-back, heard as one: 不对，我叫王秀珍; 是石桥村; 不是，礼拜六上午九点.

Piece by piece the name is lost behind 不对; that a denial is followed by one of a few things tells where it is.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from itertools import product

from asr_models.recogniser import Place, Row
from ivr.dialogue.steps import Ask, Slot, Wants
from ivr.understanding.choices import of_slot
from ivr.understanding.names_in_order import A_NAME, called
from ivr.understanding.times_in_order import MENDING, day_part_hour

_DENIALS = tuple(f"{word}，" for word in (*MENDING, "不是的", "不是不是"))
"""With a pause: without one 不是礼拜天 rules something out."""
_I_AM_CALLED = ("我叫", "名字是", "名字叫", "我姓", "我名字叫", "我的名字是")
_IT_IS = ("是", "要", "办", "我是")
_WITHOUT_A_LINK = -1.0
_A_TIME, _AN_OPTION = -45.0, -28.0
"""Nats behind the likeliest sounds up to which a time and one of the options are believed."""
_MOST_OPTIONS = 20
"""Of a slot that is listened for: villages are, services have too many names."""


def put_right(ask: Ask, today: date) -> tuple[Row, ...]:
    """Rows for a read-back and for the question what of it was wrong."""
    wanted = {slot.wants for slot in ask.also}
    options = tuple(slot for slot in ask.also if 0 < len(slot.options) <= _MOST_OPTIONS and slot.key != "group")
    denied = ask.slot.wants is Wants.YES_NO
    return _rows(today, denied, (Wants.NAME in wanted, Wants.WHEN in wanted), options)


@lru_cache(maxsize=16)
def _rows(today: date, denied: bool, asked: tuple[bool, bool], options: tuple[Slot, ...]) -> tuple[Row, ...]:
    """`denied`: with 不对 before it; what answers “what is wrong” may do without."""
    named, timed = asked
    found: list[Row] = []
    if named:
        leads = _joined(denied, _I_AM_CALLED)
        found += [Row((leads, *name), A_NAME) for name in called()]
    leads = (*_joined(denied, _IT_IS), *((word, _WITHOUT_A_LINK) for word in _DENIALS))
    if timed:
        day, part, hour = day_part_hour(today)
        found += [Row((leads, *when), _A_TIME) for when in ((day, part, hour), (day, hour), (part, hour))]
    for slot in options:
        words = tuple(dict.fromkeys((phrase.text, 0.0) for phrase in of_slot(slot.options, slot.key).phrases))
        found.append(Row((leads, words), _AN_OPTION))
    return tuple(found)


def _joined(denied: bool, links: tuple[str, ...]) -> Place:
    every = tuple((denial + link, 0.0) for denial, link in product(_DENIALS, links))
    return every if denied else (*every, *((link, 0.0) for link in links))
