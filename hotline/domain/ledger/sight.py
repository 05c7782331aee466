"""Who may know of a row of the ledger and who may move it: never whoever it complains about."""

from __future__ import annotations

from hotline.domain.case_life import ADMINISTRATOR, AUDITOR, Actor, is_among
from hotline.domain.dispatch import Post, responsible, supervision
from hotline.domain.grievances import STAFF_TOPIC
from hotline.domain.ledger.entries import CLERK, MACHINE, MOVES, SUPERVISOR, VILLAGE, Entry
from hotline.domain.ledger.proposals import Kind

_OVERSEERS = (SUPERVISOR, ADMINISTRATOR, AUDITOR)


def may_see(entry: Entry, viewer: Actor) -> bool:
    """Whether the viewer may know of the row; praise may be read by whom it praises."""
    if viewer.role == MACHINE:
        return True
    if is_among(viewer, entry.about):
        return entry.kind is Kind.PRAISE
    if entry.confidential:
        return viewer.role == SUPERVISOR
    if viewer.role == VILLAGE and entry.village in viewer.villages:
        return True
    return viewer.role in _OVERSEERS or is_among(viewer, (entry.owner,))


def sees_teller(entry: Entry, viewer: Actor) -> bool:
    """Whether who said it may be known: by those who work on it, never by whom it is about."""
    at_work = viewer.role in (SUPERVISOR, MACHINE) or is_among(viewer, (entry.owner,))
    return at_work and not is_among(viewer, entry.about)


def may_make(entry: Entry, move: str, actor: Actor) -> bool:
    """Whether this actor has the right to the move at all, whatever the state."""
    rule = MOVES[move]
    if actor.role not in rule.who or is_among(actor, entry.about):
        return False
    if entry.confidential and actor.role not in (SUPERVISOR, MACHINE):
        return False
    return actor.role not in (CLERK, VILLAGE) or is_among(actor, (entry.owner,))


def moves_open(entry: Entry, actor: Actor) -> list[str]:
    """The moves this actor could make now, in the order of the table: what a page offers."""
    return [
        name
        for name, rule in MOVES.items()
        if entry.state in rule.of and entry.kind in rule.kinds and may_make(entry, name, actor)
    ]


def owner_of(posts: tuple[Post, ...], entry: Entry) -> str:
    """Whose the row is: the officer of topic and village; of a window, or of how staff behaved, who supervises.

    Whoever it is about is passed over; empty where nobody is left.
    """
    if entry.topic and entry.topic != STAFF_TOPIC and not entry.confidential:
        post = responsible(posts, entry.topic, entry.village, besides=entry.about)
        return post.officer if post else ""
    if entry.village and not entry.confidential:
        post = responsible(posts, "", entry.village, besides=entry.about)
        if post is not None:
            return post.officer
    chief = supervision(posts)
    names = (chief.officer, chief.deputy) if chief else ()
    return next((name for name in names if name and name not in entry.about), "")
