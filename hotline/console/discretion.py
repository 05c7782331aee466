"""Which calls a member of staff may not see or hear: those in which a case was told that they may not know of."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from hotline.domain.case_life import Actor
from hotline.domain.discretion import may_see
from hotline.store.repositories import as_grievance
from hotline.store.tables import GrievanceRow, TurnRow
from hotline.store.unit_of_work import Office


def hidden(office: Office, conversations: Iterable[str], viewer: Actor) -> set[str]:
    """Of some conversations those the viewer may not know of."""
    named = [conversation for conversation in conversations if conversation]
    told = office.session.scalars(select(GrievanceRow).where(GrievanceRow.conversation.in_(named)))
    return {row.conversation for row in told if not may_see(as_grievance(row), viewer)}


def hears(office: Office, turn: int, viewer: Actor) -> bool:
    """Whether the viewer may see and hear a turn; there may be no such turn."""
    row = office.session.get(TurnRow, turn)
    return row is None or not hidden(office, [row.conversation], viewer)
