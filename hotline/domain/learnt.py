"""Words a town has learnt from its callers: more aliases for services and matters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from hotline.domain.catalogue import Town, rows
from hotline.domain.errors import Refused

KINDS = ("service", "topic")
COLUMNS = ("kind", "id", "phrase")


@dataclass(frozen=True)
class Lesson:
    """Words that callers use for something of the town's lists."""

    kind: str
    id: str
    phrase: str


def taught(town: Town, learnt: Iterable[Lesson]) -> Town:
    """The town with more words; lessons about what it no longer has are dropped."""
    services, topics = dict(town.services), dict(town.topics)
    for one in learnt:
        if one.kind == "service" and one.id in services:
            service = services[one.id]
            services[one.id] = replace(service, aliases=(*service.aliases, one.phrase))
        if one.kind == "topic" and one.id in topics:
            topic = topics[one.id]
            topics[one.id] = replace(topic, examples=(*topic.examples, one.phrase))
    return replace(town, services=services, topics=topics)


def read_lessons(text: str) -> list[Lesson]:
    """The file `hotline learn --apply` keeps. Refused("bad_row") with the line for any other."""
    found = []
    for line, row in rows(text, set(COLUMNS)):
        if row["kind"] not in KINDS:
            raise Refused("bad_row", line=line)
        found.append(Lesson(row["kind"], row["id"], row["phrase"]))
    return found


def as_text(lessons: Iterable[Lesson]) -> str:
    """The same file, as it is written."""
    lines = ["\t".join((one.kind, one.id, one.phrase)) for one in lessons]
    return (
        "# Learnt by `hotline learn` from staff's corrections.\n" + "\n".join(["\t".join(COLUMNS), *lines]) + "\n"
    )
