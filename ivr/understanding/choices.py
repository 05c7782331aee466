"""Which of the options of a question was said: services, villages, places, topics, whatever a script offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from ivr.dialogue.steps import Option, Slot
from ivr.understanding import lexicon
from ivr.understanding.candidates import Candidate, best_of_each, shifted
from ivr.understanding.lexicon import Phrase
from ivr.understanding.sounds import Heard, PhraseBook, Place

TYPED = (0.0, 0.0, 0.03, 0.05, 0.06)
"""Cost per syllable that is let pass in typed words, by number of syllables: homophones and little more."""
IN_A_SENTENCE = (0.0, 0.06, 0.2, 0.3, 0.36, 0.38)
"""The same for spoken words anywhere in a sentence."""
AS_THE_ANSWER = (0.0, 0.3, 0.42, 0.48, 0.5)
"""The same for the answer to the very question."""
_VERBS = frozenset("办交领补换报买评约请装批开打销续")
_VERB_BONUS = 0.6
_LITERAL_TYPED, _LITERAL_SPOKEN = 1.0, 0.15
"""What the very characters are worth, all of them or each: who types means them, a recogniser guesses at them."""
_PART_OF_OTHERS = 0.4
_LATER_BONUS = 4.0
_LONGEST_PART = 3
_ALONE = 2
"""Syllables of an answer that may be a name of one and a particle."""
_LEAST_WHOLE = 1.5
"""Worth below which no name was heard whole."""
_TAKES_EVIDENCE_TOGETHER = "topic"


class Phrasing:
    """Phrases with what they stand for, ready to be looked for."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self.phrases = tuple(phrases)
        self._book = PhraseBook([phrase.text for phrase in self.phrases])

    def find(self, heard: Heard, limits: Sequence[float]) -> list[Candidate]:
        """Every place of every phrase, unordered."""
        return [self._candidate(place, heard) for place in self._book.find(heard, limits)]

    def _candidate(self, place: Place, heard: Heard) -> Candidate:
        phrase = self.phrases[place.phrase]
        reading = heard.readings[place.reading]
        literal = reading.text[place.start : place.end] == phrase.text
        bonus = (_LITERAL_SPOKEN * place.size if heard.spoken else _LITERAL_TYPED) if literal else 0.0
        return Candidate.at(place, phrase.value, phrase.text, bonus + phrase.weight - 1.0)


@lru_cache(maxsize=256)
def of_slot(options: tuple[Option, ...], kind: str) -> Phrasing:
    """The phrasing of a slot's options; made once, options are the same tuple in every call."""
    found: dict[tuple[str, str], Phrase] = {}
    for option in options:
        for name in lexicon.names_of(option, kind):
            text = "".join(c for c in name if c not in '、，/()（）“”"')
            found.setdefault((text, option.value), Phrase(text, option.value))
    return Phrasing(_told_apart(list(found.values())))


def _told_apart(phrases: list[Phrase]) -> list[Phrase]:
    """A name that is part of other options' names (保险) tells less."""
    return [replace(one, weight=_PART_OF_OTHERS) if _part_of_others(one, phrases) else one for one in phrases]


def _part_of_others(one: Phrase, phrases: list[Phrase]) -> bool:
    others = {other.value for other in phrases if one.text in other.text and other.value != one.value}
    return len(others) >= 3 and not any(other.text == one.text for other in phrases if other.value != one.value)


@lru_cache(maxsize=64)
def of_table(name: str, key: str, column: str) -> Phrasing:
    """The phrasing of a word list."""
    return Phrasing(lexicon.table(name, key, column))


def limits_for(heard: Heard, *, answer: bool) -> Sequence[float]:
    if not heard.spoken:
        return TYPED
    return AS_THE_ANSWER if answer else IN_A_SENTENCE


def choose(slot: Slot, heard: Heard, *, answer: bool) -> list[Candidate]:
    """Candidates for a slot with options, best first. `answer` says that the slot is what was asked for."""
    if not slot.options:
        return []
    found = of_slot(slot.options, slot.key).find(heard, limits_for(heard, answer=answer))
    found = [shifted(one, -heard.readings[one.reading].doubt) for one in found if not _is_a_stray(one, heard)]
    if slot.key == _TAKES_EVIDENCE_TOGETHER:
        together = _together(found)
        return together if together or not answer else _partly_said(slot, heard)
    if slot.key == "service":
        found = [_with_verb(one, heard) for one in found]
    if slot.key == "place":
        found = [_with_turn(one, heard) for one in found]
    best = best_of_each(_outside_longer(found), most=2 if heard.spoken else 1)
    if answer and (not best or best[0].worth < _LEAST_WHOLE):
        return _partly_said(slot, heard) or best
    return best


def _is_a_stray(one: Candidate, heard: Heard) -> bool:
    """One syllable that only sounds like a name, in the midst of others: 存 in 番茄存 is not 村."""
    alone = len(heard.readings[one.reading]) <= _ALONE
    return heard.spoken and len(one.text) == 1 and not alone and not one.literal(heard)


def _with_turn(one: Candidate, heard: Heard) -> Candidate:
    """Of two places in one sentence the later is meant: 想到镇上办，他走不动，能不能上门."""
    return shifted(one, _LATER_BONUS * one.start / max(1, len(heard.readings[one.reading])))


def _partly_said(slot: Slot, heard: Heard) -> list[Candidate]:
    """Options of whose names only a part was said (残疾, 水的事): to be asked about, more names with it first."""
    said = heard.best.text
    for filler in (*lexicon.fillers(), "事", "方面", "问题"):
        said = said.replace(filler, "")
    if not 1 <= len(said) <= _LONGEST_PART or (heard.spoken and len(said) == 1):
        return []
    counts: dict[str, int] = {}
    for phrase in of_slot(slot.options, slot.key).phrases:
        counts[phrase.value] = counts.get(phrase.value, 0) + (said in phrase.text)
    found = [Candidate(value, said, len(said) + min(count, 9) / 30) for value, count in counts.items() if count]
    return best_of_each(found)


def _with_verb(one: Candidate, heard: Heard) -> Candidate:
    """A service right behind 办 or 领 is the one that is wanted; 身份证 may only be something to bring."""
    said = heard.readings[one.reading].text
    before = said[max(0, one.start - 2) : one.start]
    if not _VERBS.intersection(before):
        return one
    return shifted(one, _VERB_BONUS)


def _outside_longer(found: list[Candidate]) -> list[Candidate]:
    """Without phrases that lie inside a longer one that was heard as well: 低保 in 低保户."""
    exact = [one for one in found if one.cost <= 0.01]
    return [one for one in found if not any(one.inside(longer) and longer.value != one.value for longer in exact)]


def _together(found: list[Candidate]) -> list[Candidate]:
    """Adds up what speaks for each value in one reading: a story names its matter more than once."""
    by_value: dict[tuple[object, int], list[Candidate]] = {}
    for one in found:
        by_value.setdefault((one.value, one.reading), []).append(one)
    return best_of_each(_summed(group) for group in by_value.values())


def _summed(group: list[Candidate]) -> Candidate:
    chosen: list[Candidate] = []
    for one in sorted(group, key=lambda one: -one.worth):
        if one.worth > 0 and not any(one.start < kept.end and kept.start < one.end for kept in chosen):
            chosen.append(one)
    best = chosen[0] if chosen else group[0]
    worth = best.worth + 0.5 * sum(one.worth for one in chosen[1:4])
    return Candidate(best.value, best.text, worth, best.reading, best.start, best.end, best.cost)
