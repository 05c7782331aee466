"""Calls under way as a colleague sees them: who, since when, what is asked, and the last words; masked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from hotline.console.discretion import hidden
from hotline.console.languages import term
from hotline.console.times import of_the_day
from hotline.domain.case_kinds import kind_of
from hotline.domain.case_life import Actor
from hotline.domain.catalogue import Town
from hotline.domain.discretion import is_confidential
from hotline.domain.rights import Sight
from hotline.masking import Mask
from hotline.store.names import names_of
from hotline.store.reach import calls_within
from hotline.store.tables import CallRow, ConversationRow, NoteRow, TurnRow
from hotline.store.unit_of_work import Office

LONGEST_CALL = timedelta(hours=3)
"""What began longer ago has lost its end."""
MOST = 50
WHOLLY_PERSONAL = frozenset({"name", "callback_number"})
SHOWN_WORDS = 3


@dataclass(frozen=True)
class LiveLine:
    """One call under way."""

    sid: str
    who: str
    since: str
    minutes: int
    question: str
    errand: str
    words: tuple[tuple[str, str], ...]
    """Of the last answers: what was asked for, and what was heard."""
    secret: bool
    """Something is being told that is the supervisor's alone: no word of it is shown."""
    danger: bool
    connecting: bool
    """A person is being rung or speaks already."""


def live_lines(office: Office, town: Town, who: tuple[Sight, Actor], now: datetime) -> list[LiveLine]:
    """Calls under way that somebody may know of, the longest first."""
    sight, viewer = who
    row = CallRow
    query = select(row).where(calls_within(sight), row.ended_at.is_(None), row.started_at > now - LONGEST_CALL)
    calls = office.session.scalars(query.order_by(row.started_at).limit(MOST)).all()
    kept = hidden(office, [call.conversation for call in calls], viewer)
    shown = [call for call in calls if call.conversation not in kept]
    names = names_of(office, [call.number for call in shown])
    return [_line(office, town, (call, names.get(call.number, set())), (sight, now)) for call in shown]


def _line(office: Office, town: Town, about: tuple[CallRow, set[str]], seen: tuple[Sight, datetime]) -> LiveLine:
    (call, names), (sight, now) = about, seen
    conversation = office.session.get(ConversationRow, call.conversation) if call.conversation else None
    turns = office.records.turns_of(call.sid)
    mask = Mask.over(None, names | names_said(turns))
    secret = is_secret(town, turns) and not sight.confidential
    name = mask.name(min(names)) if names else ""
    key = conversation.open_key if conversation else ""
    return LiveLine(
        sid=call.sid,
        who=f"{name} {mask.number(call.number) or term('number', 'withheld')}".strip(),
        since=of_the_day(call.started_at),
        minutes=max(0, int((now - call.started_at).total_seconds() // 60)),
        question=term("question", key.partition("_")[0] if key.startswith("transfer") else key),
        errand="" if secret else errand_of(town, turns),
        words=() if secret else tuple((term("question", t.key), heard(t, mask)) for t in turns[-SHOWN_WORDS:]),
        secret=secret,
        danger=any(turn.understood.get("danger") for turn in turns),
        connecting=key.startswith("transfer"),
    )


def heard(turn: TurnRow, mask: Mask) -> str:
    """What was heard in an answer, as everybody sees it."""
    return str(mask.wholly(turn.heard)) if turn.key in WHOLLY_PERSONAL else mask.words(turn.heard)


def names_said(turns: Sequence[TurnRow]) -> set[str]:
    """Names that were understood in the call itself."""
    return {str(name) for turn in turns for name in _of(turn, "name") if isinstance(name, str) and name}


def is_secret(town: Town, turns: Sequence[TurnRow]) -> bool:
    """Whether what is told becomes a case for the supervisor alone, as far as it can be told yet."""
    topics = {str(topic) for turn in turns for topic in _of(turn, "topic") if topic} or {""}
    said = " ".join(turn.heard for turn in turns)
    return any(is_confidential(kind_of(town.kinds, topic, said), topic) for topic in topics)


def errand_of(town: Town, turns: Sequence[TurnRow]) -> str:
    """What the call is about, by the last that was understood of it."""
    for turn in reversed(turns):
        for service in _of(turn, "service"):
            if service in town.services:
                return town.services[service].spoken
        for topic in _of(turn, "topic"):
            if topic in town.topics:
                return town.topics[topic].spoken
    return ""


def _of(turn: TurnRow, key: str) -> Iterable[Any]:
    """What was understood of one thing in an answer: to its own question, or said along with another."""
    if turn.key == key:
        yield turn.understood.get("value")
    yield (turn.understood.get("slots") or {}).get(key)


def own_notes(office: Office, username: str, call: str = "") -> Sequence[NoteRow]:
    """Notes somebody made for themselves and has not ticked off, the newest first; of one call, or of all."""
    row = NoteRow
    query = select(row).where(row.username == username, row.done_at.is_(None)).order_by(row.id.desc()).limit(100)
    return office.session.scalars(query.where(row.call == call) if call else query).all()
