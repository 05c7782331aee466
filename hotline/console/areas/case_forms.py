"""The small form of each move of a case: what it asks, and what was written in it as the use case takes it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from hotline.domain.case_life import MOVES
from hotline.domain.case_moves import LONGEST_REASON, MOST_EXTENSION_DAYS
from hotline.domain.catalogue import Town
from hotline.domain.dispatch import CITY, responsible
from hotline.domain.errors import Refused
from hotline.domain.grievances import CLASSES, KINDS, URGENCIES, WAYS, Grievance
from hotline.store.tables import ReplyTemplateRow
from hotline.views import village_name

NEEDS = {"dispatch": "unit", "reassign": "unit", "extend": "days", "merge": "into", "classify": "changes"}
"""What a move asks besides a reason."""
RESIDENT_READS = frozenset(
    {"answer", "answer_at_once", "refuse", "hand_over", "pause", "extend", "reopen", "accept_anew"}
)
"""Moves whose reason is told to the resident."""
GRAVE = frozenset({"refuse", "hand_over", "archive", "merge", "part"})
"""Moves that are asked about once more."""
CODE = re.compile(r"[0-9]{6}")
CHANGEABLE = ("kind", "topic", "village", "urgency", "case_class", "tell_by")


@dataclass(frozen=True)
class Reply:
    """A ready sentence with the case's own words in it."""

    title: str
    text: str


@dataclass(frozen=True)
class MoveForm:
    """One move as a page offers it."""

    move: str
    asks: str
    """unit, days, into, changes or empty."""
    why: bool
    """Whether a reason must be given."""
    told: bool
    grave: bool
    replies: tuple[Reply, ...] = ()
    proposed: str = ""
    """The unit the list of officers names, and who there."""
    officer: str = ""
    units: tuple[str, ...] = ()
    written: Mapping[str, str] = field(default_factory=dict)
    """What stands in it: typed before, or the case's own."""


def forms(
    case: Grievance, town: Town, moves: Sequence[str], replies: Sequence[ReplyTemplateRow]
) -> list[MoveForm]:
    """The forms of these moves."""
    return [_form(case, town, move, replies) for move in moves]


def _form(case: Grievance, town: Town, move: str, replies: Sequence[ReplyTemplateRow]) -> MoveForm:
    asks = NEEDS.get(move, "")
    post = responsible(town.officers, case.topic, case.village, besides=case.accused) if asks == "unit" else None
    own = {name: str(getattr(case, name)) for name in CHANGEABLE} if asks == "changes" else {}
    return MoveForm(
        move=move,
        asks=asks,
        why=MOVES[move].why,
        told=move in RESIDENT_READS,
        grave=move in GRAVE,
        replies=tuple(Reply(r.title, filled(r.text, case, town)) for r in replies if r.move == move),
        proposed=post.unit if post else "",
        officer=post.officer if post else "",
        units=tuple(dict.fromkeys(p.unit for p in town.officers if p.unit != CITY)) if asks == "unit" else (),
        written=own,
    )


def filled(text: str, case: Grievance, town: Town) -> str:
    """A ready sentence with the case's code, topic, village and unit in it."""
    topic = town.topics.get(case.topic)
    own = {
        "code": case.code,
        "topic": topic.spoken if topic else "",
        "village": village_name(town, case.village),
        "unit": case.unit or gettext("镇里"),
    }
    for name, value in own.items():
        text = text.replace("{" + name + "}", value)
    return text


def given(move: str, form: MultiDict[str, str], town: Town) -> dict[str, Any]:
    """What was written, as the use case takes it. Refused with what is wrong: too_long, bad_days, bad_merge, …"""
    reason = form.get("reason", "").replace("\r\n", "\n").strip()
    if len(reason) > LONGEST_REASON:
        raise Refused("too_long")
    if "\0" in reason:
        raise Refused("bad_case")
    found: dict[str, Any] = {"reason": reason}
    asks = NEEDS.get(move, "")
    if asks == "unit":
        found["unit"] = form.get("unit", "")[:60]
    if asks == "days":
        found["days"] = _days(form.get("days", ""))
    if asks == "into":
        found["into"] = _code(form.get("into", ""))
    if asks == "changes":
        found["changes"] = _changes(form, town)
    return found


def _days(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 2 and 1 <= int(text) <= MOST_EXTENSION_DAYS):
        raise Refused("bad_days")
    return int(text)


def _code(text: str) -> str:
    code = text.strip()
    if not CODE.fullmatch(code):
        raise Refused("bad_merge")
    return code


def _changes(form: MultiDict[str, str], town: Town) -> dict[str, Any]:
    """Only what is on the lists."""
    known: Mapping[str, Any] = {
        "kind": KINDS, "topic": town.topics, "village": (*town.villages, ""), "urgency": URGENCIES,
        "case_class": CLASSES, "tell_by": WAYS,
    }  # fmt: skip
    sent = {name: form[name] for name in CHANGEABLE if name in form}
    if any(value not in known[name] for name, value in sent.items()):
        raise Refused("bad_case")
    return sent
