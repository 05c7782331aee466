"""How Chinese words are typed by sound: 医保 by yibao, 王桂花 by wangguihua or wgh.

The words of an index are plain ASCII (`s` and a syllable), so that no tokeniser makes something else of them.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from pypinyin import lazy_pinyin

SYLLABLES = Path(__file__).parent.parent / "data" / "pinyin" / "syllables.txt"
LONGEST = 2000
"""Characters of one text that can be found."""
LONGEST_QUERY = 40
MOST_READINGS = 8
"""Ways in which letters may be cut into syllables (xian: 先, 西安)."""
_HAN = re.compile(r"[㐀-鿿]+")
_BREAK = "s0"
"""Between two texts, that nothing is found across the end of one."""


def sound_words(*texts: str) -> str:
    """The words by which some texts are found by sound."""
    told = (_syllables(run) for text in texts for run in _HAN.findall(text[:LONGEST]))
    return f" {_BREAK} ".join(" ".join(f"s{one}" for one in run) for run in told if run)


def sound_of(name: str) -> tuple[str, str]:
    """(wangguihua, wgh); what is not Chinese stays as it is written."""
    heard = [one for one in lazy_pinyin(name) if one.strip()]
    return "".join(heard).lower(), "".join(one[0] for one in heard).lower()


def is_typed_sound(query: str) -> bool:
    """Whether it may be Chinese typed in letters."""
    letters = _letters(query)
    return 2 <= len(letters) <= LONGEST_QUERY and letters.isascii() and letters.isalpha()


def readings(query: str) -> list[str]:
    """The phrases of syllables that a query may be; empty where it is none."""
    if not is_typed_sound(query):
        return []
    cut = _cut(_letters(query))
    return [" ".join(f"s{one}" for one in way) for way in cut[:MOST_READINGS]]


def typed(query: str) -> str:
    """The letters of a query typed by sound."""
    return _letters(query)


def _letters(query: str) -> str:
    return re.sub(r"[\s'’]", "", query).lower().replace("ü", "v")


def _cut(letters: str) -> list[tuple[str, ...]]:
    """Every way to cut letters into syllables, the one with the fewest first."""
    known, ways = _known(), {0: [tuple[str, ...]()]}
    for end in range(1, len(letters) + 1):
        found = [
            (*way, letters[begin:end])
            for begin in range(max(0, end - 6), end)
            if letters[begin:end] in known
            for way in ways.get(begin, ())
        ]
        ways[end] = sorted(found, key=len)[:MOST_READINGS]
    return ways[len(letters)]


def _syllables(run: str) -> list[str]:
    return [one for one in lazy_pinyin(run) if one.isascii() and one.isalpha()]


@cache
def _known() -> frozenset[str]:
    return frozenset(SYLLABLES.read_text("ascii").split())
