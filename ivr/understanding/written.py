"""Text as it was typed or recognised, made into plain Chinese characters that can be read aloud."""

from __future__ import annotations

import re
from functools import lru_cache

import cn2an
import opencc

from ivr.numerals import numeral

_TO_SIMPLIFIED = opencc.OpenCC("t2s")

_DIGITS = "零一二三四五六七八九"
_ODD_FORMS = str.maketrans({"〇": "零", "○": "零", "俩": "两"})
_NOT_TRADITIONAL = "么"
"""The converter takes 么子 for 幺子."""
_TENS = (("廿", "二十"), ("卅", "三十"))
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-4])\s*[:：]\s*([0-5]\d)(?!\d)")
_DATE = re.compile(r"(?<!\d)(?:20\d\d[-/.年])?(1[0-2]|0?[1-9])[-/.月](3[01]|[12]\d|0?[1-9])(?!\d)[日号]?")
_GAP = re.compile(r"(?<=\d)[-\s~](?=\d)")
_NUMBER = re.compile(r"\d+")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def plain(text: str) -> str:
    """Simplified characters, half-width digits and signs; nothing else is changed."""
    halved = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" and c not in "，。；！？、" else c for c in text)
    for short, full in _TENS:
        halved = halved.replace(short, full)
    kept = (
        halved.translate(_ODD_FORMS).encode("utf8", "ignore").decode("utf8")
    )  # half of a broken emoji is nothing
    converted = str(_TO_SIMPLIFIED.convert(kept))
    if len(converted) != len(kept):
        return converted
    return "".join(old if old in _NOT_TRADITIONAL else new for old, new in zip(kept, converted, strict=True))


@lru_cache(maxsize=2_000)
def spelled(text: str, *, digit_by_digit: bool = False) -> str:
    """The text with every number written as it is read: 19:30 十九点三十, 28号 二十八号, 7-6 七六.

    Numbers of one or two digits are read as a value, or each digit for itself where `digit_by_digit`
    says so: a recogniser writes 星期六 as “星76”.
    """
    said = _CLOCK.sub(_clock, plain(text))
    if not digit_by_digit:
        said = _DATE.sub(_date, said)
    said = _GAP.sub("", said)
    return _NUMBER.sub(lambda found: _number(found.group(), digit_by_digit=digit_by_digit), said)


def is_han(character: str) -> bool:
    return _HAN.match(character) is not None


def value_of(numeral: str) -> int | None:
    """The value of a Chinese or Arabic numeral (二十五, 两, 25); None for anything else."""
    text = numeral.replace("两", "二").replace("俩", "二")
    try:
        return int(cn2an.cn2an(text, "smart"))
    except (ValueError, KeyError, IndexError, TypeError):
        return None


def _clock(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    said = numeral(hour) + "点"
    if minute == 0:
        return said
    return said + ("零" + numeral(minute) if minute < 10 else numeral(minute)) + "分"


def _date(found: re.Match[str]) -> str:
    return f"{numeral(int(found[1]))}月{numeral(int(found[2]))}号"


def _number(digits: str, *, digit_by_digit: bool) -> str:
    short = len(digits) <= 2 or (len(digits) <= 4 and digits.endswith("0"))
    if short and not digit_by_digit and not (digits.startswith("0") and len(digits) > 1):
        return numeral(int(digits))
    return "".join(_DIGITS[int(digit)] for digit in digits)
