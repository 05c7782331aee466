"""A text cut into breaths: what is said without a pause, and how long the pause after it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

LONGEST = 25
"""Characters in one breath."""
BETWEEN_PHRASES_S = 0.2
BETWEEN_SENTENCES_S = 0.35
BETWEEN_ITEMS_S = 0.6
WITHIN_LONG_S = 0.1

_PAUSES = {
    **dict.fromkeys("。！？!?…", BETWEEN_SENTENCES_S),
    **dict.fromkeys("、；;", BETWEEN_ITEMS_S),
}
_SPOKEN = r"[^\W_]"
_PIECE = re.compile(rf"({_SPOKEN}+)([\W_]*)")
_QUOTES = re.compile(r"""["'“”‘’「」『』《》〈〉·•*_~`]""")


@dataclass(frozen=True)
class Breath:
    """A few words said in one go."""

    text: str
    pause_s: float
    """Silence after it at normal pace."""


def breaths(text: str, words: Callable[[str], list[str]]) -> list[Breath]:
    """Cuts at punctuation and spaces; what is still too long is cut evenly between `words`."""
    found: list[Breath] = []
    for spoken, marks in _PIECE.findall(_QUOTES.sub("", text)):
        pause = max((_PAUSES.get(mark, BETWEEN_PHRASES_S) for mark in marks), default=BETWEEN_PHRASES_S)
        parts = _cut(spoken, words)
        found += [Breath(part, WITHIN_LONG_S) for part in parts[:-1]]
        found.append(Breath(parts[-1], pause))
    return found


def _cut(spoken: str, words: Callable[[str], list[str]]) -> list[str]:
    if len(spoken) <= LONGEST:
        return [spoken]
    even = len(spoken) / -(-len(spoken) // LONGEST)
    parts = [""]
    for word in _short(words(spoken)):
        if (parts[-1] and len(parts[-1]) + len(word) > even + 2) or len(parts[-1]) + len(word) > LONGEST:
            parts.append("")
        parts[-1] += word
    return [part for part in parts if part]


def _short(words: list[str]) -> list[str]:
    """No word longer than a breath, whatever a caller's text holds."""
    return [word[at : at + LONGEST] for word in words for at in range(0, len(word), LONGEST)]
