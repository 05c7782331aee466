"""What a caller says to which question, made into sound before the call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

Say = Callable[[str], bytes]
"""Words to µ-law."""


def speaker(say: Say, answers: dict[str, list[str]]) -> Callable[[str], bytes | None]:
    """Answers each asking of a question in turn, the last one again and again; silent at any other question."""
    made = {key: [say(words) for words in texts] for key, texts in answers.items()}
    asked: Counter[str] = Counter()

    def answer(key: str) -> bytes | None:
        texts = made.get(key)
        if texts is None:
            return None
        asked[key] += 1
        return texts[min(asked[key], len(texts)) - 1]

    return answer
