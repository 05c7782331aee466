"""Helper cases (帮代办): an agent does the errand for a resident, tells how it goes, brings it, and is rated."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hotline.domain.errors import Refused

IN_HAND, DELIVERED, RATED = "in_hand", "delivered", "rated"


@dataclass(frozen=True)
class HelperCase:
    """One appointment's errand in the hands of an agent."""

    appointment: int
    agent: str
    state: str = IN_HAND
    rating: int | None = None
    """1 (very dissatisfied) to 5 (very satisfied)"""
    version: int = 1


def hand_to(case: HelperCase, agent: str) -> HelperCase:
    """Another agent goes on with it. Refused("over") once it is delivered."""
    _open(case)
    return replace(case, agent=agent)


def deliver(case: HelperCase) -> HelperCase:
    """The resident has what was wanted. Refused("over")."""
    _open(case)
    return replace(case, state=DELIVERED)


def rate(case: HelperCase, rating: int) -> HelperCase:
    """What the resident thinks of it, once. Refused("not_delivered", "no_such_rating")."""
    if case.state != DELIVERED:
        raise Refused("not_delivered")
    if rating not in range(1, 6):
        raise Refused("no_such_rating")
    return replace(case, state=RATED, rating=rating)


def _open(case: HelperCase) -> None:
    if case.state != IN_HAND:
        raise Refused("over")
