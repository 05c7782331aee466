"""The word lists of understanding, read once: what people say for what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ivr.dialogue.steps import Option

_DATA = Path(__file__).parent / "data"
_LONGEST_ALIAS = 10
"""Longer examples are whole sentences; their words are in the lists here."""


def lines(name: str) -> list[str]:
    text = (_DATA / name).read_text("utf8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def rows(name: str) -> Iterator[dict[str, str]]:
    """Rows of a tab-separated list by the names in its first line; missing last cells are empty."""
    head, *rest = lines(name)
    names = head.split("\t")
    for line in rest:
        cells = line.split("\t")
        yield dict(zip(names, cells + [""] * (len(names) - len(cells)), strict=True))


def words(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in cell.split("|") if word.strip()))


@dataclass(frozen=True)
class Phrase:
    """Words that stand for a value. Weak ones count only where nothing stronger is said."""

    text: str
    value: str
    weight: float = 1.0


@cache
def table(name: str, key: str, column: str) -> tuple[Phrase, ...]:
    """The phrases of one column, each with the value in the key column of its row."""
    return tuple(Phrase(word, row[key]) for row in rows(name) for word in words(row[column]))


@cache
def fillers() -> tuple[str, ...]:
    return tuple(sorted(lines("fillers.txt"), key=len, reverse=True))


@cache
def _spoken(kind: str) -> tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...]:
    """(words of a name, words it must not have, what callers say for it)."""
    if kind == "topic":
        return tuple((words(row["topic"]), (), words(row["phrases"])) for row in rows("topics.tsv"))
    return tuple((words(row["name"]), words(row["not"]), words(row["spoken"])) for row in rows("services.tsv"))


@cache
def _by_value() -> dict[str, tuple[str, ...]]:
    found = {row["errand"]: words(row["strong"]) for row in rows("errands.tsv")}
    return found | {row["place"]: words(row["phrases"]) for row in rows("places.tsv")}


@cache
def names_of(option: Option, kind: str = "") -> tuple[str, ...]:
    """All that callers say for an option: its label, its own aliases, and those of the lists for its kind.

    `kind` is the key of the slot: "service", "topic"; others have no list of their own.
    """
    own = [name for name in (option.label, *option.spoken) if name]
    said = own + list(_by_value().get(option.value, ()))
    official = "、".join(own)
    for keys, without, spoken in _spoken(kind) if kind in ("service", "topic") else ():
        if any(key in official for key in keys) and not any(key in official for key in without):
            said += spoken
    short = [name for name in said if len(name) <= _LONGEST_ALIAS]
    return tuple(dict.fromkeys(short or own))
