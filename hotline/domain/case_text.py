"""What of a case can be searched: every two neighbouring characters as one word a database index knows.

The words are plain ASCII (`u` and ten hexadecimal digits), so that no tokeniser, collation or piece of query
syntax of any database can make something else of what a resident said.
"""

from __future__ import annotations

import unicodedata

LONGEST = 2000
"""Characters of one text that can be found."""
_WIDTH = 5
"""Hexadecimal digits of the highest code point."""


def searched_words(*texts: str) -> str:
    """The words of some texts; nothing is found across the end of one."""
    return " ".join(word for text in texts for word in _pairs(_letters(text)))


def phrase(query: str) -> tuple[str, bool]:
    """(words that must follow each other, whether the one word is only a beginning); empty for nothing."""
    letters = _letters(query)
    if len(letters) == 1:
        return "u" + _hex(letters), True
    return " ".join(_pairs(letters)[:-1]), False


def _letters(text: str) -> str:
    """Characters that tell something, in one width and case."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).lower()
    return "".join(c for c in plain if unicodedata.category(c)[0] in "LN")


def _pairs(letters: str) -> list[str]:
    """One word for each character with the one after it; the last stands alone."""
    return ["u" + _hex(a) + _hex(b) for a, b in zip(letters, letters[1:] + " ", strict=True)] if letters else []


def _hex(character: str) -> str:
    return f"{ord(character):0{_WIDTH}x}" if character != " " else "0" * _WIDTH
