"""Two transcripts of one answer beside each other: what the second one reads otherwise than the first."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

Piece = tuple[str, bool]
"""Some characters, and whether the other transcript has others there."""

_MARK = re.compile(r"[^\w]|_")


def differences(first: str, second: str) -> list[Piece]:
    """`second` in pieces, in order; marks of punctuation are no difference."""
    words = [place for place, character in enumerate(second) if not _MARK.match(character)]
    match = SequenceMatcher(None, _MARK.sub("", first), "".join(second[place] for place in words), autojunk=False)
    same = {words[b + offset] for _, b, size in match.get_matching_blocks() for offset in range(size)}
    pieces: list[Piece] = []
    for place, character in enumerate(second):
        differs = place not in same and not _MARK.match(character)
        if pieces and (pieces[-1][1] == differs or _MARK.match(character)):
            pieces[-1] = (pieces[-1][0] + character, pieces[-1][1])
        else:
            pieces.append((character, differs))
    return pieces
