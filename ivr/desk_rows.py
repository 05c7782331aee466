"""What the desk writes down of a turn, a journal entry, and a conversation that no longer fits its script."""

from __future__ import annotations

from datetime import datetime

from hotline.store.tables import CallbackRow, ConversationRow, JournalRow, TurnRow
from ivr.clerk import CALL_BACK_WITHIN
from ivr.contact import Contact, Evidence
from ivr.dialogue.journal import Entry
from ivr.dialogue.turn import Turn
from ivr.surfaces.sentences import spoken
from ivr.understanding.answer import Understood


def turn_row(
    row: ConversationRow, contact: Contact, turn: Turn, heard: tuple[Understood, Evidence, datetime]
) -> TurnRow:
    """What was asked, what was heard and when, and what it was taken for."""
    sense, evidence, at = heard
    return TurnRow(
        conversation=row.id,
        call=contact.call,
        surface=contact.surface,
        turn=turn.number,
        key=turn.key,
        asked="".join(sentence.text for sentence in spoken(turn, contact.surface)),
        heard=evidence.heard or sense.text,
        alternatives=[list(alternative) for alternative in evidence.alternatives],
        confidence=sense.confidence,
        understood=sense.as_json(),
        audio=evidence.audio,
        timings_ms=dict(evidence.timings_ms),
        at=at,
    )


def drifted(row: ConversationRow, contact: Contact, now: datetime) -> CallbackRow:
    """Nothing said is lost: a person reads the turns and rings back."""
    return CallbackRow(
        number=contact.number,
        reason="drift",
        conversation=row.id,
        due_at=now + CALL_BACK_WITHIN,
        created_at=now,
        state="open",
    )


def journal_row(row: ConversationRow, place: int, entry: Entry, now: datetime) -> JournalRow:
    """One entry at its place in the journal."""
    return JournalRow(
        conversation=row.id, place=place, kind=str(entry.kind), key=entry.key, payload=dict(entry.payload), at=now
    )
