"""What one document of a town's lists has that another has not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hotline.domain.lists import SHAPES, Document, Json, ListShape


@dataclass(frozen=True)
class Difference:
    """How one list differs: rows by their key."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: Mapping[str, Mapping[str, tuple[Json, Json]]] = field(default_factory=dict)
    """Of a row that stays: each column that differs, before and after."""


def differences(before: Document, after: Document) -> dict[str, Difference]:
    """Every list that differs, with its rows; empty where the documents say the same."""
    found = {}
    for name, shape in SHAPES.items():
        old, new = _by_key(shape, before), _by_key(shape, after)
        changed = {key: _columns(old[key], new[key]) for key in old.keys() & new.keys()}
        one = Difference(
            tuple(key for key in new if key not in old),
            tuple(key for key in old if key not in new),
            {key: changed[key] for key in new if changed.get(key)},
        )
        if one != Difference():
            found[name] = one
    return found


def _by_key(shape: ListShape, document: Document) -> dict[str, dict[str, Json]]:
    return {shape.key_of(row) or "": row for row in document.get(shape.name, [])}


def _columns(old: Mapping[str, Json], new: Mapping[str, Json]) -> dict[str, tuple[Json, Json]]:
    return {name: (old.get(name), value) for name, value in new.items() if old.get(name) != value}
