"""What may happen to a case: one function a move, giving the case as it is afterwards and a row of its history.

Nothing here keeps anything: the casebook's `keep` does, and refuses if the case has moved meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

from hotline.domain import case_life, grievances
from hotline.domain.case_life import SUPERVISOR, Actor, permit
from hotline.domain.discretion import is_confidential
from hotline.domain.dispatch import Post
from hotline.domain.errors import Refused
from hotline.domain.grievances import Grievance
from hotline.domain.working_time import IsWorkingDay, after_working_days, working_days_between

RETURN_WITHIN_DAYS = 2
"""Working days in which a unit may say that it is not its field."""
MOST_DISPATCHES = 3
"""After so many the supervisor names the unit."""
MOST_EXTENSION_DAYS = 10
LONGEST_REASON = 500


@dataclass(frozen=True)
class Act:
    """Who makes a move, when, why, and by whose calendar."""

    actor: Actor
    now: datetime
    is_working_day: IsWorkingDay
    reason: str = ""


@dataclass(frozen=True)
class Event:
    """One row of a case's history."""

    place: int
    """Its number in the history of the case, from 0; the version of the case after it."""
    move: str
    came_from: str
    went_to: str
    actor: str
    role: str
    reason: str
    facts: Mapping[str, Any]
    """Every field it changed, as JSON."""
    at: datetime


@dataclass(frozen=True)
class Moved:
    before: Grievance
    after: Grievance
    event: Event


def accepted(case: Grievance, actor: Actor) -> Event:
    """The first row of a history: the case as it was opened."""
    facts = {name: _json(getattr(case, name)) for name in MOVABLE}
    return Event(0, "accept", "", case.status, actor.username, actor.role, "", facts, case.created_at)


def move(case: Grievance, name: str, act: Act, **changes: Any) -> Moved:
    """Makes a move of the table with what it changes. Refused as `permit` says."""
    reason = act.reason.strip()[:LONGEST_REASON]
    rule = permit(case.standing, name, act.actor, reason)
    after = replace(case, **changes, status=rule.to or case.status, version=case.version + 1)
    facts = {f: _json(value) for f in MOVABLE if (value := getattr(after, f)) != getattr(case, f)}
    actor = act.actor
    event = Event(
        after.version, name, case.status, after.status, actor.username, actor.role, reason, facts, act.now
    )
    return Moved(case, after, event)


def dispatch(case: Grievance, act: Act, post: Post) -> Moved:
    """派单: to a unit and its officer. Refused: supervisor_names_the_unit after three, accused."""
    permit(case.standing, "dispatch", act.actor, act.reason)
    if case.dispatches >= MOST_DISPATCHES and act.actor.role != SUPERVISOR:
        raise Refused("supervisor_names_the_unit", dispatches=case.dispatches)
    return _given_to(case, "dispatch", act, post)


def reassign(case: Grievance, act: Act, post: Post) -> Moved:
    """改派: the supervisor takes it from one unit and gives it to another."""
    return _given_to(case, "reassign", act, post)


def _given_to(case: Grievance, name: str, act: Act, post: Post) -> Moved:
    if post.officer in case.accused:
        raise Refused("accused", officer=post.officer)
    _not_paused(case)
    return move(
        case,
        name,
        act,
        unit=post.unit,
        officer=post.officer,
        deputy="" if post.deputy in case.accused else post.deputy,
        taken_by="",
        dispatches=case.dispatches + 1,
        dispatched_at=act.now,
        sign_by=grievances.sign_by(case.urgency, act.now, act.is_working_day),
    )


def sign(case: Grievance, act: Act) -> Moved:
    """签收: whoever signs owns it from then on."""
    return move(case, "sign", act, taken_by=act.actor.username)


def give_back(case: Grievance, act: Act) -> Moved:
    """退单: not this unit's field; within two working days of the dispatch. Refused: too_late."""
    permit(case.standing, "return", act.actor, act.reason)
    _not_paused(case)
    if case.dispatched_at and act.actor.role != SUPERVISOR:
        until = after_working_days(case.dispatched_at, RETURN_WITHIN_DAYS, act.is_working_day)
        if act.now > until:
            raise Refused("too_late", until=until)
    return move(case, "return", act, unit="", officer="", deputy="", taken_by="")


def pause(case: Grievance, act: Act) -> Moved:
    """Papers are missing (补办件): the clock of the answer stands still. Refused: paused, overdue."""
    permit(case.standing, "pause", act.actor, act.reason)
    _not_paused(case)
    _in_time(case, act)
    return move(case, "pause", act, paused_at=act.now, case_class=grievances.TO_COMPLETE)


def resume(case: Grievance, act: Act) -> Moved:
    """The papers are there: every working day begun in between is granted. Refused: not_paused."""
    permit(case.standing, "resume", act.actor, act.reason)
    if case.paused_at is None:
        raise Refused("not_paused")
    waited = working_days_between(case.paused_at, act.now, act.is_working_day)
    granted = replace(case, granted_days=case.granted_days + waited)
    return move(
        case,
        "resume",
        act,
        paused_at=None,
        granted_days=granted.granted_days,
        answer_by=grievances.answer_by(granted, act.is_working_day),
    )


def extend(case: Grievance, act: Act, days: int) -> Moved:
    """延期: once, by one to ten working days. Refused: extended, bad_days, paused, overdue."""
    permit(case.standing, "extend", act.actor, act.reason)
    if case.extended_days:
        raise Refused("extended", days=case.extended_days)
    if not 1 <= days <= MOST_EXTENSION_DAYS:
        raise Refused("bad_days", most=MOST_EXTENSION_DAYS)
    _not_paused(case)
    _in_time(case, act)
    granted = replace(case, granted_days=case.granted_days + days)
    return move(
        case,
        "extend",
        act,
        extended_days=days,
        granted_days=granted.granted_days,
        answer_by=grievances.answer_by(granted, act.is_working_day),
    )


def answer(case: Grievance, act: Act) -> Moved:
    """反馈: what was done; the reason is what the resident will read."""
    permit(case.standing, "answer", act.actor, act.reason)
    _not_paused(case)
    return move(case, "answer", act, answer=act.reason.strip()[:LONGEST_REASON])


def answer_at_once(case: Grievance, act: Act) -> Moved:
    """即时答复办结: an 即办件, answered on the spot."""
    text = act.reason.strip()[:LONGEST_REASON]
    return move(case, "answer_at_once", act, answer=text, case_class=grievances.ON_THE_SPOT)


def refuse(case: Grievance, act: Act) -> Moved:
    """不予受理: the reason is told to the resident."""
    return move(case, "refuse", act, case_class=grievances.SENT_BACK)


def reopen(case: Grievance, act: Act) -> Moved:
    """重办: not solved. It goes back to who had it, with a new clock; the extension stays used."""
    changes = {"answer_from": act.now, "granted_days": 0, "answer": "", "paused_at": None}
    fresh = replace(case, **changes)  # type: ignore[arg-type]
    return move(case, "reopen", act, **changes, answer_by=grievances.answer_by(fresh, act.is_working_day))


def accept_anew(case: Grievance, act: Act) -> Moved:
    """重办 of what no unit has had: it is accepted once more."""
    changes = {"answer_from": act.now, "granted_days": 0, "answer": "", "case_class": grievances.PROMISED}
    fresh = replace(case, **changes)  # type: ignore[arg-type]
    signing = grievances.sign_by(case.urgency, act.now, act.is_working_day)
    answering = grievances.answer_by(fresh, act.is_working_day)
    return move(case, "accept_anew", act, **changes, sign_by=signing, answer_by=answering)


def urge(case: Grievance, act: Act) -> Moved:
    """督办."""
    return move(case, "urge", act, supervised=True)


def classify(case: Grievance, act: Act, **changes: Any) -> Moved:
    """A person puts right what was proposed: kind, topic, village, urgency, class, who it is about, how to tell.

    What becomes confidential leaves the hands of whoever has it. Refused: bad_case.
    """
    permit(case.standing, "classify", act.actor, act.reason)
    known = {"kind", "topic", "village", "group", "where", "urgency", "case_class", "accused", "tell_by"}
    if "accused" in changes:
        changes["accused"] = tuple(changes["accused"])
    if not changes or set(changes) - known:
        raise Refused("bad_case")
    new = replace(case, **changes)
    right = (
        new.kind in grievances.KINDS
        and new.case_class in grievances.CLASSES
        and new.urgency in grievances.URGENCIES
        and new.tell_by in grievances.WAYS
    )
    if not right:
        raise Refused("bad_case")
    confidential = is_confidential(new.kind, new.topic)
    if not confidential and case.confidential and act.actor.role != SUPERVISOR:
        raise Refused("not_yours")
    return move(
        case,
        "classify",
        act,
        **changes,
        confidential=confidential,
        answer_by=grievances.answer_by(new, act.is_working_day),
    )


def merge(case: Grievance, main: Grievance, act: Act) -> tuple[Moved, Moved]:
    """并单: a repeat joins the case that goes on, which counts its tellers. Refused: bad_merge."""
    if main.code == case.code or main.confidential != case.confidential or main.status not in case_life.OPEN:
        raise Refused("bad_merge")
    gone = move(case, "merge", act, main=main.code, paused_at=None)
    about = tuple(dict.fromkeys((*main.accused, *case.accused)))
    return gone, move(main, "join", act, tellers=main.tellers + case.tellers, accused=about)


def part(case: Grievance, main: Grievance, act: Act) -> tuple[Moved, Moved]:
    """It was not the same fact after all: the case goes on by itself."""
    if case.main != main.code:
        raise Refused("bad_merge")
    signing = grievances.sign_by(case.urgency, act.now, act.is_working_day)
    apart = move(case, "part", act, main="", unit="", officer="", deputy="", taken_by="", sign_by=signing)
    return apart, move(main, "leave", act, tellers=max(1, main.tellers - case.tellers))


def replayed(history: Iterable[Event]) -> dict[str, Any]:
    """What a history says of the case as it stands: every field that moves can change, as JSON."""
    found: dict[str, Any] = {}
    for event in history:
        found |= dict(event.facts)
        found["status"] = event.went_to
    return found


def as_replayed(case: Grievance) -> dict[str, Any]:
    """The case in the terms of `replayed`."""
    return {name: _json(getattr(case, name)) for name in (*MOVABLE, "status")}


def _not_paused(case: Grievance) -> None:
    if case.paused_at is not None:
        raise Refused("paused")


def _in_time(case: Grievance, act: Act) -> None:
    """A clock that has run out is not put back."""
    if case.answer_by is not None and act.now > case.answer_by:
        raise Refused("overdue", until=case.answer_by)


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return list(value) if isinstance(value, tuple) else value


_FIXED = {"id", "code", "status", "version", "created_at", "conversation", "story", "name", "number",
          "callback_number", "recording", "name_recording", "source", "reference"}  # fmt: skip
"""What no move changes; what tells who told it stays out of the history."""
MOVABLE = tuple(field.name for field in fields(Grievance) if field.name not in _FIXED)
