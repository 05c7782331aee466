"""Answers that are built in a known order, for a recogniser to hear as one: telephone numbers, names and times."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import product

from asr_models.recogniser import Place, Row
from hotline.domain.numbers import mobile_blocks
from ivr.dialogue.steps import Ask, Wants
from ivr.understanding.levels_in_order import levels
from ivr.understanding.names_in_order import names
from ivr.understanding.no_more_in_order import no_more
from ivr.understanding.numbers import groups_named, most_groups
from ivr.understanding.put_right_in_order import put_right
from ivr.understanding.times_in_order import MENDING, times

_FIGURES = ("零洞", "幺一", "二两", "三", "四", "五", "六", "七拐", "八", "九勾")
_MOBILE = 11
_CODE = 6
_BLOCK = 3
_USUAL_BLOCKS, _NEWER_BLOCKS = "358", "79"
"""Second figures of the blocks most people have, and of those that came later; the rest are for data."""
_NEWER, _SELDOM = -1.0, -2.0
_BEFORE_A_NUMBER = ("是", "就是", "号码是", "电话是", "等一下")
_MENDED = (4, 3)
"""So many of the last figures are said anew; or all of them."""
_SELDOM_MENDED = -3.0
_A_NUMBER, _A_CODE, _A_GROUP = -60.0, -35.0, -10.0


def rows_of(ask: Ask, today: date) -> tuple[Row, ...]:
    """The ways this question is answered word by word, and what is listened for besides; none for most."""
    slot = ask.slot
    if slot.wants is Wants.WHEN:
        return times(today, slot.options)
    group = next((one for one in (slot, *ask.also) if one.key == "group"), None)
    if group is not None and slot.wants is Wants.WORDS:
        return groups(most_groups(group))
    if slot.wants is Wants.NAME:
        return names()
    if slot.wants is Wants.RATING:
        return levels()
    if slot.wants is Wants.OPEN:
        return no_more()
    if slot.wants is Wants.NUMBER and slot.key == "code":
        return codes()
    if slot.wants is Wants.NUMBER and slot.key != "group":
        return mobile_numbers()
    return put_right(ask, today) if slot.key == "confirm" else ()


@cache
def groups(most: int) -> tuple[Row, ...]:
    """三组, 第三组, anywhere in what is said."""
    named = tuple((before + group, 0.0) for group in groups_named(most) for before in ("", "第"))
    return (Row((named,), _A_GROUP, spotted=True),)


@cache
def mobile_numbers() -> tuple[Row, ...]:
    """Eleven figures in a block that is handed out, 是 before them or not; and the last ones said anew."""
    whole = (_blocks(), *_figures(_MOBILE - _BLOCK))
    marks = tuple((word, _SELDOM_MENDED) for word in MENDING)
    again = (*map(_figures, _MENDED), whole)
    mended = [Row((*whole, marks, *anew), _A_NUMBER) for anew in again]
    leads = tuple((word, 0.0) for word in _BEFORE_A_NUMBER)
    return (Row(whole, _A_NUMBER), Row((leads, *whole), _A_NUMBER), *mended)


def _blocks() -> Place:
    """幺三八 and the like, in every way to say them."""
    found = []
    for block in mobile_blocks():
        cost = 0.0 if block[1] in _USUAL_BLOCKS else _NEWER if block[1] in _NEWER_BLOCKS else _SELDOM
        found += [("".join(said), cost) for said in product(*(_FIGURES[int(figure)] for figure in block))]
    return tuple(found)


@cache
def codes() -> tuple[Row, ...]:
    """The six figures of a case or an appointment."""
    return (Row(_figures(_CODE), _A_CODE),)


def _figures(number: int) -> tuple[Place, ...]:
    return (tuple((word, 0.0) for words in _FIGURES for word in words),) * number
