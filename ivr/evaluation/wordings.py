"""The large corpus: carrier phrases times values, a row for each split, read from `wordings.tsv`.

Columns: split, slot, group, question, carriers, values. Carriers hold {v} and are parted by |; values are either
`words=value|words=value` or `@name`, values drawn by dice (`said_values.DRAWN`). `words=` alone is an
utterance from which nothing may be taken; `words=key:value` names another slot than the question's own.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hotline.domain.catalogue import Town, rows
from hotline.domain.errors import Refused
from ivr.evaluation import corpus
from ivr.evaluation.corpus import GROUPS, SPLITS, CorpusError, Sample
from ivr.evaluation.said_values import DRAWN, Source, Value

COLUMNS = {"split", "slot", "group", "question", "carriers", "values"}
MOST = 400
"""Utterances kept of a slot: a carrier times a long list of values says little more after that."""
_WORDS = {"True": True, "False": False, "None": None}


def everything(folder: Path, split: str, town: Town, seed: int) -> dict[str, list[Sample]]:
    """Both corpora of a folder by slot, mixed by seed, without what an earlier split says. Raises CorpusError.

    A value that can be said in one way only (月底, a village by its name) stays with the first split that says it.
    """
    said: set[tuple[str, str]] = set()
    for earlier in SPLITS[: SPLITS.index(split)]:
        said |= {_sentence(one) for several in _both(folder, earlier, town, seed).values() for one in several}
    found = _both(folder, split, town, seed)
    return {slot: [one for one in several if _sentence(one) not in said] for slot, several in found.items()}


def _both(folder: Path, split: str, town: Town, seed: int) -> dict[str, list[Sample]]:
    few = corpus.read(folder / "slots.yaml", split, town, seed)
    many = read(folder / "wordings.tsv", split, town, seed)
    joined = {slot: [*few.get(slot, []), *many.get(slot, [])] for slot in [*few, *many]}
    return {slot: _mixed(several, f"{seed}{split}{slot}") for slot, several in joined.items()}


def read(path: Path, split: str, town: Town, seed: int) -> dict[str, list[Sample]]:
    """Utterances of a split by slot. Raises CorpusError naming the line."""
    found: dict[str, list[Sample]] = {}
    try:
        table = list(rows(path.read_text("utf8"), COLUMNS))
    except (OSError, UnicodeDecodeError, Refused) as error:
        raise CorpusError(f"{path} cannot be read: {error}") from error
    for line, row in table:
        place = f"{path}:{line}"
        _check(row, place)
        if row["split"] == split:
            dice = random.Random(f"{seed}{split}{row['slot']}{row['values']}")  # to be repeated, not to be secret
            found.setdefault(row["slot"], []).extend(_samples(row, Source(town, split, dice), place))
    return found


def _mixed(samples: list[Sample], seed: str) -> list[Sample]:
    once = list({_sentence(one): one for one in samples}.values())
    random.Random(seed).shuffle(once)
    return once[:MOST]


def _sentence(sample: Sample) -> tuple[str, str]:
    return sample.question, sample.text


def _check(row: Mapping[str, str], place: str) -> None:
    if row["split"] not in SPLITS:
        raise CorpusError(f"{place}: there is no split {row['split']!r}")
    if row["group"] not in GROUPS:
        raise CorpusError(f"{place}: there is no group {row['group']!r}")
    if not all("{v}" in carrier for carrier in row["carriers"].split("|")):
        raise CorpusError(f"{place}: every carrier needs {{v}}")


def _samples(row: Mapping[str, str], source: Source, place: str) -> Iterator[Sample]:
    for carrier in row["carriers"].split("|"):
        for words, wanted in _values(row["values"], source, place):
            yield Sample(row["slot"], row["group"], row["question"], carrier.replace("{v}", words), wanted)


def _values(cell: str, source: Source, place: str) -> list[Value]:
    if not cell.startswith("@"):
        return [_value(part, place) for part in cell.split("|")]
    found: list[Value] = [("", {})]
    for name in cell.split():  # several: said one behind the other
        if name[1:] not in DRAWN:
            raise CorpusError(f"{place}: there are no values {name}; there are @{', @'.join(DRAWN)}")
        drawn = DRAWN[name[1:]](source)
        source.dice.shuffle(drawn)
        found = [(said + words, {**wanted, **value}) for said, wanted in found for words, value in drawn[:60]]
    return found


def _value(written: str, place: str) -> Value:
    words, is_told, value = written.partition("=")
    if not is_told or not words:
        raise CorpusError(f"{place}: {written!r} is not words=value")
    if not value:
        return words, {}
    key, _, other = value.rpartition(":") if ":" in value and "T" not in value else ("value", "", value)
    meant: Any = _WORDS.get(other, other)
    return words, {key: meant}
