"""Of the six types, the one a story probably belongs to; a person may change it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hotline.domain.grievances import HELP


@dataclass(frozen=True)
class KindSign:
    """What speaks for a kind of case."""

    kind: str
    topics: tuple[str, ...]
    words: tuple[str, ...]


def kind_of(signs: Iterable[KindSign], topic: str, story: str) -> str:
    """The kind proposed: of the first sign whose topic or word it has; a request for help by default."""
    fitting = (s.kind for s in signs if topic in s.topics or any(word in story for word in s.words))
    return next(fitting, HELP)
