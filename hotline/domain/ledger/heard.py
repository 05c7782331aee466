"""What somebody said of a matter that is over: rung back, asked by text, or rating it by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Heard:
    """One answer, as the ledger takes it in; the same source makes each kind of row once."""

    source: str
    """survey:12, rating:appointment:307294, rating:case:516082"""
    answered_at: datetime
    ratings: Mapping[str, int] = field(default_factory=dict)
    """By dimension, 5 (非常满意) to 1; only those that were given."""
    solved: bool | None = None
    remark: str = ""
    recording: str = ""
    service: str = ""
    """A service, or for a case its topic."""
    place: str = ""
    """The desk, or for a case its village."""
    clerk: str = ""
    number: str = ""
    conversation: str = ""
