"""A row of the ledger, the moves it may make, and the clocks it runs against.

表扬 → publicised; 问题 → a person's call within a working day, rectified within 5 (15 at the very most, with a
reason), proof, one more callback that asks the resident, reopened if not; 建议 → studied, adopted or declined
with a reason, and told. Nothing is overwritten: every move is a line of the history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from hotline.domain.errors import Refused
from hotline.domain.grievances import STAFF_TOPIC
from hotline.domain.ledger.proposals import Kind
from hotline.domain.working_time import IsWorkingDay, after_working_days

CALL_WITHIN_DAYS, FIX_WITHIN_DAYS, FIX_AT_MOST_DAYS, STUDY_WITHIN_DAYS = 1, 5, 15, 15
"""Working days from the answer on."""
CLERK, VILLAGE, SUPERVISOR, MACHINE = "clerk", "village", "supervisor", "machine"
STAFF_DIMENSIONS = frozenset({"attitude", "discipline"})
"""A bad rating of these is about a person, not about a procedure."""
LONGEST_REASON = 500


@dataclass(frozen=True)
class Rule:
    """One row of the table of moves."""

    of: tuple[str, ...]
    to: str
    who: tuple[str, ...]
    kinds: tuple[Kind, ...] = tuple(Kind)
    why: bool = False
    """A reason, finding or proof must be given."""


_DESK = (CLERK, VILLAGE, SUPERVISOR)
_ONLY_PROBLEM, _ONLY_PRAISE, _ONLY_SUGGESTION = (Kind.PROBLEM,), (Kind.PRAISE,), (Kind.SUGGESTION,)

MOVES: Mapping[str, Rule] = {
    "propose": Rule(("",), "proposed", (MACHINE,)),
    "assign": Rule(("proposed",), "", (MACHINE,)),
    "confirm": Rule(("proposed",), "confirmed", _DESK),
    "dismiss": Rule(("proposed",), "dismissed", _DESK, why=True),
    "publicise": Rule(("confirmed",), "publicised", (SUPERVISOR,), _ONLY_PRAISE),
    "keep_private": Rule(("confirmed",), "closed", (SUPERVISOR,), _ONLY_PRAISE, why=True),
    "call": Rule(("confirmed", "reopened"), "called", _DESK, _ONLY_PROBLEM, why=True),
    "rectify": Rule(("called",), "rectified", _DESK, _ONLY_PROBLEM, why=True),
    "extend": Rule(("confirmed", "called", "reopened"), "", (SUPERVISOR,), _ONLY_PROBLEM, why=True),
    "close": Rule(("rectified",), "closed", (MACHINE, SUPERVISOR), _ONLY_PROBLEM, why=True),
    "reopen": Rule(("rectified", "closed"), "reopened", (MACHINE, SUPERVISOR), _ONLY_PROBLEM, why=True),
    "study": Rule(("confirmed",), "studied", _DESK, _ONLY_SUGGESTION),
    "adopt": Rule(("studied",), "adopted", (SUPERVISOR,), _ONLY_SUGGESTION, why=True),
    "decline": Rule(("studied",), "declined", (SUPERVISOR,), _ONLY_SUGGESTION, why=True),
    "tell": Rule(("adopted", "declined"), "closed", (*_DESK, MACHINE), _ONLY_SUGGESTION),
    "hand_to": Rule(("proposed", "confirmed", "called", "reopened", "studied"), "", (SUPERVISOR,)),
}
OVER = ("publicised", "closed", "dismissed")


@dataclass(frozen=True)
class Entry:
    """One row: what somebody said, whose it is now, and by when what must have happened."""

    id: int
    kind: Kind
    state: str
    owner: str
    words: str
    recording: str
    answered_at: datetime
    call_by: datetime | None
    due: datetime
    extended: bool = False
    version: int = 0
    source: str = ""
    """What was answered: survey:12, rating:appointment:307294."""
    proposed: str = ""
    """The kind the machine took it for."""
    confidence: float = 1.0
    reasons: tuple[str, ...] = ()
    """Why it was taken for that, as in `Proposal`."""
    ratings: Mapping[str, int] = field(default_factory=dict)
    solved: bool | None = None
    service: str = ""
    place: str = ""
    clerk: str = ""
    """Who served."""
    about: tuple[str, ...] = ()
    """User name and name of who served: never the owner."""
    number: str = ""
    conversation: str = ""
    topic: str = ""
    village: str = ""
    runs_from: datetime | None = None
    """Since when the clocks run, where it is not since the answer: it was reopened."""
    remedy: str = ""
    """What was mended, as the resident will hear it."""
    reply: str = ""
    """What became of a suggestion, as the resident will read it."""

    @property
    def over(self) -> bool:
        return self.state in OVER

    @property
    def since(self) -> datetime:
        return self.runs_from or self.answered_at

    @property
    def confidential(self) -> bool:
        """A complaint about how somebody behaved is the supervisor's alone."""
        of_staff = self.topic == STAFF_TOPIC or bool(STAFF_DIMENSIONS.intersection(self.reasons))
        return self.kind is Kind.PROBLEM and of_staff


@dataclass(frozen=True)
class Act:
    """Who moves it, when and why."""

    who: str
    role: str
    now: datetime
    reason: str = ""


@dataclass(frozen=True)
class Line:
    """A line of the history; its place is the version of the row after it."""

    place: int
    move: str
    came_from: str
    went_to: str
    who: str
    reason: str
    at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What else it changed, as JSON."""


def clocks(kind: Kind, answered_at: datetime, is_working_day: IsWorkingDay) -> tuple[datetime | None, datetime]:
    """(a person has called by, dealt with by)."""
    if kind is Kind.PROBLEM:
        call_by = after_working_days(answered_at, CALL_WITHIN_DAYS, is_working_day)
        return call_by, after_working_days(answered_at, FIX_WITHIN_DAYS, is_working_day)
    return None, after_working_days(answered_at, STUDY_WITHIN_DAYS, is_working_day)


def move(entry: Entry, name: str, act: Act, **changes: Any) -> tuple[Entry, Line]:
    """The row afterwards, with what else changes, and the line that tells of it.

    Refused: no_such_move, not_yours (the role may not), not_now (the state or kind does not allow it), no_reason.
    """
    rule = MOVES.get(name)
    if rule is None:
        raise Refused("no_such_move", move=name)
    if act.role not in rule.who:
        raise Refused("not_yours", move=name, role=act.role)
    if entry.state not in rule.of or entry.kind not in rule.kinds:
        raise Refused("not_now", move=name, state=entry.state)
    reason = act.reason.strip()[:LONGEST_REASON]
    if rule.why and not reason:
        raise Refused("no_reason", move=name)
    after = replace(entry, **changes, state=rule.to or entry.state, version=entry.version + 1)
    facts = {one: _json(value) for one, value in changes.items() if value != getattr(entry, one)}
    return after, Line(after.version, name, entry.state, after.state, act.who, reason, act.now, facts)


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return list(value) if isinstance(value, tuple) else value


def confirm(
    entry: Entry, act: Act, is_working_day: IsWorkingDay, *, kind: Kind | None = None, topic: str | None = None
) -> tuple[Entry, Line]:
    """A person says what it is: what was proposed, or something else, whose clocks it then has."""
    is_now = kind or entry.kind
    call_by, due = clocks(is_now, entry.answered_at, is_working_day)
    about = {"topic": topic} if topic is not None else {}
    return move(entry, "confirm", act, kind=is_now, call_by=call_by, due=due, **about)


def reclassify(entry: Entry, kind: Kind, act: Act, is_working_day: IsWorkingDay) -> tuple[Entry, Line]:
    """A person confirms it as something else than was proposed; its clocks are that kind's."""
    return confirm(entry, act, is_working_day, kind=kind)


def extend(entry: Entry, act: Act, days: int, is_working_day: IsWorkingDay) -> tuple[Entry, Line]:
    """More time for a problem, once, up to the 15th working day after the answer. Refused: extended, bad_days."""
    due = entry.due
    if FIX_WITHIN_DAYS < days <= FIX_AT_MOST_DAYS:
        due = after_working_days(entry.since, days, is_working_day)
    after, line = move(entry, "extend", act, due=due, extended=True)
    if entry.extended:
        raise Refused("extended")
    if due == entry.due:
        raise Refused("bad_days", most=FIX_AT_MOST_DAYS)
    return after, line


def reopen(entry: Entry, act: Act, is_working_day: IsWorkingDay) -> tuple[Entry, Line]:
    """Not solved: a person calls within a working day, and the clocks run anew."""
    call_by, due = clocks(entry.kind, act.now, is_working_day)
    return move(entry, "reopen", act, call_by=call_by, due=due, runs_from=act.now, remedy="")


def hand_to(entry: Entry, act: Act, owner: str) -> tuple[Entry, Line]:
    """Gives the row to somebody else. Refused("accused") where it is about them."""
    after, line = move(entry, "hand_to", replace(act, reason=act.reason or owner), owner=owner)
    if owner in entry.about:
        raise Refused("accused", owner=owner)
    return after, line


def overdue(entries: Iterable[Entry], now: datetime) -> list[tuple[Entry, str]]:
    """Rows that have missed a clock, with which: "call" or "due"; the one longest over first."""
    found = [(entry, clock, by) for entry in entries for clock, by in running(entry) if by < now]
    return [(entry, clock) for entry, clock, _ in sorted(found, key=lambda one: one[2])]


def running(entry: Entry) -> list[tuple[str, datetime]]:
    """The clocks that run now, by name."""
    if entry.over or entry.state == "rectified":
        return []
    waits_for_call = entry.kind is Kind.PROBLEM and entry.state in ("proposed", "confirmed", "reopened")
    call = [("call", entry.call_by)] if waits_for_call and entry.call_by else []
    return [*call, ("due", entry.due)]
