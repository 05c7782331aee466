"""Answers that are built in a known order, for a recogniser to hear as one: telephone numbers, names and times."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from functools import cache

from asr_models.recogniser import Row
from ivr.dialogue.steps import Ask, Wants
from ivr.understanding import lexicon, name_book
from ivr.understanding.numbers import groups_named, most_groups
from ivr.understanding.times_in_order import times

Place = tuple[tuple[str, float], ...]
"""Words that may stand here, each with its log-probability."""

_FIGURES = ("零洞", "幺一", "二两", "三", "四", "五", "六", "七拐", "八", "九勾")
_MOBILE = 11
_CODE = 6
_SECOND_FIGURES = range(3, 10)
_MENDING = ("不对", "不对不对", "错了", "讲错了", "说错了", "不是", "搞错了", "错哒")
_MENDED = (4, 3, _MOBILE)
"""So many of the last figures are said anew."""
_SELDOM_MENDED = -3.0
_A_NUMBER, _A_NAME, _A_CODE, _A_GROUP = -60.0, -45.0, -35.0, -10.0
_LEADS = ("我叫", "我是", "我姓", "叫", "我名字叫", "名字叫", "我的名字是", "免贵姓", "本人", "是", "姓")
_FROM_THE_LIST, _FREE, _SINGLE = 0.6, 0.3, 0.1
"""Shares of given names: known ones, any two usual characters, one character."""


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
    if slot.wants is Wants.NUMBER and slot.key == "code":
        return codes()
    if slot.wants is Wants.NUMBER and slot.key != "group":
        return mobile_numbers()
    return ()


@cache
def groups(most: int) -> tuple[Row, ...]:
    """三组, 第三组, anywhere in what is said."""
    named = tuple((before + group, 0.0) for group in groups_named(most) for before in ("", "第"))
    return (Row((named,), _A_GROUP, spotted=True),)


@cache
def mobile_numbers() -> tuple[Row, ...]:
    """Eleven figures, the first a one, the second 3 to 9; and with the last ones taken back and said anew."""
    whole = _figures(_MOBILE)
    marks = tuple((word, _SELDOM_MENDED) for word in _MENDING)
    mended = [Row((*whole, marks, *_figures(again)), _A_NUMBER) for again in _MENDED]
    return (Row(whole, _A_NUMBER), *mended)


@cache
def codes() -> tuple[Row, ...]:
    """The six figures of a case or an appointment."""
    return (Row(_figures(_CODE), _A_CODE),)


def _figures(number: int) -> tuple[Place, ...]:
    begins: tuple[Sequence[int], ...] = ((1,), _SECOND_FIGURES) if number == _MOBILE else ()
    every = [begins[place] if place < len(begins) else range(10) for place in range(number)]
    return tuple(tuple((word, 0.0) for figure in figures for word in _FIGURES[figure]) for figures in every)


@cache
def names() -> tuple[Row, ...]:
    """A surname and a given name, with 我叫 before it or not; and with the surname spelled: 李长生，木子李."""
    surnames = _place(name_book.surname_priors())
    known, characters = name_book.common_priors(), name_book.character_priors()
    given = (
        (_place(known, _FROM_THE_LIST),),
        (_place(characters, _FREE), _place(characters)),
        (_place(characters, _SINGLE),),
    )
    leads = _place(dict.fromkeys(_LEADS, 0.0))
    bare = [Row((surnames, *parts), _A_NAME) for parts in given]
    behind, before = _spelled(name_book.surname_priors())
    spelled = [places for parts in given[:2] for places in ((surnames, *parts, behind), (before, *parts))]
    return (
        *bare,
        *(Row((leads, *row.places), _A_NAME) for row in bare),
        *(Row(places, _A_NAME) for places in spelled),
        *(Row((leads, *places), _A_NAME) for places in spelled if before in places),
    )


def _spelled(priors: dict[str, float]) -> tuple[Place, Place]:
    """How surnames are spelled: 木子李 behind the name; and 李，木子李，李 before the given name."""
    told = [
        (row["surname"], way)
        for row in lexicon.rows("surname_spellings.tsv")
        for way in lexicon.words(row["phrases"])
        if row["surname"] in priors
    ]
    behind = {f"，{way}": priors[surname] for surname, way in told}
    return _place(behind), _place({f"{surname}，{way}，{surname}": priors[surname] for surname, way in told})


def _place(priors: dict[str, float], share: float = 1.0) -> Place:
    """Nats made probabilities that add up to the share."""
    every = math.log(sum(map(math.exp, priors.values())))
    return tuple((text, prior - every + math.log(share)) for text, prior in priors.items())
