"""What whoever looks after the whole is shown of parts the pages themselves do not know; given by the roof."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hotline.domain.lists import Document
from hotline.store.unit_of_work import Office


@dataclass(frozen=True)
class Letter:
    """One text residents get, as it is written."""

    name: str
    text: str


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
    letters: Callable[[], Sequence[Letter]]
    models: Callable[[], Sequence[ModelState]]
    ears: str
    """Which recogniser is set: auto, or one by name."""
