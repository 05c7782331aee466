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
_WHO = "(?:谁|哪[个位里儿]|什么|么子|啥)"
_ASKS_BACK = re.compile(rf"[你您]们?是(?:那个$|[干做搞])|是{_WHO}|{_WHO}[啊呀呢哦]?$")
_NO_WORD = re.compile(rf"[你您]们?是(?![的对])|是(?={_WHO})|[你您]好")
"""What sounds agreed in it is part of a question or of a greeting."""
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
        left = left_over(heard.readings[one.reading], one)
        if left <= _MOST_LEFT and not _in_passing(heard.readings[one.reading], one):
            doubt = heard.readings[one.reading].doubt
            found.append(replace(one, worth=one.worth - 0.7 * left - doubt))
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


def command(heard: Heard) -> tuple[Command | None, float]:
    """The command given and how sure that is."""
    anywhere = of_table("commands.tsv", "command", "within").find(
        heard, _TYPED if not heard.spoken else _SPOKEN_COMMAND
    )
    found = [one for one in anywhere if len(one.text) >= 3]
    found += _whole(of_table("commands.tsv", "command", "phrases"), heard, command=True)
    best = best_of_each(found)
    if not best or best[0].worth <= 0:
        return None, 0.0
    return Command(str(best[0].value)), round(max(0.3, 1 - best[0].cost / 0.45), 3)


def yes_no(heard: Heard) -> Verdict:
    """True, False, or nothing; values are bool."""
    found = _whole(of_table("yes_no.tsv", "answer", "phrases"), heard)
    opening = _opening(heard)
    verdict = weigh(found or opening)
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


def denies(heard: Heard) -> bool:
    """Whether it begins with 不对, 不是, 错了: something said before is being corrected."""
    opening = _opening(heard)
    return bool(opening) and opening[0].value == "no" and opening[0].text[:2] in DENIALS


DENIALS = frozenset(("不对", "不是", "不是的", "错了", "错哒", "搞错", "弄错", "没对"))


def rating(heard: Heard) -> Verdict:
    """1 to 5; 还可以 and its like are never a level by themselves, but likely ones."""
    if any(_NOT_VERY.search(reading.text) or _NOT_GOOD.search(reading.text) for reading in heard.readings[:2]):
        return Verdict(2, 0.9, sure=True)
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


def either() -> tuple[str, ...]:
    row = next(row for row in lexicon.rows("ratings.tsv") if row["level"] == "0")
    return tuple(row["likely"].split(","))
