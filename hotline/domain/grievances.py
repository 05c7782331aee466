"""Grievances (诉求): what is wrong, where, for whom, and by when it is signed for and answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from hotline.domain.appointments import free_code

SIGN_WITHIN = {"danger": timedelta(minutes=15), "urgent": timedelta(minutes=30), "normal": timedelta(days=1)}
"""Local practice: danger 15 min, water and power 30 min, also on non-working days; else one working day."""

URGENT_TOPICS = frozenset({"G1", "G2"})


@dataclass(frozen=True)
class Told:
    """What a resident told and confirmed."""

    topic: str
    story: str
    village: str
    group: str
    where: str
    name: str
    number: str
    """Who rang."""
    callback_number: str
    """Where to ring back."""
    urgency: str = "normal"
    recording: str = ""
    name_recording: str = ""


@dataclass(frozen=True)
class Grievance:
    id: int
    code: str
    topic: str
    story: str
    village: str
    group: str
    where: str
    name: str
    number: str
    callback_number: str
    urgency: str
    status: str
    sign_by: datetime
    recording: str
    conversation: str
    created_at: datetime
    name_recording: str = ""


class Casebook(Protocol):
    """Where grievances are kept."""

    def add(self, told: Told, *, code: str, sign_by: datetime, conversation: str) -> Grievance: ...

    def code_in_use(self, code: str) -> bool: ...


def urgency_of(topic: str, *, danger: bool) -> str:
    """danger, urgent (water, power) or normal."""
    if danger:
        return "danger"
    return "urgent" if topic in URGENT_TOPICS else "normal"


def accept(
    casebook: Casebook, told: Told, *, conversation: str, now: datetime, draw_code: Callable[[], str]
) -> Grievance:
    """Opens a case (受理) with its code and the time by which somebody must have signed for it."""
    return casebook.add(
        told,
        code=free_code(casebook.code_in_use, draw_code),
        sign_by=now + SIGN_WITHIN[told.urgency],
        conversation=conversation,
    )
