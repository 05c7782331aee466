"""What a transaction wrote down that is to leave at once: told to whoever works the queues, after the commit.

The sweeps find all of it by themselves; this only spares the wait for them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

_NOTED = "leaving"


@dataclass
class Leaving:
    """Rows of the outbox and attempts at calls, by their ids."""

    messages: list[int] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)


Announce = Callable[[Leaving], None]


def note_message(session: Session, message: int) -> None:
    _noted(session).messages.append(message)


def note_call(session: Session, call: int) -> None:
    _noted(session).calls.append(call)


def taken(session: Session) -> Leaving:
    """What has been noted since the last commit; noted no more."""
    found: Leaving = session.info.pop(_NOTED, Leaving())
    return found


def _noted(session: Session) -> Leaving:
    noted: Leaving = session.info.setdefault(_NOTED, Leaving())
    return noted


def nobody(_left: Leaving) -> None:
    """Where no queue is at hand, the sweeps do it."""
