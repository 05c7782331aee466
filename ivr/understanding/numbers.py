"""Numbers said digit by digit or as a value: telephone numbers, codes, the number of a group."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise

from asr_models import phonetics
from ivr.dialogue.steps import Slot
from ivr.numerals import numeral
from ivr.understanding.candidates import NOTHING, Candidate, Verdict, best_of_each, shifted
from ivr.understanding.choices import Phrasing
from ivr.understanding.lexicon import Phrase
from ivr.understanding.sounds import Heard, Reading
from ivr.understanding.written import plain, value_of

_DIGIT_OF = dict(zip("零洞幺妖一二两三四五六七拐八九勾", "0011122345677899", strict=True)) | {"腰": "1"}
_DIGIT_SOUND = {
    sound: digit
    for digit, sounds in enumerate(
        "ling|dong yi|yao er|liang san si wu liu qi|guai ba jiu|gou".replace("|", ",").split()
    )
    for sound in sounds.split(",")
}
_CORRECTED = re.compile(r"不对|错了|讲错|说错|不是|搞错")
_VALUE = re.compile(r"[零一二两三四五六七八九十百千]*[十百千][零一二两三四五六七八九十百千]*")
_GROUP = re.compile(r"(?:第)?([零一二两三四五六七八九十\d]{1,3})[组队]")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_MOBILE_DIGITS = 11
_CODE = re.compile(r"(?<!\d)(\d{3})[\s,，、-]?(\d{3})(?!\d)")
_CODE_DIGITS = 6
_NO_FIGURE = re.compile(r"一(?=[下声会样定直起遍])")
"""等一下, 你记一下 before the figures."""
_LANDLINE = re.compile(r"(?:0\d{2,3})?[2-8]\d{6,7}")
_SPOKEN_GROUP = (0.0, 0.0, 0.22, 0.15)
_MOST_GROUPS = 20
_LIKE_A_DIGIT = 0.3
_LEAST_DIGITS = 0.6
"""Share of what was said that must be digits for the rest to be taken for noise."""


def number(heard: Heard, text: str, slot: Slot) -> Verdict:
    """The digits that were said. A slot "group" wants 三组, any other a string of digits."""
    key = slot.key
    if key == "group" and (found := group(heard, most_groups(slot))):
        return Verdict(found, 0.9)
    digits = _digits(text)
    if key == "code" and (found := code(heard, text)):
        return Verdict(found, 0.9, sure=True)
    if heard.spoken and not is_full(digits):
        digits = _spoken_number(heard)
    if not digits:
        return NOTHING
    return Verdict(digits, _trust(digits, key), sure=True)


def _spoken_number(heard: Heard) -> str:
    """The first mobile number in any reading, by its characters or by its sound; else what digits there are."""
    written = (_digits(reading.text) for reading in heard.readings)
    sounded = [_sounded(reading) for reading in heard.readings]
    for digits in (*written, *sounded):
        if found := _mobile_in(digits):
            return found
    mostly = (_by_sound(reading) for reading in heard.readings)
    return next((digits for digits in mostly if digits), "")


def _mobile_in(digits: str) -> str:
    """A mobile number at the end of a string of digits, or else within it: 打, 一下 before it sound like it."""
    whole = digits[-_MOBILE_DIGITS:]
    if is_full(whole):
        return whole
    found = _MOBILE.search(digits)
    return found[0] if found else ""


def _sounded(reading: Reading) -> str:
    """Every syllable that sounds like a digit; what was put right half way in its place."""
    before: list[str] = []
    start = 0
    for mark in (*_CORRECTED.finditer(reading.text), None):
        end = mark.start() if mark else len(reading)
        groups = _by_breath(reading, start, end)
        before = _corrected(before, groups) if start else groups
        start = mark.end() if mark else end
    return "".join(before)


def _by_breath(reading: Reading, start: int, end: int) -> list[str]:
    edges = sorted({start, end, *(place for place in reading.breaks if start < place < end)})
    breaths = ["".join(map(_digit_like, reading.syllables[a:b])) for a, b in pairwise(edges)]
    return [breath for breath in breaths if breath]


def group(heard: Heard, most: int) -> str:
    """The number of the group named (三组, 第十二组); empty if none, or heard to be one that no village has."""
    for reading in heard.readings:
        if found := _GROUP.search(reading.text):
            value = value_of(found[1])
            return str(value) if value and (value <= most or not heard.spoken) else ""
    return ""


def most_groups(slot: Slot) -> int:
    """How many groups a village has at most."""
    return len(slot.options) or _MOST_GROUPS


def code(heard: Heard, text: str) -> str:
    """The six digits of a case or an appointment, together or three and three; empty if there are none."""
    texts = (text, *(reading.text for reading in heard.readings)) if heard.spoken else (text,)
    found = (_CODE.search(_in_figures(one)) for one in texts)
    return next((match[1] + match[2] for match in found if match), "")


def groups_by_sound(heard: Heard, most: int) -> list[Candidate]:
    """Groups that may have been named, by their sound, best first."""
    found = _groups_named(most).find(heard, _SPOKEN_GROUP)
    return best_of_each(shifted(one, -heard.readings[one.reading].doubt) for one in found)


@cache
def _groups_named(most: int) -> Phrasing:
    named = enumerate(groups_named(most), 1)
    return Phrasing([Phrase(before + text, str(number)) for number, text in named for before in ("", "第")])


@cache
def groups_named(most: int = _MOST_GROUPS) -> tuple[str, ...]:
    """一组, 二组 …"""
    return tuple(numeral(number) + "组" for number in range(1, most + 1))


def is_full(digits: str, key: str = "") -> bool:
    """Whether nothing more is to be expected of a telephone number, or with key "code" of a code."""
    if key == "code":
        return len(digits) == _CODE_DIGITS
    return _MOBILE.fullmatch(digits) is not None


def _trust(digits: str, key: str) -> float:
    if key != "callback_number":
        return 0.9
    return 0.95 if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits) else 0.4


def _digits(text: str) -> str:
    """Digits in order; after 不对 the group said last, or the whole number, is replaced."""
    before, *after = [_groups(part) for part in _CORRECTED.split(plain(text))]
    for groups in after:
        if groups:
            before = _corrected(before, groups)
    return "".join(before)


def _corrected(before: list[str], groups: list[str]) -> list[str]:
    """What is left of the number said first: all but its last group, unless it was said anew."""
    again, said = "".join(groups), _mobile_in("".join(before))
    if said and is_full(said[: -len(again)] + again):  # as many figures in the place of the last ones
        return [said[: -len(again)] + again]
    mended = before[:-1] + groups
    if is_full("".join(mended)):
        return mended
    whole = len("".join(groups)) >= max(7, len("".join(before)))
    return groups if whole else mended


def _groups(text: str) -> list[str]:
    """Runs of digits as grouped by pauses or marks: 138 7301 2345."""
    return re.findall(r"\d+", _in_figures(text))


def _in_figures(text: str) -> str:
    """With every figure that is written out as a figure."""
    figures = _NO_FIGURE.sub("", text)
    as_digits = _VALUE.sub(lambda found: str(value_of(found.group()) or ""), figures)
    return "".join(_DIGIT_OF.get(character, character) for character in as_digits)


def _by_sound(reading: Reading) -> str:
    """Digits in place of characters that sound like them, where nearly all do."""
    digits = [_digit_like(syllable) for syllable in reading.syllables]
    known = "".join(digits)
    return known if len(known) >= _LEAST_DIGITS * len(digits) else ""


@lru_cache(maxsize=1_000)
def _digit_like(syllable: str) -> str:
    near = min(_DIGIT_SOUND, key=lambda sound: phonetics.distance(sound, syllable))
    return str(_DIGIT_SOUND[near]) if phonetics.distance(near, syllable) <= _LIKE_A_DIGIT else ""
