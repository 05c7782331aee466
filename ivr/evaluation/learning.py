"""What staff's corrections teach: other words for services and matters, and which sounds are taken for which.

A correction says what a caller said; what she wanted is in the booking or the case that came of it, read back and
agreed to. Words that do not lead there by themselves are proposed as an alias. Proposals are tried on every
correction and on every name and alias the town has: what they help and what they hurt is shown before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from asr_models.confusions import Confusion
from asr_models.phonetics import syllables
from asr_models.recogniser import Alternative, Hearing
from hotline.domain.catalogue import Town
from hotline.domain.learnt import Lesson
from ivr.dialogue.steps import Ask, Option, Prompt, Slot, Wants
from ivr.evaluation.confusing import confused
from ivr.scripts.common import Vocabulary
from ivr.understanding import lexicon
from ivr.understanding.answer import Setting
from ivr.understanding.understand import understand_speech, understand_text
from ivr.understanding.written import is_han

_SHORTEST, _LONGEST = 2, 10


@dataclass(frozen=True)
class Corrected:
    """An answer that staff put right."""

    turn: int
    heard: tuple[str, ...]
    said: str
    wanted: Mapping[str, str]
    """By kind: what came of the conversation."""


@dataclass(frozen=True)
class Row:
    """Something that understanding is tried on: words and what they should come to."""

    kind: str
    wanted: str
    texts: tuple[str, ...]
    spoken: bool = False

    @property
    def name(self) -> str:
        return f"{self.kind}: {self.texts[0]}"


def lessons(every: Iterable[Corrected], town: Town, now: datetime) -> list[Lesson]:
    """An alias for each correction whose words do not lead where the caller wanted; each phrase once."""
    found: dict[tuple[str, str], Lesson] = {}
    for one in every:
        for kind, wanted in one.wanted.items():
            phrase = _bare(one.said)
            known = _right(Row(kind, wanted, (one.said,)), town, now)
            if _SHORTEST <= len(phrase) <= _LONGEST and not known:
                found.setdefault((kind, phrase), Lesson(kind, wanted, phrase))
    return list(found.values())


def _bare(said: str) -> str:
    """What is left without words that carry no sense of their own."""
    text = _han(said)
    for filler in lexicon.fillers():
        text = text.replace(filler, "") if len(filler) > 1 else text
    return text.strip("".join(filler for filler in lexicon.fillers() if len(filler) == 1))


def rows(every: Iterable[Corrected], town: Town) -> list[Row]:
    """Every correction as it was heard and as it was said, and every name and alias of the town."""
    found = []
    for one in every:
        for kind, wanted in one.wanted.items():
            found += [Row(kind, wanted, one.heard, spoken=True)] if any(one.heard) else []
            found.append(Row(kind, wanted, (one.said,)))
    words = Vocabulary(town)
    for kind, options in (("service", words.services), ("topic", words.topics)):
        found += [Row(kind, option.value, (name,)) for option in options for name in _own_names(option)]
    return found


def _own_names(option: Option) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in (option.label, *option.spoken) if name))


def right(every: Sequence[Row], town: Town, now: datetime) -> list[bool]:
    """Which rows come to what they should with this town's words."""
    return [_right(row, town, now) for row in every]


def _right(row: Row, town: Town, now: datetime) -> bool:
    words = Vocabulary(town)
    options = words.services if row.kind == "service" else words.topics
    ask, setting = Ask(Slot(row.kind, Wants.CHOICE, options), Prompt(row.kind)), Setting(now, market=town.market)
    if row.spoken:
        hearing = Hearing(tuple(Alternative(text, 0.5) for text in row.texts))
        return bool(understand_speech(ask, hearing, None, setting).value == row.wanted)
    return bool(understand_text(ask, row.texts[0], setting).value == row.wanted)


def sounds(every: Iterable[Corrected]) -> Counter[Confusion]:
    """How often each sound was taken for which, right ones counted too."""
    found: Counter[Confusion] = Counter()
    for one in every:
        if one.heard:
            found += confused(syllables(_han(one.said)), syllables(_han(one.heard[0])))
    return found


def _han(text: str) -> str:
    return "".join(filter(is_han, text))


def confusions(every: Iterable[Corrected]) -> Counter[tuple[str, str]]:
    """(said, heard) for each syllable that was taken for another, where both have as many."""
    found: Counter[tuple[str, str]] = Counter()
    for one in every:
        said = syllables(_han(one.said))
        heard = syllables(_han(one.heard[0])) if one.heard else ()
        if len(said) == len(heard):
            found.update((a, b) for a, b in zip(said, heard, strict=True) if a != b)
    return found
