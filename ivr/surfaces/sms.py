"""A turn as one text message."""

from __future__ import annotations

from ivr.dialogue.turn import Turn
from ivr.surfaces.sentences import spoken

SIGNATURE = "【牛田镇政务】"
LONGEST = 500
"""Characters: eight UCS-2 parts of 67 hold 536 (domain.md, SMS)."""


def message(turn: Turn) -> str:
    """Everything the turn says, signed, at most 500 characters."""
    text = "\n".join(sentence.text for sentence in spoken(turn, "sms"))
    return (SIGNATURE + text)[:LONGEST]
