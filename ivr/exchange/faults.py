"""What goes wrong on a line, on demand and the same way every time for the same seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from random import Random
from typing import Any


@dataclass(frozen=True)
class Faults:
    """The troubles of one call or of one number's messages; nothing by default."""

    seed: int = 0
    loss: float = 0.0
    """Share of uplink frames lost, 0..1; a lost frame is heard as silence, as a carrier conceals it."""
    loss_burst: int = 1
    """Frames lost in a row. Concealment holds for two or three; real losses come in bursts."""
    jitter_ms: float = 0.0
    """Longest hold-up of the frames sent to the service; order is kept, so they arrive in clumps."""
    drop_after_s: float | None = None
    """The line goes dead so many seconds after it was answered."""
    drop_after_turn: int | None = None
    """The line goes dead as soon as the mark `<turn>:<key>` of that turn has been played."""
    duplicate_webhooks: bool = False
    """Every webhook is delivered twice with one idempotency token; the second reply is obeyed."""
    late_status_s: float = 0.0
    statuses_out_of_order: bool = False
    """Each status callback changes places with the one after it."""
    no_stream: bool = False
    """The media connection cannot be made, so that the service goes on by keypad (31920)."""
    kill_stream_after_s: float | None = None
    """The media connection is cut without a close frame, so many seconds after it started."""
    bad_signature: bool = False
    slow_consumer_s: float = 0.0
    """The exchange waits so long before reading each message of the service."""
    sms_error: int | None = None
    """30003, 30006, …: accepted, then undelivered; 21610, 21614: refused at once."""

    @classmethod
    def of(cls, wanted: Mapping[str, Any]) -> Faults:
        """Built from JSON. Raises ValueError for names or values that make no sense."""
        kinds = {field.name: field.type for field in fields(cls)}
        for name, value in wanted.items():
            if name not in kinds:
                raise ValueError(f"no such fault: {name}")
            if kinds[name] == "bool" and not isinstance(value, bool):
                raise ValueError(f"{name} is true or false")
            if kinds[name] != "bool" and (isinstance(value, bool) or not isinstance(value, int | float)):
                raise ValueError(f"{name} is a number")
        return cls(**wanted)


class LossyLine:
    """Decides frame by frame what is lost, in bursts, so that the long-run share is `Faults.loss`."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._dice = Random(faults.seed)
        self._losing = 0

    def loses(self) -> bool:
        """Whether the next frame is lost."""
        if self._losing:
            self._losing -= 1
            return True
        burst = max(1, self._faults.loss_burst)
        share = min(self._faults.loss, 0.99)
        # A burst starts on a good frame, so its chance is p for which p·burst / (1 - p + p·burst) = share.
        chance = share / (burst - share * (burst - 1))
        if self._dice.random() >= chance:
            return False
        self._losing = burst - 1
        return True

    def hold_up_s(self) -> float:
        """How late the next frame is, in seconds."""
        return self._dice.random() * self._faults.jitter_ms / 1000
