"""Rows of the callback ledger as staff read them: who said it only for those who work on it."""

from __future__ import annotations

from collections.abc import Sequence

from hotline.domain.case_life import Actor
from hotline.domain.catalogue import Town
from hotline.domain.ledger.entries import Entry, Line
from hotline.domain.ledger.sight import moves_open, sees_teller
from hotline.domain.residents import masked_number
from hotline.store.tables import LedgerProofRow
from hotline.views import View, town_time, village_name


def entry_view(entry: Entry, town: Town, viewer: Actor) -> View:
    """A row with names beside ids; number and recording only for who works on it."""
    known = sees_teller(entry, viewer)
    clerk, topic = town.clerks.get(entry.clerk), town.topics.get(entry.topic)
    service = town.services.get(entry.service) or town.topics.get(entry.service)
    return {
        "id": entry.id,
        "kind": str(entry.kind),
        "state": entry.state,
        "owner": entry.owner,
        "words": entry.words,
        "ratings": dict(entry.ratings),
        "solved": entry.solved,
        "source": entry.source,
        "proposed": entry.proposed,
        "confidence": round(entry.confidence, 3),
        "reasons": list(entry.reasons),
        "service": service.name if service else entry.service,
        "place": entry.place,
        "clerk": clerk.name if clerk else entry.clerk,
        "topic": topic.name if topic else entry.topic,
        "topic_id": entry.topic,
        "village": village_name(town, entry.village),
        "confidential": entry.confidential,
        "answered_at": town_time(entry.answered_at),
        "call_by": town_time(entry.call_by),
        "due": town_time(entry.due),
        "extended": entry.extended,
        "remedy": entry.remedy,
        "reply": entry.reply,
        "number": entry.number if known else masked_number(entry.number) if entry.number else "",
        "recording": entry.recording if known else "",
        "conversation": entry.conversation if known else "",
        "version": entry.version,
        "moves": moves_open(entry, viewer),
    }


def line_view(line: Line) -> View:
    return {
        "place": line.place,
        "at": town_time(line.at),
        "move": line.move,
        "from": line.came_from,
        "to": line.went_to,
        "by": line.who,
        "reason": line.reason,
        "facts": dict(line.facts),
    }


def proof_views(proofs: Sequence[LedgerProofRow]) -> list[View]:
    return [
        {
            "digest": one.digest,
            "form": one.form,
            "bytes": one.size,
            "name": one.name,
            "by": one.who,
            "at": town_time(one.at),
        }
        for one in proofs
    ]
