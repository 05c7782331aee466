"""What whoever looks after the whole is shown of parts the pages themselves do not know; given by the roof."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from hotline.domain.lists import Document
from hotline.store.unit_of_work import Office


@dataclass(frozen=True)
class Letter:
    """One text the office sends, as it is written."""

    name: str
    text: str
    shipped: str
    """As it came."""
    example: str
    """As somebody may read it."""
    fields: tuple[str, ...]
    """What the hotline fills in, as it stands in braces: when:time."""

    @property
    def own(self) -> bool:
        """Whether the town says it in its own words."""
        return self.text != self.shipped


class Letters(Protocol):
    """The texts the office sends, and the town's own words for them."""

    def all(self) -> Sequence[Letter]: ...

    def proposed(self, name: str, text: str | None) -> tuple[Letter, str]:
        """One text in other words (None: as it came), and the file as it would be. Raises KeyError, Refused."""

    def state(self) -> str:
        """Another one once somebody has changed any of them."""

    def put(self, file: str, seen: str) -> None:
        """Has it count from the next text on. Refused("overtaken")."""


@dataclass(frozen=True)
class ModelState:
    """A speech model on this machine."""

    name: str
    installed: bool
    needed: bool


@dataclass(frozen=True)
class Administration:
    """Lists, texts and models."""

    document: Callable[[Office, int], Document]
    """A version of the town's lists. Raises KeyError."""
    letters: Letters
    models: Callable[[], Sequence[ModelState]]
    ears: str
    """Which recogniser is set: auto, or one by name."""
