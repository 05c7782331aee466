"""What a resident takes a sentence of the hotline for, by its wording alone: the question, a code, an end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hotline.crash.scenes import Play
from ivr.scripts.wording import prompt_names, template

_VARIANTS = (".again", ".choose", ".sms")
_SLOT = re.compile(r"\{(\w+)(?::\w+)?\}")
_KEY = re.compile(r"([^，。？！：；]+?)请按(\d)")
_SPOKEN = {figure: str(n) for n, figure in enumerate("零一二三四五六七八九")} | {"幺": "1"}


@dataclass(frozen=True)
class Sentence:
    """One prompt as a pattern, and what it means to whoever hears it."""

    pattern: re.Pattern[str]
    meaning: str


class Reader:
    """Reads the hotline's words as a resident does, who has never seen its database."""

    def __init__(self, play: Play) -> None:
        self._questions = [
            sentence for meaning, prompts in play.questions.items() for sentence in _patterns(prompts, meaning)
        ]
        self._over = _patterns(play.over, "over")
        self._sorry = _patterns(play.sorry, "sorry")
        self._telling = [
            sentence for kind, prompts in play.telling.items() for sentence in _patterns(prompts, kind)
        ]

    def question(self, text: str) -> str:
        """The question that stands last in a text; empty if there is none."""
        found = [
            (match.end(), match.end() - match.start(), sentence.meaning)
            for sentence in self._questions
            for match in sentence.pattern.finditer(text)
        ]
        return max(found)[2] if found else ""

    def says(self, prompts: Iterable[str], text: str) -> bool:
        """Whether one of these prompts was said."""
        return any(sentence.pattern.search(text) for sentence in _patterns(prompts, ""))

    def is_over(self, text: str) -> bool:
        return any(sentence.pattern.search(text) for sentence in self._over)

    def is_sorry(self, text: str) -> bool:
        """Something broke at the other end: one tries again."""
        return any(sentence.pattern.search(text) for sentence in self._sorry)

    def codes(self, text: str) -> set[tuple[str, str]]:
        """(kind of row, six digits) of everything a text confirms."""
        return {
            (sentence.meaning, "".join(_SPOKEN.get(figure, figure) for figure in match["code"].replace(" ", "")))
            for sentence in self._telling
            for match in sentence.pattern.finditer(text)
        }


def choices(text: str) -> list[tuple[str, str]]:
    """(label, key) of every key a sentence offers."""
    return [(match[1].strip(), match[2]) for match in _KEY.finditer(text)]


def _patterns(names: Iterable[str], meaning: str) -> list[Sentence]:
    """One pattern for each prompt of these names, in every form the file has."""
    known: Sequence[str] = prompt_names()
    forms = [name for name in known for wanted in names if _is_form(name, wanted)]
    return [Sentence(re.compile(_pattern(template(name))), meaning) for name in forms]


def _is_form(name: str, wanted: str) -> bool:
    rest = name.removeprefix(wanted)
    return name.startswith(wanted) and all(f".{part}" in _VARIANTS for part in rest.split(".") if part)


def _pattern(words: str) -> str:
    """A template as a pattern: a code is six figures, anything else of one line may stand in a slot."""
    pattern, end = "", 0
    for slot in _SLOT.finditer(words):
        pattern += re.escape(words[end : slot.start()])
        figures = rf"[\d{''.join(_SPOKEN)}]"
        pattern += rf"(?P<code>(?:{figures} ?){{6}})" if slot[1] == "code" else "[^\n]*?"
        end = slot.end()
    return pattern + re.escape(words[end:])
