"""What the staff's pages are given by the roof, and what a page may ask for while it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from argon2 import PasswordHasher
from flask import current_app, g

from hotline.administration import Administration
from hotline.config import Settings
from hotline.domain.audit import LOOK
from hotline.domain.case_life import Actor
from hotline.domain.catalogue import Town
from hotline.domain.dispatch import actor
from hotline.domain.errors import Refused
from hotline.domain.recorded_prompts import Studio
from hotline.domain.rights import Colleague, Sight
from hotline.serving import Behind, Serving
from hotline.store.tables import LookRow
from hotline.store.unit_of_work import Office


def no_telephone(_sid: str, _person: tuple[str, str]) -> None:
    """Pages that stand alone reach no call."""
    raise Refused("no_line")


@dataclass(frozen=True, kw_only=True)
class Parts(Behind):
    """Everything behind the pages."""

    settings: Settings
    studio: Studio
    """Where the hotline's sentences are recorded."""
    administration: Administration
    take_over: Callable[[str, tuple[str, str]], None] = no_telephone
    """Rings a colleague (name, number) for the caller of a call under way, by its sid. Raises Refused."""
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
    return as_actor(town(office), colleague())


def as_actor(lists: Town, who: Colleague) -> Actor:
    """A colleague as cases know people; a village's clerk keeps that village."""
    known = actor(lists.officers, who.username, who.role, who.name)
    return replace(known, villages=known.villages | {who.village}) if who.village else known


def look(office: Office, what: str, reason: str = "", *, kind: str = LOOK) -> None:
    """Writes down who looked at what (or did what, by hotline.domain.audit.KINDS), and why.

    Nothing is shown without it.
    """
    row = LookRow(username=colleague().username, what=what[:120], reason=reason, kind=kind)
    row.at = parts().clock()
    office.note(row)
