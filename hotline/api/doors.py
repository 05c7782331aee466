"""Who is let in: a token in the Authorization header, the role it stands for, and how often it may ask."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TypeVar

from flask import current_app, g, request

from hotline.api.parts import parts
from hotline.api.problems import Declined, decline
from hotline.domain.case_life import Actor
from hotline.domain.dispatch import actor
from hotline.domain.rights import ROLES, Colleague, Sight, sight_of
from hotline.store.tables import LookRow
from hotline.store.tokens import Tokens
from hotline.store.unit_of_work import Office

LONGEST_TOKEN = 200
NO_TOKEN = "Send a good token as Authorization: Bearer …; hotline tokens add USERNAME gives one."  # noqa: S105 -- a sentence

View = TypeVar("View", bound=Callable[..., object])


def for_roles(roles: Collection[str] = ROLES) -> Callable[[View], View]:
    """Says who may use an operation; one that says nothing is for nobody."""

    def mark(view: View) -> View:
        view.roles = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark


def admit() -> None:
    """Before anything is read of a request: whose token is it, and may they do this? Raises Declined."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not 0 < len(token) <= LONGEST_TOKEN:
        decline(401, NO_TOKEN)
    here = parts()
    now = here.clock()
    with here.store.open() as office:
        holder = Tokens(office.session).holder(token.strip(), now)
        g.serving = here.serving(office)
        office.commit()
    if holder is None:
        decline(401, NO_TOKEN)
    if holder.used > here.requests_a_minute:
        wait = 60 - int(now.timestamp()) % 60
        says = f"At most {here.requests_a_minute} requests a minute: wait {wait} seconds."
        raise Declined(429, says, {"Retry-After": str(wait)})
    g.colleague = holder.colleague
    if request.endpoint is not None:
        _check_role(holder.colleague, request.endpoint)
        g.sight = sight_of(holder.colleague)


def _check_role(colleague: Colleague, endpoint: str) -> None:
    roles: frozenset[str] = getattr(current_app.view_functions[endpoint], "roles", frozenset())
    if colleague.role not in roles:
        allowed = ", ".join(sorted(roles)) or "nobody"
        decline(403, f"This is for {allowed}; you are {colleague.role}. Ask an administrator if you need it.")


def colleague() -> Colleague:
    """Who asks."""
    found: Colleague = g.colleague
    return found


def viewer() -> Actor:
    """Who asks, as cases know people: whoever is complained about never sees the case."""
    who = colleague()
    known = actor(parts().town.officers, who.username, who.role, who.name)
    return replace(known, villages=known.villages | {who.village}) if who.village else known


def sight() -> Sight:
    """What they see."""
    found: Sight = g.sight
    return found


def look(office: Office, what: str, reason: str | None = None) -> None:
    """Writes down who looked at what, and why more was shown; nothing is shown without it."""
    row = LookRow(username=colleague().username, what=f"api: {what}"[:120], reason=reason or "")
    row.at = parts().clock()
    office.note(row)
