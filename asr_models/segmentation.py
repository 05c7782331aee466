"""Cuts phrases into the words a model's vocabulary has, as a Vosk grammar needs them."""

from __future__ import annotations

from collections.abc import Callable

_LONGEST_WORD = 12


def segmented(phrase: str, known: Callable[[str], bool]) -> list[str] | None:
    """The phrase in the fewest words that are all known; None if it cannot be written with them.

    Spaces in the phrase are kept as borders.
    """
    words: list[str] = []
    for part in phrase.split():
        cut = _fewest(part, known)
        if cut is None:
            return None
        words += cut
    return words or None


def _fewest(text: str, known: Callable[[str], bool]) -> list[str] | None:
    """Shortest path from the end: best[at] is the cut of text[at:]."""
    best: dict[int, list[str]] = {len(text): []}
    for at in range(len(text) - 1, -1, -1):
        ends = [
            end for end in range(min(len(text), at + _LONGEST_WORD), at, -1) if end in best and known(text[at:end])
        ]
        if ends:
            end = min(ends, key=lambda end: len(best[end]))
            best[at] = [text[at:end], *best[end]]
    return best.get(0)
