"""Everything a question and its companions may be filled with, found in one utterance."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ivr.dialogue.steps import Ask, Slot, Wants
from ivr.understanding import closed, moments, names, numbers, where
from ivr.understanding.answer import Setting
from ivr.understanding.candidates import NOTHING, Candidate, Verdict, weigh
from ivr.understanding.choices import choose
from ivr.understanding.errands import something_wrong
from ivr.understanding.sounds import Heard

_NEGATED = re.compile(r"(?:不是|不要|不用|不消|不去|不到|不在|莫|别|没说|不想)的?$")
_LEAST_BESIDES = 1.3
"""Syllables' worth that something not asked for must have been heard with."""
_LEAST_ANSWER = 0.35
_LEAST_TOPIC = 2.5
"""A complaint named in passing, outside a story."""
_PLACE_COST = 0.16
"""Cost per syllable of a place named in passing: its words sound like much else."""
_LEAST_NAME = 1.3
_A_MOBILE = 11
"""Digits that make a telephone number told in passing."""
_HINT_WORTH = 1.4
_ASKED = 3.0
"""Syllables' worth that the answer to the question has before anything else."""
_DOING = frozenset("办报交领补换")
_BEFORE_A_NAME = ("village", "service")
"""What a name may come behind without any other word."""


@dataclass(frozen=True)
class Utterance:
    """What was said, to which question, against what."""

    heard: Heard
    ask: Ask
    setting: Setting
    text: str


def find_all(said: Utterance) -> dict[str, Verdict]:
    """A verdict for every slot of the question, its own first, those of NAME last (behind the village)."""
    every = (said.ask.slot, *(slot for slot in said.ask.also if slot.key != said.ask.key))
    found: dict[str, Verdict] = {}
    for slot in sorted(every, key=lambda slot: slot.wants is Wants.NAME):
        found[slot.key] = _find(slot, said, found, answer=slot is said.ask.slot)
    if said.heard.spoken:
        _half_or_do(found)
    return _untangled(found, said.ask.key)


def _half_or_do(found: dict[str, Verdict]) -> None:
    """九点半医保 is 九点办医保: no audio tells 半 from 办, but nothing else says what is to be done."""
    when, service = found.get("when", NOTHING).best, found.get("service", NOTHING).best
    if when is None or service is None or not when.text.endswith("半") or when.reading != service.reading:
        return
    if service.start == when.end - 1 or (service.start == when.end and service.text[0] not in _DOING):
        full = [one for one in found["when"].candidates if when.text.startswith(one.text) and one.text[-1] == "点"]
        rest = [one for one in found["when"].candidates if not one.text.endswith("半") and one not in full]
        if full:
            candidates = (replace(full[0], worth=when.worth), *full[1:], *rest)
            found["when"] = weigh(candidates)


def _find(slot: Slot, said: Utterance, found: Mapping[str, Verdict], *, answer: bool) -> Verdict:
    match slot.wants:
        case Wants.CHOICE:
            return _choice(slot, said, answer=answer)
        case Wants.WHEN:
            wishes = moments.wishes(said.heard, said.setting, slot.options, answer=answer)
            wishes = [one for one in wishes if not _is_only_like_a_part(one, said.heard)]
            return _weighed(wishes, said.heard, answer=answer)
        case Wants.NAME:
            beside = _beside_a_name(found, said.heard)
            candidates = names.names(said.heard, answer=answer, beside=beside)
            return weigh(_not_negated(candidates, said.heard), floor=_LEAST_NAME)
        case Wants.NUMBER:
            return _number(slot, said, answer=answer)
        case Wants.WORDS:
            return _words(slot, said, answer=answer)
        case Wants.YES_NO if answer:
            return closed.yes_no(said.heard)
        case Wants.RATING if answer:
            return closed.rating(said.heard)
        case _:
            return NOTHING


def _is_only_like_a_part(one: Candidate, heard: Heard) -> bool:
    """下倒 is not 下午: no day, no hour, and not the words of a part of the day in anything likely."""
    if not heard.spoken or not str(one.value).startswith("*/"):
        return False
    return not (one.literal(heard) and heard.readings[one.reading].text in heard.as_heard)


def _beside_a_name(found: Mapping[str, Verdict], heard: Heard) -> list[Candidate]:
    """Typed, only what is written as such: 有福 in 刘有福 sounds like 优抚, and is no service."""
    every = [verdict.best for key, verdict in found.items() if verdict.best and key in _BEFORE_A_NAME]
    return every if heard.spoken else [one for one in every if one.literal(heard)]


def _choice(slot: Slot, said: Utterance, *, answer: bool) -> Verdict:
    candidates = choose(slot, said.heard, answer=answer)
    if slot.key == "topic" and not answer and said.ask.slot.wants not in (Wants.OPEN, Wants.WORDS):
        candidates = [one for one in candidates if one.worth >= _LEAST_TOPIC]
    if slot.key == "topic" and said.ask.key == "where":
        candidates = []
    if slot.key == "topic" and said.ask.key == "service" and not something_wrong(said.heard):
        candidates = []  # 水表报装 is a service, 水表坏了 is none
    if slot.key == "place" and not answer and said.heard.spoken:
        candidates = [one for one in candidates if one.cost <= _PLACE_COST]
    verdict = _weighed(candidates, said.heard, answer=answer)
    return _hinted(verdict, slot, said.heard) if slot.key == "place" else verdict


def _weighed(candidates: list[Candidate], heard: Heard, *, answer: bool) -> Verdict:
    clear = _not_negated(candidates, heard)
    return weigh(clear, floor=_LEAST_ANSWER if answer else _LEAST_BESIDES)


def _not_negated(candidates: list[Candidate], heard: Heard) -> list[Candidate]:
    """Without what was named only to be ruled out: 不是礼拜天，是礼拜六."""
    return [one for one in candidates if not _is_negated(one, heard)]


def _is_negated(one: Candidate, heard: Heard) -> bool:
    """不是礼拜天 is; 不是，礼拜天 is put right."""
    reading = heard.readings[one.reading]
    return one.start not in reading.breaks and _NEGATED.search(reading.text[: one.start]) is not None


def _hinted(verdict: Verdict, slot: Slot, heard: Heard) -> Verdict:
    offered = any(option.value == "home" for option in slot.options)
    if verdict.best is not None or not offered or not where.hints_at_home(heard):
        return verdict
    return Verdict("home", 0.7, candidates=(Candidate("home", "", _HINT_WORTH),))


def _number(slot: Slot, said: Utterance, *, answer: bool) -> Verdict:
    if not answer and slot.key == "code":
        digits = numbers.code(said.heard, said.text)
        return Verdict(digits, 0.9, sure=True) if digits else NOTHING
    if not answer and slot.key == "text_to":
        found = numbers.number(said.heard, said.text, slot)
        return found if len(str(found.value or "")) == _A_MOBILE else NOTHING
    if not answer and slot.key != "group":
        return NOTHING
    if not answer:
        most = numbers.most_groups(slot)
        group = numbers.group(said.heard, most)
        if group or not said.heard.spoken:
            return Verdict(group, 0.85) if group else NOTHING
        return _weighed(numbers.groups_by_sound(said.heard, most), said.heard, answer=False)
    return numbers.number(said.heard, said.text, slot)


def _words(slot: Slot, said: Utterance, *, answer: bool) -> Verdict:
    if slot.key == "where":
        words = where.told(said.text) if answer else where.mentioned(said.heard, said.text)
    else:
        words = said.text.strip() if answer else ""
    return Verdict(words, 0.8) if words else NOTHING


def _untangled(found: dict[str, Verdict], asked: str) -> dict[str, Verdict]:
    """Each stretch of the sentence counts for one slot only: the asked one first, then the one heard best."""
    order = sorted(
        (key for key in found if found[key].best is not None),
        key=lambda key: -(found[key].best or _NO_ONE).worth - (_ASKED if key == asked else 0.0),
    )
    taken: list[Candidate] = []
    for key in order:
        best = found[key].best
        if best is None or key == "topic":
            continue
        if best.end > best.start and any(_same_stretch(best, other) for other in taken):
            found[key] = replace(NOTHING)
        else:
            taken.append(best)
    return found


_NO_ONE = Candidate(None, "", 0.0)


def _same_stretch(one: Candidate, other: Candidate) -> bool:
    shared = min(one.end, other.end) - max(one.start, other.start)
    return shared >= 0.5 * (one.end - one.start)
