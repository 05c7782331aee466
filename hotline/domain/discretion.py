"""Who may know what of a case: the one place where it is decided.

A caller's identity never reaches the person complained about; 举报 and complaints about staff are the
supervisor's alone (domain.md, Cases).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from hotline.domain.case_life import ADMINISTRATOR, AUDITOR, CLERK, MACHINE, SUPERVISOR, VILLAGE, Actor, is_among
from hotline.domain.grievances import REPORT, STAFF_TOPIC, Grievance

TELLER = ("name", "number", "callback_number", "recording", "name_recording", "conversation")
"""What of a case says who told it."""
HIDDEN_FROM = (ADMINISTRATOR, AUDITOR)
"""They do not work on cases: they see the matter without who told it, whatever their reason."""


def is_confidential(kind: str, topic: str) -> bool:
    """Whether a case is the supervisor's alone: a report of wrongdoing, or a complaint about staff."""
    return kind == REPORT or topic == STAFF_TOPIC


class Seen(Protocol):
    """What decides whether somebody may see a case."""

    @property
    def confidential(self) -> bool: ...
    @property
    def village(self) -> str: ...
    @property
    def people(self) -> Sequence[str]: ...
    @property
    def accused(self) -> Sequence[str]: ...


def may_see(case: Seen, viewer: Actor) -> bool:
    """Whether the viewer may know of the case at all."""
    if viewer.role == MACHINE:
        return True
    if is_among(viewer, case.accused):
        return False
    if case.confidential:
        return viewer.role == SUPERVISOR
    if viewer.role == VILLAGE:
        return case.village in viewer.villages or is_among(viewer, case.people)
    return viewer.role in (CLERK, SUPERVISOR, ADMINISTRATOR, AUDITOR)


def visible(case: Grievance, viewer: Actor) -> Grievance | None:
    """The case as the viewer may see it; None if they may not know of it.

    HIDDEN_FROM see the matter without who told it.
    """
    if not may_see(case, viewer):
        return None
    if viewer.role in HIDDEN_FROM:
        hidden: dict[str, Any] = dict.fromkeys(TELLER, "")
        return replace(case, **hidden)
    return case
