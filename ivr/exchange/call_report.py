"""What became of a synthetic caller's call: who asked what, what was said, how long the answer took."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import orjson

from ivr.exchange.goal import Expectation


@dataclass
class CallTurn:
    """One question and what the caller did about it. Moments are seconds after the call was connected."""

    mark: str
    """`<turn>:<key>` as the service named it; empty for something said unasked."""
    key: str
    asked_s: float
    said: str = ""
    keys: str = ""
    began_s: float | None = None
    ended_s: float | None = None
    """When the last frame with speech (or the last key) left the telephone."""
    answered_s: float | None = None
    """When the first audible frame after that arrived."""

    @property
    def gap_ms(self) -> float | None:
        """Mouth to ear: from the end of the caller's last word to the first sound of the answer.

        Measured at the telephone: from sending the last frame whose clean level is above -45 dBFS to receiving
        the first frame above -50 dBFS that follows at least 0.1 s of quiet. It holds everything
        in between: both 20 ms framings, the exchange's jitter buffer (40 ms), the service, the way back.
        """
        if self.ended_s is None or self.answered_s is None:
            return None
        return round((self.answered_s - self.ended_s) * 1000, 1)


@dataclass
class CallReport:
    """One call, as the caller lived it."""

    number: str
    voice: str
    call_sid: str = ""
    ended: str = ""
    """Why it ended, in the exchange's word; `dropped`: this caller cut the line; `line lost`: no exchange."""
    seconds: float = 0.0
    turns: list[CallTurn] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """SMS received during the call."""
    failures: list[str] = field(default_factory=list)
    """Which expectations were not met."""

    @property
    def met(self) -> bool:
        return not self.failures

    @property
    def gaps_ms(self) -> list[float]:
        """Mouth-to-ear gaps of the spoken turns that were answered."""
        return [turn.gap_ms for turn in self.turns if turn.said and turn.gap_ms is not None]

    def check(self, expect: Expectation) -> None:
        """Notes what did not go as expected; rows are checked by whoever started the caller."""
        if expect.ended and self.ended != expect.ended:
            self.failures.append(f"ended by {self.ended or 'nobody'}, expected {expect.ended}")
        asked = iter(turn.key for turn in self.turns if turn.mark)
        missing = [key for key in expect.asked if key not in asked]
        if missing:
            self.failures.append(f"not asked in this order: {', '.join(missing)}")
        if expect.turns and len(self.turns) > expect.turns:
            self.failures.append(f"{len(self.turns)} turns, expected at most {expect.turns}")

    def as_dict(self) -> dict[str, Any]:
        """For JSON: all fields, with each turn's gap and whether the expectations were met."""
        turns = [asdict(turn) | {"gap_ms": turn.gap_ms} for turn in self.turns]
        return asdict(self) | {"turns": turns, "gaps_ms": self.gaps_ms, "met": self.met}

    def as_json(self) -> bytes:
        return orjson.dumps(self.as_dict(), option=orjson.OPT_INDENT_2)
