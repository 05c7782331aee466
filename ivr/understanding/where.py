"""Where something is, in the resident's own words: 三组, 村小学旁边, 桥头."""

from __future__ import annotations

import re

from ivr.understanding import lexicon
from ivr.understanding.sounds import Heard
from ivr.understanding.written import plain

_BESIDE = (
    "旁边|边上|边子|附近|门口|对面|后头|后面|背后|前头|前面|路口|桥头|桥边|隔壁|屋后|屋前|"
    "口子上|拐弯处|转弯处|底下|上头"
)
_SPOT = re.compile(rf"(?:在|就在|是|靠近|挨着|到)?((?:[^，。,.!?！？\s的是在我们]{{1,8}}的?)(?:{_BESIDE}))")
_AT = re.compile(
    r"(?:就在|在|位置是|地点是|靠近|挨着)([^，。,.!?！？\s]{1,8}?(?:里头|里面|边上|旁边|[边头口旁处上下]))"
)
_MARKS = "，。,.!?！？；; "
_EDGE_WORDS = re.compile(
    r"^(?:就是|就在|是在|在|是|那个|呃|嗯|我们|我屋里|我家|我们这里)+|(?:那里|这里|啊|呀|咯|吧|的|咧|呢)+$"
)


def told(text: str) -> str:
    """The place as answered to 在哪里: the words without what only carries them."""
    said = plain(text).strip(_MARKS)
    short = _EDGE_WORDS.sub("", said).strip(_MARKS)
    return short if len(short) >= 2 else said


def mentioned(heard: Heard, text: str) -> str:
    """A place told of in passing; empty if there is none, and for speech, where only its sound is known."""
    if heard.spoken:
        return ""
    found = _SPOT.search(plain(text)) or _AT.search(plain(text))
    return told(found[1]) if found else ""


def hints_at_home(heard: Heard) -> bool:
    """走不动 and the like: somebody should come to the house."""
    hints = [
        word
        for row in lexicon.rows("places.tsv")
        if row["place"] == "home"
        for word in lexicon.words(row["hints"])
    ]
    return any(hint in reading.text for reading in heard.readings for hint in hints)
