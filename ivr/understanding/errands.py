"""What a resident wants of the office, from an open sentence: to book, to report, to ask, to end."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache

from ivr.understanding import lexicon
from ivr.understanding.candidates import NOTHING, Candidate, Verdict
from ivr.understanding.choices import Phrasing, of_table
from ivr.understanding.closed import left_over
from ivr.understanding.lexicon import Phrase
from ivr.understanding.sounds import Heard

_TYPED = (0.0, 0.0, 0.02, 0.08, 0.1)
_SPOKEN = (0.0, 0.0, 0.04, 0.1, 0.14, 0.17)
_MOST_LEFT = 2
_SURE, _LIKELY, _GUESSED = 0.9, 0.75, 0.5


_LATER = (
    *("change", "cancel", "accept", "decline", "rate"),
    *("tell_call", "tell_text", "tell_none", "text_to", "call_me"),
)
"""Errands that only some questions know."""


def errand(heard: Heard, found: Mapping[str, Verdict], known: Collection[str] = ()) -> Verdict:
    """The errand named or implied. `found` holds what was heard of other slots (topic, service, when).

    `known` names the errands of the question besides those that every one has.
    """
    strong, weak = _heard(heard, "strong"), _heard(heard, "weak")
    topic, service = _worth(found, "topic"), _worth(found, "service")
    for name in (one for one in _LATER if one in known):
        if name == "rate" and service and not _literally(heard, name):
            continue  # 我来办一下社保卡 sounds like 我来评一下
        if is_whole(heard, name) or strong.get(name, 0.0) > max(
            strong.get("book", 0.0), strong.get("report", 0.0), topic
        ):
            return Verdict(name, _SURE, sure=True)
    if (
        "nothing" in strong | weak
        and strong.get("nothing", 1.0) >= max(service, topic)
        and is_whole(heard, "nothing")
    ):
        return Verdict("nothing", _SURE, sure=True)
    if "city" in strong:
        return Verdict("city", _SURE)
    if "progress" in strong and strong["progress"] >= strong.get("book", 0.0):
        return Verdict("progress", _SURE)
    if found.get("code", NOTHING).value and not strong.keys() & {"book", "report", "guide"}:
        return Verdict("progress", _SURE)  # the code of a matter, and nothing to be done but to look it up
    if "guide" in strong and "book" not in _asked_outright(strong):
        return Verdict("guide", _SURE)
    if "report" in strong and strong["report"] + topic >= strong.get("book", 0.0) + service:
        return Verdict("report", _SURE)
    return _implied(heard, strong, weak, (topic, service, _worth(found, "when") + _worth(found, "place")))


def _implied(
    heard: Heard, strong: dict[str, float], weak: dict[str, float], evidence: tuple[float, float, float]
) -> Verdict:
    """The errand that the matter itself stands for: a service is booked, something gone wrong is reported."""
    topic, service, booking = evidence
    wrong = something_wrong(heard)
    if topic and wrong and (topic + 1.0 >= service or not ({"book"} & strong.keys())):
        return Verdict("report", _SURE)
    if service:
        if "guide" in weak and "book" not in strong and not booking:
            return Verdict("guide", _LIKELY)
        return Verdict("book", _SURE if "book" in strong or booking or not topic else _LIKELY)
    if "book" in strong or (booking and not topic):
        return Verdict("book", _LIKELY)
    if topic or "report" in weak or (wrong and something_wrong(heard, plainly=True)):
        return Verdict("report", _LIKELY if topic else _GUESSED)
    return NOTHING


def _asked_outright(strong: dict[str, float]) -> set[str]:
    return {name for name, worth in strong.items() if worth >= 2.0 and name == "book" and worth > strong["guide"]}


def _worth(found: Mapping[str, Verdict], key: str) -> float:
    best = found[key].best if key in found else None
    return max(0.0, best.worth) if best and best.text else 0.0


def _heard(heard: Heard, column: str) -> dict[str, float]:
    """How much was heard for each errand."""
    best: dict[str, float] = {}
    for one in of_table("errands.tsv", "errand", column).find(heard, _SPOKEN if heard.spoken else _TYPED):
        if len(one.text) > 1 or one.literal(heard):
            worth = one.worth - heard.readings[one.reading].doubt
            best[str(one.value)] = max(worth, best.get(str(one.value), 0.0))
    return best


def _literally(heard: Heard, name: str) -> bool:
    """Whether words for one errand were heard as they are written, not by their likeness."""
    return any(one.literal(heard) for one in _words_for(name).find(heard, _SPOKEN))


def is_whole(heard: Heard, name: str) -> bool:
    """Whether words for one errand are all that was said: 没有了, 谢谢; 取消; 要."""
    every = _words_for(name).find(heard, _SPOKEN if heard.spoken else _TYPED)
    if name in _LATER:  # short words, part of many others, made of murmurs by the less likely readings
        likely = [one for one in every if heard.readings[one.reading].text in heard.as_heard]
        return any(_left(heard, one, every) == 0 and one.literal(heard) for one in likely)
    return any(_left(heard, one, every) <= _MOST_LEFT for one in every)


def says_no_more(heard: Heard) -> bool:
    """Whether the likeliest reading says in so many words that there is nothing else, and no more than that."""
    best = replace(heard, readings=heard.readings[:1])
    every = [one for one in _words_for("nothing").find(best, _TYPED) if one.literal(best)]
    return any(len(one.text) > 2 and _left(best, one, every) == 0 for one in every)


def _left(heard: Heard, one: Candidate, every: list[Candidate]) -> int:
    reading = heard.readings[one.reading]
    others = {p for e in every if e.reading == one.reading and e != one for p in range(e.start, e.end)}
    inside = set(range(one.start, one.end))
    return left_over(reading, one) - len(others - inside)


@cache
def _words_for(name: str) -> Phrasing:
    every = lexicon.table("errands.tsv", "errand", "strong") + lexicon.table("errands.tsv", "errand", "weak")
    return Phrasing([phrase for phrase in every if phrase.value == name])


@cache
def _signs() -> Phrasing:
    return Phrasing([Phrase(sign, "wrong") for sign in lexicon.lines("complaint_signs.txt")])


def something_wrong(heard: Heard, *, plainly: bool = False) -> bool:
    """Whether there are words of something gone wrong; `plainly`: as they are written, in a likely reading."""
    found = _signs().find(heard, _SPOKEN if heard.spoken else _TYPED)
    if plainly:
        return any(one.literal(heard) and heard.readings[one.reading].text in heard.as_heard for one in found)
    return any(len(one.text) > 1 or one.literal(heard) for one in found)
