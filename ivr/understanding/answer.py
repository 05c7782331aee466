"""What understanding hands to the dialogue: an answer, a command, a danger, or that it is not sure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from hotline.domain.market import NO_MARKET, Market
from ivr.dialogue.steps import Json


class Command(StrEnum):
    """What a caller may say at any time."""

    REPEAT = "repeat"  # 再说一遍
    SLOWER = "slower"  # 说慢点
    BACK = "back"  # 返回
    WRONG = "wrong"  # 不对, with nothing put in its place
    PERSON = "person"  # 转人工, key 0
    CALL_OFF = "call_off"  # 算了
    NO_MORE_CALLS = "no_more_calls"  # 别再打了


@dataclass(frozen=True)
class Setting:
    """What a sentence is understood against besides the question."""

    now: datetime
    """The town's local time (aware)."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """What each key stands for in the menu that was offered (digit → value)."""
    market: Market = NO_MARKET
    """The days of the town's market, by which people count."""


@dataclass(frozen=True)
class Understood:
    """The sense of one utterance, text or key press, for the question that was open.

    Values by kind of slot: CHOICE the option's value; WHEN the written form of a `Wish`; NUMBER its digits;
    YES_NO bool; NAME the name in characters; WORDS the text; RATING 1..5; OPEN the value of the option
    that names the errand, or None with `slots` filled.
    """

    value: Json = None
    slots: Mapping[str, Json] = field(default_factory=dict)
    denied: bool = False
    command: Command | None = None
    danger: str = ""
    """"fire", "landslide", "collapse", "ill", "violence", "suicide", "water", … ; empty if none."""
    confidence: float = 0.0
    """0..1 that value and slots are right."""
    complete: bool = False
    """Nothing more needs to be waited for: end-of-speech may be quick."""
    likely: tuple[str, ...] = ()
    """Option values it may have been, best first, where it is not sure: for the either/or question."""
    text: str = ""

    def as_json(self) -> dict[str, Json]:
        """What is kept of it beside the turn's audio."""
        return {
            "value": self.value,
            "slots": dict(self.slots),
            "denied": self.denied,
            "command": str(self.command) if self.command else "",
            "danger": self.danger,
        }

    @property
    def unclear(self) -> bool:
        return (
            self.value is None and not self.slots and self.command is None and not self.danger and not self.denied
        )
