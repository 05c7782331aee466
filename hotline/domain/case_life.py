"""The life of a case as a table: which move leads from which state to which, and who may make it.

受理 → (即时答复办结) | 派单 → 签收 → (退单/改派) → 办理 → 反馈 → 审核 → 回访 → 办结 → 归档;
besides 督办, 延期, 补正 (pause), 重办, 并单, 不予受理, 转12345.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hotline.domain.errors import Refused

ACCEPTED, DISPATCHED, RETURNED, SIGNED = "accepted", "dispatched", "returned", "signed"
HANDLING, ANSWERED, REVIEWED, CALLED_BACK = "handling", "answered", "reviewed", "called_back"
CLOSED, ARCHIVED, AT_ONCE = "closed", "archived", "answered_at_once"
MERGED, REFUSED, HANDED_OVER = "merged", "refused", "handed_over"

UNDER_WAY = (ACCEPTED, DISPATCHED, RETURNED, SIGNED, HANDLING)
"""States in which the answer is still owed."""
OPEN = (*UNDER_WAY, ANSWERED, REVIEWED, CALLED_BACK)
OVER = (CLOSED, AT_ONCE, REFUSED, HANDED_OVER)
STATES = (*OPEN, *OVER, MERGED, ARCHIVED)

CLERK, VILLAGE, SUPERVISOR = "clerk", "village", "supervisor"
ADMINISTRATOR, AUDITOR, MACHINE = "administrator", "auditor", "machine"
ROLES = (CLERK, VILLAGE, SUPERVISOR, ADMINISTRATOR, AUDITOR, MACHINE)


@dataclass(frozen=True)
class Actor:
    """Who makes a move or looks: a user of the office, or the machine for a resident or a clock."""

    username: str
    role: str
    name: str = ""
    """As the list of officers (责任田) has it."""
    villages: frozenset[str] = frozenset()
    """The villages whose station a `village` user keeps."""


THE_MACHINE = Actor("machine", MACHINE)


@dataclass(frozen=True)
class Rule:
    """One row of the table."""

    of: tuple[str, ...]
    to: str
    """Empty: the state stays what it is."""
    who: tuple[str, ...]
    why: bool = False
    """Whether a reason must be given."""
    holder: bool = False
    """Of clerks and village staff only whoever holds the case may make it."""


_DESK = (CLERK, SUPERVISOR)
_UNIT = (CLERK, VILLAGE, SUPERVISOR)
_WORK = (SIGNED, HANDLING)

MOVES: Mapping[str, Rule] = {
    "accept": Rule(("",), ACCEPTED, (*_UNIT, MACHINE)),
    "answer_at_once": Rule((ACCEPTED,), AT_ONCE, _UNIT, why=True),
    "refuse": Rule((ACCEPTED,), REFUSED, _DESK, why=True),
    "hand_over": Rule((ACCEPTED, RETURNED), HANDED_OVER, (*_DESK, MACHINE), why=True),
    "dispatch": Rule((ACCEPTED, RETURNED), DISPATCHED, (*_DESK, MACHINE)),
    "reassign": Rule((DISPATCHED, *_WORK), DISPATCHED, (SUPERVISOR,), why=True),
    "sign": Rule((DISPATCHED,), SIGNED, _UNIT, holder=True),
    "return": Rule((DISPATCHED, SIGNED), RETURNED, _UNIT, why=True, holder=True),
    "start": Rule((SIGNED,), HANDLING, _UNIT, holder=True),
    "pause": Rule(_WORK, "", _UNIT, why=True, holder=True),
    "resume": Rule(_WORK, "", _UNIT, holder=True),
    "extend": Rule(_WORK, "", _UNIT, why=True, holder=True),
    "answer": Rule(_WORK, ANSWERED, _UNIT, why=True, holder=True),
    "review": Rule((ANSWERED,), REVIEWED, (SUPERVISOR,)),
    "send_back": Rule((ANSWERED,), HANDLING, (SUPERVISOR,), why=True),
    "call_back": Rule((REVIEWED,), CALLED_BACK, (*_DESK, MACHINE)),
    "close": Rule((CALLED_BACK,), CLOSED, (*_DESK, MACHINE)),
    "reopen": Rule((REVIEWED, CALLED_BACK, CLOSED), HANDLING, (*_DESK, MACHINE), why=True),
    "accept_anew": Rule((AT_ONCE, REFUSED, HANDED_OVER), ACCEPTED, (*_DESK, MACHINE), why=True),
    "archive": Rule(OVER, ARCHIVED, (SUPERVISOR, ADMINISTRATOR, MACHINE)),
    "urge": Rule(OPEN, "", (SUPERVISOR, MACHINE), why=True),
    "classify": Rule((ACCEPTED, DISPATCHED, RETURNED, *_WORK), "", _DESK),
    "merge": Rule(UNDER_WAY, MERGED, _DESK),
    "join": Rule(OPEN, "", _DESK),
    "part": Rule((MERGED,), ACCEPTED, (SUPERVISOR,), why=True),
    "leave": Rule((*OPEN, *OVER, ARCHIVED), "", (SUPERVISOR,), why=True),
}
"""`join` and `leave` are what merging and parting do to the case that goes on."""

TOLD = frozenset(
    (
        *("dispatch", "sign", "pause", "resume", "extend", "review", "close", "reopen"),
        *("accept_anew", "refuse", "hand_over", "merge", "answer_at_once"),
    )
)
"""Moves the resident is told of."""


@dataclass(frozen=True)
class Standing:
    """What the table asks of a case."""

    status: str
    confidential: bool
    officers: tuple[str, ...]
    """Who holds it, by name: whoever signed for it, before that the officer and the deputy."""
    accused: tuple[str, ...] = ()


def permit(standing: Standing, move: str, actor: Actor, reason: str) -> Rule:
    """The rule by which the move may be made.

    Refused: no_such_move, not_now (the state does not allow it), not_yours (nor does the role), no_reason.
    """
    rule = MOVES.get(move)
    if rule is None:
        raise Refused("no_such_move", move=move)
    if not may_make(standing, move, actor):
        raise Refused("not_yours", move=move, role=actor.role)
    if standing.status not in rule.of:
        raise Refused("not_now", move=move, status=standing.status)
    if rule.why and not reason.strip():
        raise Refused("no_reason", move=move)
    return rule


def may_make(standing: Standing, move: str, actor: Actor) -> bool:
    """Whether this actor has the right to the move at all, whatever the state."""
    rule = MOVES[move]
    if actor.role not in rule.who or is_among(actor, standing.accused):
        return False
    if standing.confidential and actor.role not in (SUPERVISOR, MACHINE):
        return False
    return not rule.holder or actor.role not in (CLERK, VILLAGE) or is_among(actor, standing.officers)


def is_among(actor: Actor, people: Iterable[str]) -> bool:
    """Whether one of the people is this actor, by user name or by name."""
    return any(person in (actor.username, actor.name) for person in people if person)


def moves_open(standing: Standing, actor: Actor) -> list[str]:
    """The moves this actor could make now, in the order of the table: what a page offers."""
    return [m for m, rule in MOVES.items() if standing.status in rule.of and may_make(standing, m, actor)]
