"""What the staff's pages are given by the roof, and what a page may ask for while it is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from argon2 import PasswordHasher
from flask import current_app, g

from hotline.clock import Clock, utc_now
from hotline.config import Settings
from hotline.domain.appointments import Appointment
from hotline.domain.case_life import Actor
from hotline.domain.catalogue import Town
from hotline.domain.dispatch import actor
from hotline.domain.rights import Colleague, Sight
from hotline.serving import LedgerMoves, QueueState, Serving
from hotline.store.tables import LookRow
from hotline.store.unit_of_work import Office, Store
from hotline.views import PlaceName


@dataclass(frozen=True)
class Parts:
    """Everything behind the pages."""

    store: Store
    settings: Settings
    serving: Callable[[Office], Serving]
    """The town by its newest lists; looked up once a request."""
    time_name: Callable[[datetime], str]
    place_name: PlaceName
    confirmation: Callable[[Appointment, Town], str]
    """The text a resident gets when something was booked for them."""
    ledger: Callable[[Office, Town, datetime], LedgerMoves]
    enqueue: Callable[[tuple[int, ...]], None]
    """Has messages sent, after the commit that wrote them."""
    queues: Callable[[], Sequence[QueueState]]
    """Raises ConnectionError where they cannot be reached."""
    clock: Clock = utc_now
    hasher: PasswordHasher | None = None


def parts() -> Parts:
    """Those of the console that answers this request."""
    found: Parts = current_app.extensions["console"]
    return found


def serving(office: Office) -> Serving:
    """The town by its newest lists, read once a request."""
    if "serving" not in g:
        g.serving = parts().serving(office)
    found: Serving = g.serving
    return found


def town(office: Office) -> Town:
    return serving(office).town


def colleague() -> Colleague:
    """Who is logged in."""
    found: Colleague = g.colleague
    return found


def sight() -> Sight:
    """What they see."""
    found: Sight = g.sight
    return found


def viewer(office: Office) -> Actor:
    """Who asks, as cases know people: whoever is complained about never sees the case."""
    who = colleague()
    known = actor(town(office).officers, who.username, who.role, who.name)
    return replace(known, villages=known.villages | {who.village}) if who.village else known


def look(office: Office, what: str, reason: str = "") -> None:
    """Writes down who looked at what, and why more was shown; nothing is shown without it."""
    row = LookRow(username=colleague().username, what=what[:120], reason=reason)
    row.at = parts().clock()
    office.session.add(row)
