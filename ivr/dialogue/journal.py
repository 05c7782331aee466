"""What happened in a conversation, in order. Replaying it brings a script back to its open question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ivr.dialogue.steps import Json


class Kind(StrEnum):
    DONE = "done"  # the office did or looked up something: not an input of the resident
    ANSWERED = "answered"
    MISSED = "missed"  # heard, but not understood, or silence
    TURNED = "turned"  # the same question again, otherwise: repeat, slower, next page of keys
    BACK = "back"
    CALLED_OFF = "called_off"
    DIVERTED = "diverted"  # danger, a person, or a recording for a person takes over
    DROPPED = "dropped"  # the line went; the resident is asked whether to carry on
    RESUMED = "resumed"


@dataclass(frozen=True)
class Entry:
    kind: Kind
    key: str
    payload: Mapping[str, Json] = field(default_factory=dict)


def inputs(entries: Iterable[Entry]) -> int:
    """How many times the resident has been heard: the number of the open turn."""
    return sum(entry.kind is not Kind.DONE for entry in entries)


def effective(entries: Iterable[Entry]) -> list[Entry]:
    """The journal as if what was taken back had not been said.

    返回 undoes the last answer and what was looked up after it, but never goes behind a change of the
    office's records: then it does nothing, and the open question stands.
    """
    kept: list[Entry] = []
    for entry in entries:
        if entry.kind is Kind.BACK:
            _undo_last_answer(kept)
        else:
            kept.append(entry)
    return kept


def _undo_last_answer(kept: list[Entry]) -> None:
    for index in range(len(kept) - 1, -1, -1):
        entry = kept[index]
        if entry.kind in (Kind.DIVERTED, Kind.CALLED_OFF) or (
            entry.kind is Kind.DONE and entry.payload.get("changes")
        ):
            return
        if entry.kind is Kind.ANSWERED:
            still = [e for e in kept[index:] if e.kind is Kind.TURNED and e.payload.get("slower")]
            kept[index:] = still
            return
