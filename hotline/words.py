"""What staff read, by its name: kept in one file per language, never inside logic."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@cache
def _file(language: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((DATA / f"words.{language}.toml").read_text("utf8"))


def names(kind: str, language: str = "zh") -> tuple[str, ...]:
    """Every name of a kind that has a word; none of a kind nobody knows."""
    return tuple(_file(language).get(kind, {}))


def word(kind: str, name: str, language: str = "zh") -> str:
    """The word for one of a kind (`word("outcome", "done")`); the name itself where there is none."""
    return _file(language).get(kind, {}).get(name, name)
