"""A name heard as one: a surname and a given name, with what leads to it, and with the surname spelled."""

from __future__ import annotations

import math
from functools import cache

from asr_models.recogniser import Place, Row
from ivr.understanding import lexicon, name_book

A_NAME = -45.0
"""Nats behind the likeliest sounds up to which a name is believed."""
_LEADS = ("我叫", "我是", "我姓", "叫", "我名字叫", "名字叫", "我的名字是", "免贵姓", "本人", "是", "姓")
_FROM_THE_LIST, _FREE, _SINGLE = 0.6, 0.3, 0.1
"""Shares of given names: known ones, any two usual characters, one character."""


@cache
def called() -> tuple[tuple[Place, ...], ...]:
    """A surname and a given name: a known one, any two usual characters, one character."""
    surnames = _place(name_book.surname_priors())
    known, characters = name_book.common_priors(), name_book.character_priors()
    given = (
        (_place(known, _FROM_THE_LIST),),
        (_place(characters, _FREE), _place(characters)),
        (_place(characters, _SINGLE),),
    )
    return tuple((surnames, *parts) for parts in given)


@cache
def names() -> tuple[Row, ...]:
    """A surname and a given name, with 我叫 before it or not; and with the surname spelled: 李长生，木子李."""
    leads = _place(dict.fromkeys(_LEADS, 0.0))
    behind, before = _spelled(name_book.surname_priors())
    spelled = [places for one in called()[:2] for places in ((*one, behind), (before, *one[1:]))]
    return (
        *(Row(places, A_NAME) for places in called()),
        *(Row((leads, *places), A_NAME) for places in called()),
        *(Row(places, A_NAME) for places in spelled),
        *(Row((leads, *places), A_NAME) for places in spelled if before in places),
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
