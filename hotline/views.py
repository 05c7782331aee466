"""Records as others read them: plain dictionaries with names beside ids, times in town time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from hotline.domain.appointments import Appointment
from hotline.domain.calendar import TOWN_TIME, Place
from hotline.domain.catalogue import Town
from hotline.domain.grievances import Grievance
from hotline.store.tables import CallRow, ConversationRow, ResidentRow, TurnRow

View = dict[str, Any]
PlaceName = Callable[[Place, str], str]
"""Where a resident goes, in words, from the kind of place and the village's name."""


def town_time(at: datetime | None) -> str | None:
    """ISO 8601 with the town's offset, to the second."""
    return at.astimezone(TOWN_TIME).isoformat(timespec="seconds") if at else None


def appointment_view(a: Appointment, town: Town, *, when: Callable[[datetime], str], where: PlaceName) -> View:
    """An appointment with its official and spoken service, and its time and place in words."""
    service, village = town.services.get(a.service), village_name(town, a.village)
    return {
        "code": a.code,
        "service": service.name if service else a.service,
        "service_spoken": service.spoken if service else a.service,
        "service_id": a.service,
        "starts_at": town_time(a.starts_at),
        "when": when(a.starts_at.astimezone(TOWN_TIME)),
        "place": str(a.place),
        "place_name": where(a.place, village),
        "name": a.name,
        "village": village,
        "village_id": a.village,
        "number": a.number,
        "status": a.status,
        "created_at": town_time(a.created_at),
        "conversation": a.conversation,
    }


def grievance_view(g: Grievance, town: Town) -> View:
    """A grievance with its topic and village by name."""
    topic = town.topics.get(g.topic)
    return {
        "code": g.code,
        "topic": topic.name if topic else g.topic,
        "topic_id": g.topic,
        "story": g.story,
        "village": village_name(town, g.village),
        "village_id": g.village,
        "group": g.group,
        "where": g.where,
        "name": g.name,
        "number": g.number,
        "callback_number": g.callback_number,
        "urgency": g.urgency,
        "status": g.status,
        "sign_by": town_time(g.sign_by),
        "kind": g.kind,
        "case_class": g.case_class,
        "unit": g.unit,
        "officer": g.officer,
        "taken_by": g.taken_by,
        "answer_by": town_time(g.answer_by),
        "paused_at": town_time(g.paused_at),
        "extended_days": g.extended_days,
        "dispatches": g.dispatches,
        "supervised": g.supervised,
        "confidential": g.confidential,
        "tellers": g.tellers,
        "merged_into": g.main,
        "answer": g.answer,
        "tell_by": g.tell_by,
        "source": g.source,
        "reference": g.reference or "",
        "version": g.version,
        "created_at": town_time(g.created_at),
        "conversation": g.conversation,
        "recording": g.recording,
    }


def call_view(call: CallRow, conversation: ConversationRow | None, turns: int) -> View:
    """A call and what became of its conversation: its state, `open` while it can be gone on with."""
    return {
        "sid": call.sid,
        "number": call.number,
        "direction": call.direction,
        "status": call.status,
        "surface": call.surface,
        "conversation": call.conversation,
        "outcome": conversation.state if conversation else None,
        "open_key": conversation.open_key if conversation else None,
        "started_at": town_time(call.started_at),
        "ended_at": town_time(call.ended_at),
        "seconds": call.seconds,
        "turns": turns,
    }


def turn_view(turn: TurnRow, corrected: str = "") -> View:
    """One answer of a caller, all that is kept of it."""
    return {
        "turn": turn.turn,
        "key": turn.key,
        "surface": turn.surface,
        "asked": turn.asked,
        "heard": turn.heard,
        "careful": turn.careful,
        "corrected": corrected,
        "alternatives": turn.alternatives,
        "confidence": turn.confidence,
        "understood": turn.understood,
        "audio": turn.audio,
        "timings_ms": turn.timings_ms,
        "at": town_time(turn.at),
    }


def resident_view(resident: ResidentRow, town: Town) -> View:
    return {
        "number": resident.number,
        "name": resident.name,
        "village": village_name(town, resident.village),
        "village_id": resident.village,
        "created_at": town_time(resident.created_at),
    }


def village_name(town: Town, village: str) -> str:
    """The village's name; its id where the lists have no such village any more."""
    found = town.villages.get(village)
    return found.name if found else village


def about(conversation: str, town: Town, matters: Sequence[Appointment | Grievance], between: str = "、") -> str:
    """What a conversation led to, in a few words; empty if to nothing."""
    found = [m for m in matters if m.conversation == conversation]
    return between.join(_matter(m, town) for m in found)


def _matter(matter: Appointment | Grievance, town: Town) -> str:
    if isinstance(matter, Appointment):
        service = town.services.get(matter.service)
        return f"{service.spoken if service else matter.service} {matter.code}"
    topic = town.topics.get(matter.topic)
    return f"{topic.spoken if topic else matter.topic} {matter.code}"
