"""第一个, 前面那个, 后头那个: an answer by its place among what was offered."""

from __future__ import annotations

from functools import cache

from ivr.understanding.answer import Setting
from ivr.understanding.candidates import Candidate, weigh
from ivr.understanding.choices import Phrasing
from ivr.understanding.closed import left_over
from ivr.understanding.lexicon import Phrase
from ivr.understanding.sounds import Heard

_TYPED = (0.0, 0.0, 0.0, 0.08)
_SPOKEN = (0.0, 0.02, 0.2, 0.3)
_FIRST = (
    "前面那个",
    "前面的",
    "前头那个",
    "头一个",
    "早的那个",
    "早一点的",
    "早点的",
    "前一个",
    "先头那个",
    "上面那个",
)
_LAST = ("后面那个", "后面的", "后头那个", "后一个", "最后一个", "晚的那个", "晚一点的", "晚点的", "下面那个")
_NUMERALS = "一二三四五"


def ordinal(heard: Heard, setting: Setting) -> str:
    """The value offered at the place that was named; empty if none was."""
    keys = sorted(key for key in setting.keys if key.isdecimal() and key not in "09")
    if not keys or len(heard.best) > 10:
        return ""
    found = [
        one for one in _phrasing().find(heard, _SPOKEN if heard.spoken else _TYPED) if _names_a_place(one, heard)
    ]
    verdict = weigh(sorted(found, key=lambda one: -one.worth))
    if verdict.value is None:
        return ""
    place = len(keys) - 1 if verdict.value == "last" else int(str(verdict.value))
    return setting.keys[keys[place]] if place < len(keys) else ""


def _names_a_place(one: Candidate, heard: Heard) -> bool:
    """A bare 一 is a place only where it is all that was said: 坏了一个月, 快一点, 咿呀 name none."""
    return one.text not in _NUMERALS or (one.literal(heard) and left_over(heard.readings[one.reading], one) <= 0)


@cache
def _phrasing() -> Phrasing:
    phrases = [Phrase(word, "0") for word in _FIRST] + [Phrase(word, "last") for word in _LAST]
    for place, numeral in enumerate(_NUMERALS):
        phrases += [
            Phrase(said, str(place))
            for said in (f"第{numeral}个", f"{numeral}号", f"按{numeral}", f"选{numeral}", numeral)
        ]
    return Phrasing(phrases)
