"""What somebody is called: found behind 我叫 or as the answer, written as such names are usually written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from asr_models import phonetics
from ivr.understanding import lexicon, name_book
from ivr.understanding.candidates import Candidate, best_of_each
from ivr.understanding.choices import Phrasing
from ivr.understanding.lexicon import Phrase
from ivr.understanding.sounds import Heard, Reading

CUES = (
    "我叫",
    "名字叫",
    "名字是",
    "名字就是",
    "叫做",
    "叫作",
    "我姓",
    "免贵姓",
    "本人",
    "姓名",
    "我名字叫",
    "我的名字叫",
    "我的名字是",
    "她叫",
    "他叫",
    "名叫",
    "我就叫",
    "贱姓",
    "我是叫",
    "喊做",
    "户主叫",
    "户主是",
)
_SPOKEN_CUES = (0.0, 0.0, 0.1, 0.12)
_TYPED_CUES = (0.0, 0.0, 0.0, 0.0)
_LEAD_IN = re.compile(
    r"^(?:[嗯啊呃额哦喂哎那就的是叫做姓]|我是|我叫|我姓|叫做|那个|这个|你好|您好|同志|好的?|噢|免贵姓|免贵|名字)+"
)
_END = frozenset(
    "的了吗呢吧啊呀咧哒哦嘛啰哈是住在家我你他她它想要来去今这那有也都就和跟给办电村组们不没冇请帮说讲到打几多到从做当个"
)
_TITLES = (
    "婆婆",
    "大爷",
    "爷爷",
    "奶奶",
    "嗲嗲",
    "娭毑",
    "师傅",
    "老师",
    "先生",
    "女士",
    "阿姨",
    "叔叔",
    "大姐",
    "大哥",
    "大妈",
    "嫂子",
    "老倌",
    "嫂",
    "嗲",
    "婶",
    "伯",
)
_LEAST_SPOKEN = -9.0
"""Nats below which something spoken is no name."""
_ENDED, _NOT_ENDED = 1.0, -1.0
_LATEST_START = 3
_SURELY = 2.0
"""Nats from which a name without a cue is one."""
_SCALE = 0.35
"""Nats to syllables' worth."""


def names(heard: Heard, *, answer: bool, beside: Sequence[Candidate] = ()) -> list[Candidate]:
    """Candidates for a NAME slot, best first.

    `beside` is what else was found in the sentence (the village): a name may begin behind it and ends before it.
    """
    found = []
    for number, reading in enumerate(heard.readings):
        ends = frozenset(one.start for one in beside if one.reading == number)
        bounded = replace(reading, breaks=reading.breaks | ends)
        for start in _beginnings(heard, number, answer=answer, beside=beside):
            read = _typed(bounded, start) if not heard.spoken else _spoken(bounded, start)
            found += [_candidate(reading, (number, start), one) for one in read]
    told = [one for one in found if one.text not in _spellings()]  # 古月胡 explains a name, and is none
    return _spelt(_one_of_each_sound(best_of_each(told)), heard)


def _one_of_each_sound(found: list[Candidate]) -> list[Candidate]:
    """Of names that sound the same the likeliest way of writing: no audio can tell them apart."""
    best: dict[tuple[str, ...], Candidate] = {}
    for one in found:
        best.setdefault(tuple(map(phonetics.fold, phonetics.syllables(one.text))), one)
    return list(best.values())


def _candidate(reading: Reading, place: tuple[int, int], one: tuple[str, float]) -> Candidate:
    (number, start), (name, score) = place, one
    length = sum(1 for c in name)
    heard_as = phonetics.syllables(name)
    said = reading.syllables[start : start + length]
    cost = sum(phonetics.distance(a, b) for a, b in zip(heard_as, said, strict=False)) / max(1, length)
    worth = 3.0 + _SCALE * score - reading.doubt
    return Candidate(name, name, worth, number, start, start + length, cost)


def _beginnings(heard: Heard, number: int, *, answer: bool, beside: Sequence[Candidate]) -> list[int]:
    """Where a name may begin: behind a cue, behind the village, and in an answer at its very beginning."""
    reading = heard.readings[number]
    ends = {one.end for one in beside if one.reading == number}
    cued = [
        one.end
        for one in _cues().find(heard, _SPOKEN_CUES if heard.spoken else _TYPED_CUES)
        if one.reading == number
    ]
    starts = {_past(reading, end, ends) for end in cued}
    behind = {_past_particle(reading, end) for end in ends}
    if answer:
        starts |= behind | {_lead_in(reading, place) for place in (0, *reading.breaks)} | {0}
    else:
        starts |= {place for place in behind if _surely_name(reading, place)}
        if cued:  # 免贵姓刘，刘玉兰
            starts |= {place for place in reading.breaks if place > min(cued)}
    if answer and heard.spoken:  # 那个，王桂花: what comes before is seldom heard as what it is
        starts |= set(range(1, min(_LATEST_START, len(reading) - 1) + 1))
    repeated = {start + 1 for start in starts if len(set(reading.syllables[start : start + 2])) == 1}
    return sorted(start for start in starts | repeated if start < len(reading))


def _lead_in(reading: Reading, start: int) -> int:
    found = _LEAD_IN.match(reading.text[start:])
    return start + (found.end() if found else 0)


def _past_particle(reading: Reading, start: int) -> int:
    return start + (reading.text[start : start + 1] in ("的", "滴", "得", "地"))


def _surely_name(reading: Reading, start: int) -> bool:
    """Whether a common name and nothing more stands here: 石桥村王桂花."""
    heads = name_book.surnames(reading.text[start : start + 1], reading.syllables[start : start + 1])
    tails = name_book.given_names(reading.text[start + 1 : start + 3], reading.syllables[start + 1 : start + 3])
    if not heads or not tails or not _ends(reading, start + 3):
        return False
    return name_book.is_common(tails[0].text) and heads[0].score + tails[0].score > _SURELY


def _past(reading: Reading, start: int, ends: set[int]) -> int:
    """我叫石桥村的王桂花: the name begins behind the village."""
    village = next((end for end in sorted(ends) if start < end <= start + 4), None)
    return start if village is None else _past_particle(reading, village)


@cache
def _cues() -> Phrasing:
    return Phrasing([Phrase(cue, "") for cue in CUES])


@cache
def _spellings() -> frozenset[str]:
    return frozenset(phrase.text for phrase in lexicon.table("surname_spellings.tsv", "surname", "phrases"))


@cache
def _not_names() -> tuple[str, ...]:
    return tuple(lexicon.lines("not_names.txt"))


def _ends(reading: Reading, place: int) -> bool:
    if place >= len(reading) or place in reading.breaks:
        return True
    return reading.text[place] in _END


def _typed(reading: Reading, start: int) -> Iterator[tuple[str, float]]:
    """The characters as they were typed, where they make a name."""
    text = reading.text
    for size in (2, 1):
        surname = text[start : start + size]
        if len(surname) == size and name_book.is_surname(surname):
            break
    else:
        return
    given_start = start + size
    if any(text.startswith(word, start) for word in _not_names()):
        return
    for title in _TITLES:
        if text.startswith(title, given_start):
            yield surname + title, 0.0
            return
    for length in (2, 1):
        given = text[given_start : given_start + length]
        end = given_start + length
        if len(given) == length and _makes_given(reading, given_start, end):
            score = 4.0 if name_book.is_common(given) else 1.0 + length
            yield surname + given, score + (_ENDED if _ends(reading, end) else _NOT_ENDED)


def _makes_given(reading: Reading, start: int, end: int) -> bool:
    given = reading.text[start:end]
    unbroken = not any(start - 1 < place < end for place in reading.breaks if place > start - 1)
    runs_on = any(c in _END and not name_book.is_given_character(c) for c in given)
    return unbroken and (not runs_on or name_book.is_common(given))  # 有福, for all its 有


def _spoken(reading: Reading, start: int) -> Iterator[tuple[str, float]]:
    """Names that sound like what was heard from here on."""
    text, said = reading.text, reading.syllables
    if any(text.startswith(word, start) for word in _not_names()):
        return
    for surname_size in (1, 2):
        given_start = start + surname_size
        if given_start >= len(text):
            continue
        heads = name_book.surnames(text[start:given_start], said[start:given_start])
        for length in (2, 1):
            end = given_start + length
            if end <= len(text) and _pausefree(reading, start, end):
                tails = name_book.given_names(text[given_start:end], said[given_start:end])
                ending = (_ENDED if _ends(reading, end) else _NOT_ENDED) - (1.5 if length == 1 else 0.0)
                for head in heads[:5]:
                    for tail in tails[:8]:
                        score = head.score + tail.score + ending
                        if score > _LEAST_SPOKEN:
                            yield head.text + tail.text, score


def _pausefree(reading: Reading, start: int, end: int) -> bool:
    return not any(start < place < end for place in reading.breaks)


def _spelt(found: list[Candidate], heard: Heard) -> list[Candidate]:
    """With characters put right that the caller explained: 桂花的桂, 立早章."""
    if not found:
        return found
    surnames = list(dict.fromkeys(_told_by(heard, "surname_spellings.tsv", "surname")))
    told = [*surnames, *_told_by(heard, "name_spellings.tsv", "character"), *_explained(heard)]
    if heard.spoken and len(surnames) == 1:  # three syllables tell it better than one
        found = [_of_family(one, surnames[0]) for one in found]
    return [_with(one, told) for one in found] if told else found


def _of_family(one: Candidate, surname: str) -> Candidate:
    """With another surname, where there is one of a single character."""
    name = str(one.value)
    if len(name) < 2 or not name_book.is_surname(name[0]) or name_book.is_surname(name[:2]):
        return one
    return replace(one, value=surname + name[1:], text=surname + name[1:])


def _with(one: Candidate, told: list[str]) -> Candidate:
    name = str(one.value)
    for place, character in enumerate(name):
        for meant in told:
            if phonetics.distance(*phonetics.syllables(character + meant)) <= 0.1:
                name = name[:place] + meant + name[place + 1 :]
                break
    return Candidate(name, name, one.worth, one.reading, one.start, one.end, one.cost)


_EXPLAINED = re.compile(r"(?=(.{1,3})的(.))")


def _told_by(heard: Heard, table: str, key: str) -> list[str]:
    """Characters that were explained by a known phrase, in order."""
    limits = (0.0, 0.0, 0.0, 0.08, 0.12) if heard.spoken else (0.0,)
    least = 2 if heard.spoken else 1
    phrasing = Phrasing(lexicon.table(table, key, "phrases"))
    return [str(one.value) for one in phrasing.find(heard, limits) if len(one.text) > least]


def _explained(heard: Heard) -> list[str]:
    """Characters that were explained by any phrase: 桂林的桂."""
    return [
        found[2]
        for reading in heard.readings[:1]
        for found in _EXPLAINED.finditer(reading.text)
        if found[2] in found[1]
    ]
