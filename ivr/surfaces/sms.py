"""A turn as one text message."""

from __future__ import annotations

from ivr.dialogue.steps import Prompt
from ivr.dialogue.turn import Turn
from ivr.scripts.wording import words
from ivr.surfaces.sentences import spoken

SIGNATURE = "【牛田镇政务】"
LONGEST = 500
"""Characters: eight UCS-2 parts of 67 hold 536 (domain.md, SMS)."""


def message(turn: Turn, *, first: bool = False) -> str:
    """Everything the turn says, signed, at most 500 characters; the `first` of a conversation says who writes."""
    said = [sentence.text for sentence in spoken(turn, "sms")]
    greeting = words(Prompt("welcome.greeting"), (".sms",))
    text = "\n".join([greeting, *said] if first and greeting not in said else said)
    return (SIGNATURE + text)[:LONGEST]
