"""What callers are made to say, and what is to be understood: read from `slots.yaml`, drawn by seed."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from hotline.domain.catalogue import Town
from ivr.understanding import lexicon

SPLITS = ("train", "tune", "test")
GROUPS = ("closed", "times", "numbers", "names", "none", "put_right", "dangers")
_WORDS = {"True": True, "False": False, "None": None}
_DIGITS = "零幺二三四五六七八九"
_GIVEN = 60


class CorpusError(Exception):
    """A corpus that cannot be read; the message names the place."""


@dataclass(frozen=True)
class Sample:
    """One utterance. Only the keys of `wanted` are judged; empty: nothing that is asked for was said."""

    slot: str
    group: str
    question: str
    text: str
    wanted: Mapping[str, Any]


def read(path: Path, split: str, town: Town, seed: int) -> dict[str, list[Sample]]:
    """Samples of a split by slot, in an order drawn by seed. Raises CorpusError."""
    try:
        raw = yaml.safe_load(path.read_text("utf8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CorpusError(f"{path} cannot be read: {error}") from error
    if not isinstance(raw, dict):
        raise CorpusError(f"{path}: slots by name are wanted")
    found = {}
    for slot, entry in raw.items():
        dice = random.Random(f"{seed}{slot}{split}")  # to be repeated, not to be secret
        try:
            samples = [*_written(slot, entry, split), *_filled(slot, entry, split, (town, dice))]
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise CorpusError(f"{path}: {slot}: {error!r} is missing or of the wrong kind") from error
        dice.shuffle(samples)
        found[str(slot)] = samples
    return found


def _written(slot: str, entry: Mapping[str, Any], split: str) -> Iterator[Sample]:
    for text, expected in (entry.get("texts") or {}).get(split, {}).items():
        wanted = {} if expected == "none" else dict(_expected(str(expected)))
        yield Sample(slot, entry["group"], entry["question"], str(text), wanted)


def _expected(written: str) -> Iterator[tuple[str, Any]]:
    for part in written.split():
        key, _, value = part.partition("=")
        yield key, _WORDS.get(value, value)


def _filled(
    slot: str, entry: Mapping[str, Any], split: str, source: tuple[Town, random.Random]
) -> Iterator[Sample]:
    if "values" not in entry:
        if "texts" not in entry:
            raise KeyError("values or texts")
        return
    town, dice = source
    for wording in entry["wordings"][split]:
        for said, value in _VALUES[entry["values"]](town, dice):
            yield Sample(slot, entry["group"], entry["question"], wording.format(v=said), {"value": value})


Values = list[tuple[str, str]]


def _services(town: Town, _dice: random.Random) -> Values:
    """Every service by the name it is spoken of and by its aliases."""
    return [(name, s.id) for s in town.services.values() for name in (s.spoken, *s.aliases)]


def _villages(town: Town, _dice: random.Random) -> Values:
    return [(village.name, village.id) for village in town.villages.values()]


def _topics(town: Town, _dice: random.Random) -> Values:
    return [(topic.spoken, topic.id) for topic in town.topics.values() if topic.id.startswith("G")]


def _names(_town: Town, dice: random.Random) -> Values:
    """Common surnames and given names, as a village has them."""
    surnames = lexicon.lines("surnames.txt")[0][:40]
    given = [name for row in lexicon.rows("given_names.tsv") for name in lexicon.words(row["names"])]
    names = {dice.choice(surnames) + dice.choice(given) for _ in range(_GIVEN)}
    return [(name, name) for name in sorted(names)]


def _numbers(_town: Town, dice: random.Random) -> Values:
    """Mobile numbers told in three groups, digit by digit."""
    found = []
    for _ in range(_GIVEN):
        digits = dice.choice(("138", "139", "150", "187")) + "".join(dice.choice("0123456789") for _ in range(8))
        groups = (digits[:3], digits[3:7], digits[7:])
        found.append(("，".join("".join(_DIGITS[int(d)] for d in group) for group in groups), digits))
    return found


_VALUES: Mapping[str, Callable[[Town, random.Random], Values]] = {
    "services": _services,
    "villages": _villages,
    "topics": _topics,
    "names": _names,
    "numbers": _numbers,
}


def seed_of(*parts: object) -> int:
    """A number for these words: the same on every machine."""
    return zlib.crc32("|".join(map(str, parts)).encode())
