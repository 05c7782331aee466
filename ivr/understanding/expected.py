"""What a recogniser should listen for at a question."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from asr_models.recogniser import Expected
from ivr.dialogue.steps import Ask, Slot, Wants
from ivr.understanding import lexicon, names, numbers, time_words
from ivr.understanding.answer import Setting
from ivr.understanding.choices import of_slot
from ivr.understanding.in_order import rows_of
from ivr.understanding.written import is_han

_CLOSED = frozenset((Wants.CHOICE, Wants.WHEN, Wants.YES_NO, Wants.RATING))
_LISTS = {
    Wants.YES_NO: ("yes_no.tsv", "answer", "phrases"),
    Wants.RATING: ("ratings.tsv", "level", "phrases"),
    Wants.OPEN: ("errands.tsv", "errand", "strong"),
}
_COMMANDS = ("commands.tsv", "command", "phrases")
_DANGERS = ("danger.tsv", "kind", "phrases")
_DIGITS = tuple("零幺一二两三四五六七八九十")


def expected_for(ask: Ask, setting: Setting) -> Expected:
    """The phrases of a question, of what may come with it, and of what may be said at any time.

    Also makes ready what understanding the answer will need, so that the first answer is not the slow one.
    """
    more = (word for slot in ask.also if slot.wants is not Wants.NAME for word in _phrases(slot))
    phrases = (*_phrases(ask.slot), *more, *lexicon.fillers())  # a name may be anything: it is listened for alone
    closed = ask.slot.wants in _CLOSED and not setting.keys.keys() & {"9"}
    return Expected(_han(phrases), closed, _han(_any_time()), rows_of(ask, setting.now.date()))


def _han(phrases: Iterable[str]) -> tuple[str, ...]:
    spoken = ("".join(filter(is_han, phrase)) for phrase in phrases)
    return tuple(dict.fromkeys(phrase for phrase in spoken if phrase))


@lru_cache(maxsize=256)
def _phrases(slot: Slot) -> tuple[str, ...]:
    if slot.wants is Wants.CHOICE:
        groups = numbers.groups_named() if slot.key == "village" else ()  # 石桥村三组
        return (*(phrase.text for phrase in of_slot(slot.options, slot.key).phrases), *groups)
    if slot.wants is Wants.WHEN:
        return time_words.words()
    if slot.wants is Wants.NUMBER:
        return (*_DIGITS, *numbers.groups_named(numbers.most_groups(slot))) if slot.key == "group" else _DIGITS
    if slot.wants is Wants.NAME:
        return names.CUES
    if slot.wants in _LISTS:
        return tuple(phrase.text for phrase in lexicon.table(*_LISTS[slot.wants]))
    return ()


def _any_time() -> tuple[str, ...]:
    return tuple(phrase.text for name in (_COMMANDS, _DANGERS) for phrase in lexicon.table(*name))
