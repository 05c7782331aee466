"""The words a script is written in: Say, Ask, Do, Transfer, Finish; and what comes back."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = Any
"""A value that `json.dumps` takes and gives back unchanged."""


class Wants(StrEnum):
    """What kind of answer a question is after; the surface decides how to ask for it."""

    OPEN = "open"  # anything the office does, in one's own words: slots are taken out of it
    CHOICE = "choice"
    WHEN = "when"
    NUMBER = "number"
    YES_NO = "yes_no"
    NAME = "name"
    WORDS = "words"
    RATING = "rating"


@dataclass(frozen=True)
class Prompt:
    """A sentence by its name in the prompt file, with what goes into it."""

    name: str
    values: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Option:
    """One thing a question may be answered with."""

    value: str
    label: str
    """As spoken to the caller."""
    spoken: tuple[str, ...] = ()
    """Other ways callers say it."""


@dataclass(frozen=True)
class Slot:
    """One thing to be heard: which key, which kind, out of what."""

    key: str
    wants: Wants
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Ask:
    """A question. Yielding it returns a Reply."""

    slot: Slot
    prompt: Prompt
    also: tuple[Slot, ...] = ()
    """What else may be said in the same breath, or corrected."""
    menu: tuple[Option, ...] = ()
    """What keys choose from; the slot's own options where empty."""
    unheard: str = "message"
    """The script that takes over where it was not understood three times."""

    @property
    def key(self) -> str:
        return self.slot.key


@dataclass(frozen=True)
class Say:
    """A statement; needs no answer."""

    prompt: Prompt


@dataclass(frozen=True)
class Do:
    """Something the office does or looks up. The result is journalled, so replay never does it twice."""

    key: str
    action: str
    given: Mapping[str, Json] = field(default_factory=dict)
    changes: bool = False
    """True if it changes the office's records: 返回 cannot go back past it."""


@dataclass(frozen=True)
class Transfer:
    """Connect the caller to a person; yielding it returns a Reply whose value is "answered" or "unavailable"."""

    prompt: Prompt
    reason: str
    key: str = "transfer"
    person: tuple[str, str] = ("", "")
    """Whom to ring: name, and number as the office keeps it; empty: whoever is on duty."""


@dataclass(frozen=True)
class Reply:
    """What the resident answered, understood and checked."""

    value: Json = None
    slots: Mapping[str, Json] = field(default_factory=dict)
    """Other keys answered in the same breath (key → value)."""
    denied: bool = False
    """Began with 不对 / 不是: something said before is being corrected."""
    text: str = ""
    """The words as heard or typed, for staff."""
    recording: str = ""
    """Where the audio of the answer is kept, if words could not be had."""


Step = Say | Ask | Do | Transfer
Script = Generator[Step, Any, Any]


class CalledOff(Exception):
    """Thrown into a script when the resident says 算了."""
