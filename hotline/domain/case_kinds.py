"""Of the six types, the one a story probably belongs to; a person may change it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hotline.domain.catalogue import rows
from hotline.domain.errors import Refused
from hotline.domain.grievances import HELP, KINDS

_NONE = "-"


@dataclass(frozen=True)
class KindSign:
    """What speaks for a kind of case."""

    kind: str
    topics: tuple[str, ...]
    words: tuple[str, ...]


def read_kinds(text: str) -> tuple[KindSign, ...]:
    """The signs in their order; columns kind, topics, words. Refused("bad_row") with its line."""
    found = []
    for line, row in rows(text, {"kind", "topics", "words"}):
        if row["kind"] not in KINDS:
            raise Refused("bad_row", line=line)
        topics, words = (tuple(p for p in row[c].split("|") if p != _NONE) for c in ("topics", "words"))
        found.append(KindSign(row["kind"], topics, words))
    return tuple(found)


def kind_of(signs: Iterable[KindSign], topic: str, story: str) -> str:
    """The kind proposed: of the first sign whose topic or word it has; a request for help by default."""
    fitting = (s.kind for s in signs if topic in s.topics or any(word in story for word in s.words))
    return next(fitting, HELP)
