"""What the engine hands to a surface: what to say, what to ask, by which keys, how far up the ladder."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.dialogue.journal import Entry
from ivr.dialogue.steps import Ask, Option, Prompt, Slot, Transfer, Wants

MORE = "__more__"
"""The value of the key that turns to the next page of a menu."""
PAGE = 3
"""At most four choices in one breath: three and 'more'."""
GIVE_UP_AFTER = 3
"""Misunderstandings of one question before the caller's words are recorded for a person."""

RESUME = Ask(Slot("resume", Wants.YES_NO), Prompt("resume"))
YES_NO_MENU = (Option("yes", "是"), Option("no", "不是"))


@dataclass(frozen=True)
class Turn:
    """One move of the hotline. `ask` and `transfer` are None when the conversation has ended."""

    number: int
    says: tuple[Prompt, ...] = ()
    ask: Ask | None = None
    transfer: Transfer | None = None
    misses: int = 0
    """How often this question has been misunderstood: 0 as written, 1 rephrased, 2 either/or with keys."""
    likely: tuple[Option, ...] = ()
    page: int = 0
    slow: bool = False
    diverted: str = ""
    """The script that has taken over: danger, person, message; empty on the ordinary way."""
    outcome: str = ""
    """Empty while open; then done, transferred, recorded or abandoned."""
    entries: tuple[Entry, ...] = ()
    """What this move adds to the journal."""

    @property
    def key(self) -> str:
        if self.ask:
            return self.ask.key
        return self.transfer.key if self.transfer else ""

    @property
    def name(self) -> str:
        """`<turn>:<key>`: the mark that ends the question's prompt, and the key of an answer to it."""
        return f"{self.number}:{self.key}"

    @property
    def menu(self) -> dict[str, Option]:
        """What each key means now; empty where keys are digits of a number or nothing."""
        if self.ask is None or self.ask.slot.wants in (Wants.NUMBER, Wants.NAME, Wants.WORDS, Wants.RATING):
            return {}
        if self.ask.slot.wants is Wants.YES_NO:
            return dict(zip("12", YES_NO_MENU, strict=True))
        choices = self.likely or self.ask.menu or self.ask.slot.options
        if len(choices) <= PAGE + 1:
            return {str(i): option for i, option in enumerate(choices, start=1)}
        pages = -(-len(choices) // PAGE)
        start = self.page % pages * PAGE
        page = {str(i): option for i, option in enumerate(choices[start : start + PAGE], start=1)}
        return page | {"9": Option(MORE, "下面的")}
