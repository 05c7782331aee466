"""What was said in a conversation, on record with its recording."""

from __future__ import annotations

from datetime import datetime

from hotline.store.tables import ConversationRow, TurnRow
from hotline.store.unit_of_work import Store

TALK = "c1"


def talked(store: Store, at: datetime) -> None:
    """A conversation that is over."""
    with store.open() as office:
        office.session.add(ConversationRow(
            id=TALK, number="13900000001", script="welcome", version=1, surface="voice", state="done",
            opened_at=at, touched_at=at,
        ))  # fmt: skip
        office.commit()


def answered(store: Store, audio: str, at: datetime, heard: str) -> int:
    """An answer in it; its number."""
    row = TurnRow(
        conversation=TALK, call="CA1", surface="voice", turn=1, key="story", asked="什么事？", heard=heard,
        alternatives=[], confidence=0.5, understood={}, audio=audio, timings_ms={}, at=at,
    )  # fmt: skip
    with store.open() as office:
        office.records.add(row)
        office.commit()
        return row.id
