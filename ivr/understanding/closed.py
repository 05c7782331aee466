"""Answers out of a few: yes or no, a rating, something a caller may say at any time."""

from __future__ import annotations

import re
from dataclasses import replace

from ivr.understanding import lexicon
from ivr.understanding.answer import Command
from ivr.understanding.candidates import NOTHING, Candidate, Verdict, best_of_each, weigh
from ivr.understanding.choices import Phrasing, of_table
from ivr.understanding.sounds import Heard, Reading

_SPOKEN = (0.0, 0.12, 0.28, 0.32, 0.34)
_SPOKEN_COMMAND = (0.0, 0.0, 0.04, 0.12, 0.15, 0.17)
_TYPED = (0.0, 0.0, 0.02, 0.08, 0.1)
_LEAD_IN = re.compile(r"(?:[嗯啊哦哎诶呃喂]|[那哪]个?可?)*")
_MOST_LEFT = 2
"""Characters besides a short answer, without those that carry no sense, that still leave it the answer."""
_MOST_LEFT_OF_ONE = 1
"""The same besides an answer of one character: 好 in 腰好痛 is none."""
_WHO = "(?:谁|哪[个位里儿]|什么|么子|啥)"
_ASKS_BACK = re.compile(rf"[你您]们?是(?:那个$|[干做搞])|是{_WHO}|{_WHO}[啊呀呢哦]?$")
_NO_WORD = re.compile(rf"[你您]们?是(?![的对])|是(?={_WHO})|[你您]好|[哎唉诶嗳][呀哟呦]")
"""What sounds agreed in it is part of a question, of a greeting, or of a sigh."""
_NAMES_ITSELF = re.compile(r"(?:不对|不是的?|错了|搞错了)+(?:我叫|我姓|我?(?:的)?名字[叫是])")
_NOT_VERY = re.compile(r"(?:不是|没有|谈不上|说不上|不算|不能算)[很太非常特别蛮十分怎么]*满意")
_NOT_GOOD = re.compile(r"(?:不是|没有|谈不上|说不上|不算|不能算)[很太非常特别蛮十分怎么]*好")


def left_over(reading: Reading, candidate: Candidate) -> int:
    """How many telling characters were said besides the candidate's phrase."""
    rest = reading.text[: candidate.start] + "，" + reading.text[candidate.end :]
    for filler in lexicon.fillers():
        rest = rest.replace(filler, "")
    return len(rest) - 1


def _whole(phrasing: Phrasing, heard: Heard, *, command: bool = False) -> list[Candidate]:
    """Candidates that are all, or nearly all, of what was said, best first."""
    limits = _TYPED if not heard.spoken else _SPOKEN_COMMAND if command else _SPOKEN
    found = []
    for one in phrasing.find(heard, limits):
        reading = heard.readings[one.reading]
        left = left_over(reading, one)
        if left > (_MOST_LEFT if len(one.text) > 1 else _MOST_LEFT_OF_ONE) or _in_passing(reading, one):
            continue
        if command and left and reading.text not in heard.as_heard:
            continue  # 新糖酸了, a worse reading of 新塘村的, does not call anything off
        found.append(replace(one, worth=one.worth - 0.7 * left - reading.doubt))
    return best_of_each(_longest_only(found))


def _in_passing(reading: Reading, one: Candidate) -> bool:
    """是 in 你是哪个, 好 in 你好: no answer at all."""
    spans = (found.span() for found in _NO_WORD.finditer(reading.text))
    return any(start <= one.start and one.end <= end for start, end in spans)


def asks_back(heard: Heard) -> bool:
    """Whether it is a question who rings, and why: 你是哪个, 么子事."""
    return _ASKS_BACK.search(heard.best.text) is not None


def _longest_only(found: list[Candidate]) -> list[Candidate]:
    """Without phrases inside a better one: 对 in 不对, 满意 in 不满意."""
    return [one for one in found if not any(one.inside(other) and one.worth < other.worth for other in found)]


_NEEDS_ITS_WORDS = frozenset(("call_off", "no_more_calls"))
"""Commands after which nothing is done any more: 上了 sounds like 算了."""
_SHORT, _NEARLY = 2, 0.1


def command(heard: Heard, *, longer_than: int = 0) -> tuple[Command | None, float]:
    """The command given and how sure that is. Where a level is named, a longer one: 太差了 is like 太快了."""
    anywhere = of_table("commands.tsv", "command", "within").find(
        heard, _TYPED if not heard.spoken else _SPOKEN_COMMAND
    )
    found = [one for one in anywhere if len(one.text) >= 3]
    found += _whole(of_table("commands.tsv", "command", "phrases"), heard, command=True)
    best = best_of_each(one for one in found if len(one.text) > longer_than and _is_meant(one, heard))
    if not best or best[0].worth <= 0:
        return None, 0.0
    return Command(str(best[0].value)), round(max(0.3, 1 - best[0].cost / 0.45), 3)


def _is_meant(one: Candidate, heard: Heard) -> bool:
    """Whether a command is not only the likeness of two syllables: the likeliest reading has these characters."""
    if one.value not in _NEEDS_ITS_WORDS:
        return True
    if len(one.text) > _SHORT:
        return one.cost <= (_NEARLY if heard.spoken else 0.0)  # 我在打电话 is not 莫再打电话
    return one.literal(heard) and not heard.readings[one.reading].doubt


def yes_no(heard: Heard) -> Verdict:
    """True, False, or nothing; values are bool."""
    found = _whole(of_table("yes_no.tsv", "answer", "phrases"), heard)
    opening = _opening(heard)
    verdict = weigh(opening if _begins_plainly(opening, found, heard) else found or opening)
    if verdict.value is None and opening:
        verdict = weigh(opening)
    candidates = tuple(replace(one, value=one.value == "yes") for one in verdict.candidates)
    value = None if verdict.value is None else verdict.value == "yes"
    likely = () if value is not None else tuple(verdict.likely)
    return replace(verdict, value=value, candidates=candidates, likely=likely)


def _opening(heard: Heard) -> list[Candidate]:
    """The word a longer answer begins with: 对对对，就是那里; 不是，是新塘村."""
    best = []
    for one in of_table("yes_no.tsv", "answer", "phrases").find(heard, _TYPED):
        reading = heard.readings[one.reading]
        begins = _LEAD_IN.fullmatch(reading.text[: one.start]) is not None
        ends = one.end == len(reading) or one.end in reading.breaks or len(one.text) > 1
        if begins and ends and one.worth > 0 and not _in_passing(reading, one):
            best.append(replace(one, worth=one.worth - reading.doubt))
    return best_of_each(_longest_only(best))


def _begins_plainly(opening: list[Candidate], found: list[Candidate], heard: Heard) -> bool:
    """不对 as it is written, before something that is put right: not 不是这样 by its sound."""
    if not opening or opening[0].text not in DENIALS or not opening[0].literal(heard):
        return False
    return opening[0].reading == 0 and not any(one.literal(heard) for one in found)


def denies(heard: Heard) -> bool:
    """Whether it begins with 不对, 不是, 错了: something said before is being corrected."""
    opening = _opening(heard)
    return bool(opening) and opening[0].value == "no" and opening[0].text[:2] in DENIALS


def names_itself(heard: Heard) -> bool:
    """Whether a name is put right, as far as can be heard: 不对，我叫孙银花 tells of nothing else."""
    return heard.spoken and _NAMES_ITSELF.match(heard.best.text) is not None


DENIALS = frozenset(("不对", "不是", "不是的", "错了", "错哒", "搞错", "弄错", "没对"))


def rating(heard: Heard) -> Verdict:
    """1 to 5; 还可以 and its like are never a level by themselves, but likely ones."""
    if any(_NOT_VERY.search(reading.text) or _NOT_GOOD.search(reading.text) for reading in heard.readings[:2]):
        return Verdict(2, 0.9, sure=True)
    if (plain := _plain_level(heard)).value is not None:
        return plain
    found = _whole(of_table("ratings.tsv", "level", "phrases"), heard)
    if not found:
        limits = _SPOKEN if heard.spoken else _TYPED
        found = of_table("ratings.tsv", "level", "phrases").find(heard, limits)
        found = [one for one in found if len(one.text) > 1]
        found = best_of_each(_longest_only(found))
    verdict = weigh(found)
    if verdict.value == "0" or (verdict.value is None and "0" in verdict.likely):
        return Verdict(None, 0.5, either())
    levels = tuple(replace(one, value=int(str(one.value))) for one in verdict.candidates if one.value != "0")
    if verdict.value is None:
        likely = tuple(sorted(set(verdict.likely) - {"0"}, reverse=True))
        return replace(verdict, likely=likely, candidates=levels) if found else NOTHING
    return replace(verdict, value=int(str(verdict.value)), candidates=levels)


def rated(heard: Heard) -> int:
    """Of how many characters the level is that is named in so many words; 0 for none."""
    plain = _plain_level(heard).best
    return len(plain.text) if plain else 0


def _plain_level(heard: Heard) -> Verdict:
    """The level whose very words are in what was most likely said, where they are part of no other level's."""
    every = of_table("ratings.tsv", "level", "phrases").find(replace(heard, readings=heard.readings[:1]), _TYPED)
    named = [one for one in every if len(one.text) > 1 and not any(one.inside(other) for other in every)]
    if {str(one.value) for one in named} & {"0"} or not all(one.literal(heard) for one in named):
        return NOTHING
    levels = tuple(replace(one, value=int(str(one.value))) for one in named)
    single = len({one.value for one in levels}) == 1
    return Verdict(levels[0].value, 0.9, candidates=levels[:1], sure=True) if single else NOTHING


def either() -> tuple[str, ...]:
    row = next(row for row in lexicon.rows("ratings.tsv") if row["level"] == "0")
    return tuple(row["likely"].split(","))
