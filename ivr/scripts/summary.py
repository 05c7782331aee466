"""What a clerk hears before a caller is connected: who it is and what it is about, from what has been said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.dialogue.journal import Entry, Kind, effective
from ivr.dialogue.steps import Json
from ivr.scripts.common import RECORDED, Vocabulary, prompt
from ivr.scripts.wording import label, words

_WHO = ("name", "village")
_ABOUT = ("errand", "service", "topic")
_ASKING = {"guide": "summary.guide", "progress": "summary.progress", "book": "summary.book"}


@dataclass(frozen=True)
class Known:
    """What the office knows of the number that rings."""

    name: str = ""
    village: str = ""


def summary(journal: Sequence[Entry], vocabulary: Vocabulary, known: Known = Known()) -> str:
    """石桥村王桂花，要问医保缴费，正等着。 What nobody has said is left out; nothing is made up."""
    facts = _facts(journal)
    urgent = label("summary.urgent") if "danger" in facts else ""
    return urgent + words(
        prompt("whisper.call", who=_who(facts, vocabulary, known), matter=_matter(facts, vocabulary))
    )


def who_calls(journal: Sequence[Entry], vocabulary: Vocabulary, known: Known = Known()) -> str:
    """石桥村王桂花, or as much of it as is known."""
    return _who(_facts(journal), vocabulary, known)


def _facts(journal: Sequence[Entry]) -> dict[str, str]:
    """What was said last of each thing; a new errand forgets the one before it, not the person."""
    facts: dict[str, str] = {}
    for entry in effective(journal):
        if entry.kind is Kind.DIVERTED and entry.payload.get("script") == "danger":
            facts["danger"] = str(dict(entry.payload["given"]).get("kind", ""))
        if entry.kind is not Kind.ANSWERED:
            continue
        if entry.key == "errand":
            facts = {key: facts[key] for key in _WHO if key in facts}
        facts |= _told(entry.key, entry.payload)
    return facts


def _told(key: str, payload: Mapping[str, Json]) -> dict[str, str]:
    said = {**dict(payload.get("slots") or {})}
    if payload.get("value") not in (None, ""):
        said.setdefault(key, payload["value"])
    return {k: str(v) for k, v in said.items() if k in (*_WHO, *_ABOUT) and v not in (None, "", RECORDED)}


def _who(facts: Mapping[str, str], vocabulary: Vocabulary, known: Known) -> str:
    village = vocabulary.village_name(facts.get("village", "") or known.village)
    name = facts.get("name", "") or known.name
    if name:
        return village + name
    return village + label("summary.resident" if village else "summary.somebody")


def _matter(facts: Mapping[str, str], vocabulary: Vocabulary) -> str:
    if "danger" in facts:
        return label(f"danger.{facts['danger'] or 'other'}")
    topic = vocabulary.town.topics.get(facts.get("topic", ""))
    service = vocabulary.town.services.get(facts.get("service", ""))
    errand = facts.get("errand", "")
    if errand == "progress":
        return label("summary.progress")
    if topic is not None and (errand == "report" or service is None):
        return label("summary.report").format(topic=topic.spoken)
    if service is not None:
        return label(_ASKING.get(errand, "summary.book")).format(service=service.spoken)
    return label("summary.nothing")
