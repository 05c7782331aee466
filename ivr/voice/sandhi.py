"""How tones change in company: 一, 不, and third tones before third tones.

Syllables are pinyin with a tone digit (`ni3`); characters run beside them one to one (a 儿 taken into the
syllable before is `r`). Rules as in Chao Yuen Ren, *A Grammar of Spoken Chinese* (1968), 1.3.3; third tones
change within a foot of two or three, as in slow careful speech.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

_DIGITS = "零〇一二两三四五六七八九"
_ONE_STAYS_AFTER = frozenset(_DIGITS + "第初十百千万拜期周")
_COUNTED = frozenset("个次年天步件条张样户家")
"""一个一个 counts; 看一看 tries."""
_ONE_STAYS_BEFORE = frozenset(_DIGITS + "十月号组楼村级")


def change_tones(words: Sequence[str], syllables: Sequence[str]) -> list[str]:
    """The syllables as spoken; `words` cut the same text, one character to a syllable."""
    said = list(syllables)
    text = "".join(words)
    final_one = _ends(words)
    for at, character in enumerate(text):
        if character == "一" and said[at] == "yi1" and at not in final_one:
            said[at] = _one(text, said, at)
        elif character == "不" and said[at].startswith("bu") and said[at] != "bu5":
            said[at] = _not(text, said, at)
    _third_tones(words, said)
    return said


def _ends(words: Sequence[str]) -> set[int]:
    """Where a word of several characters ends in 一 (统一, 唯一, 万一): it keeps its tone there."""
    at, ends = 0, set()
    for word in words:
        at += len(word)
        if len(word) > 1 and word.endswith("一"):
            ends.add(at - 1)
    return ends


def _one(text: str, said: list[str], at: int) -> str:
    if at + 1 == len(text) or text[at + 1] in _ONE_STAYS_BEFORE:
        return "yi1"
    if at and text[at - 1] in _ONE_STAYS_AFTER:
        return "yi1"
    if at and text[at - 1] == text[at + 1] and text[at + 1] not in _COUNTED:
        return "yi5"
    return "yi2" if text[at + 1] == "个" or said[at + 1][-1] == "4" else "yi4"


def _not(text: str, said: list[str], at: int) -> str:
    if at + 1 == len(text):
        return "bu4"
    if at and text[at - 1] == text[at + 1]:
        return "bu5"
    return "bu2" if said[at + 1].endswith("4") else "bu4"


def _feet(words: Sequence[str]) -> list[range]:
    """Where the feet lie: words, long ones cut in twos, single characters paired from the left."""
    feet: list[range] = []
    at, alone = 0, False
    for word in words:
        end = at + len(word)
        if alone and len(word) == 1:
            feet[-1] = range(feet[-1].start, end)
            alone = False
        else:
            feet += _cut(at, end)
            alone = len(word) == 1
        at = end
    return feet


def _cut(start: int, end: int) -> list[range]:
    """A foot of two or three, or several of two with the last taking what is over."""
    if end - start <= 3:
        return [range(start, end)]
    return [range(start, start + 2), *_cut(start + 2, end)]


def _third_tones(words: Sequence[str], said: list[str]) -> None:
    written = list(said)
    for foot in _feet(words):
        for at in foot[:-1]:
            if _third(written[at]) and _third(written[at + 1]):
                said[at] = _rise(said[at])
    at = 0
    for left, right in pairwise(words):
        at += len(left)
        if 1 in (len(left), len(right)) and _third(said[at - 1]) and _third(said[at]):
            said[at - 1] = _rise(said[at - 1])


def _third(syllable: str) -> bool:
    return syllable.endswith("3")


def _rise(syllable: str) -> str:
    return syllable.replace("3", "2")
