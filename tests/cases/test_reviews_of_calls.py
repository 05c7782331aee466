"""Reviews of calls on both databases: the least certain first, one row a call, and who was quicker."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import true

from hotline.domain.errors import Refused
from hotline.store.tables import CallRow, ConversationRow, TurnRow
from hotline.store.unit_of_work import Store
from tests.cases.room import Room

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


@pytest.fixture
def store(room: Room) -> Store:
    return room.store


def a_call(store: Store, sid: str, *confidences: float, days_ago: int = 0) -> list[int]:
    at = NOW - timedelta(days=days_ago)
    with store.open() as office:
        office.session.add(
            ConversationRow(
                id=sid, number="1", script="welcome", version=1, surface="voice", state="done", opened_at=at,
                touched_at=at,
            )
        )  # fmt: skip
        office.session.add(
            CallRow(
                sid=sid, number="1", direction="inbound", status="completed", surface="voice", conversation=sid,
                started_at=at,
            )
        )  # fmt: skip
        office.session.flush()
        turns = [
            TurnRow(
                conversation=sid, call=sid, surface="voice", turn=1, key="errand", asked="", heard="好",
                alternatives=[], confidence=confidence, understood={}, audio="a.wav", timings_ms={}, at=at,
            )
            for confidence in confidences
        ]  # fmt: skip
        office.session.add_all(turns)
        office.commit()
        return [turn.id for turn in turns]


def waiting(store: Store, username: str, now: datetime = NOW) -> list[tuple[str, float]]:
    with store.open() as office:
        return [(row.sid, sure) for row, sure in office.reviews.waiting(true(), username, now, 10)]


def test_who_opens_and_who_has_been_through(store: Store) -> None:
    a_call(store, "A", 0.9, 0.4)
    a_call(store, "B", 0.3, 0.6)
    a_call(store, "old", 0.1, days_ago=40)
    assert waiting(store, "liu") == [("B", 0.3), ("A", 0.4)]
    with store.open() as office:
        assert office.reviews.open("B", "chen", NOW) is None
        assert office.reviews.open("B", "chen", NOW) is None, "one's own"
        office.commit()
    with store.open() as office:
        beside = office.reviews.open("B", "liu", NOW + timedelta(minutes=9))
        assert beside is not None
        assert beside.opened_by == "chen"
        office.commit()
    assert waiting(store, "liu") == [("A", 0.4)]
    assert waiting(store, "chen") == [("B", 0.3), ("A", 0.4)]
    assert waiting(store, "liu", NOW + timedelta(minutes=11)) == [("B", 0.3), ("A", 0.4)]
    with store.open() as office:
        office.reviews.mark("B", "chen", NOW, seconds=60, seen=0)
        office.commit()
    with store.open() as office, pytest.raises(Refused) as no:
        office.reviews.mark("B", "liu", NOW, seconds=5, seen=0)
    assert (no.value.reason, no.value.facts) == ("changed", {"by": "chen", "at": NOW})
    assert waiting(store, "chen") == [("A", 0.4)]


def test_a_correction_of_what_was_not_seen_is_refused_with_what_stands(store: Store) -> None:
    (turn,) = a_call(store, "A", 0.4)
    with store.open() as office:
        assert office.transcripts.correct(turn, "您好", "chen", seen=0) == "A"
        office.commit()
    with store.open() as office, pytest.raises(Refused) as no:
        office.transcripts.correct(turn, "你好", "liu", seen=0)
    assert (no.value.facts["text"], no.value.facts["by"]) == ("您好", "chen")
    with store.open() as office:
        assert (
            office.transcripts.correct(turn, "你好", "liu", seen=office.transcripts.latest([turn])[turn].id) == "A"
        )
