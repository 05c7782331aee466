"""Who looks at a page, at what time, by which lists: what its rows are chosen and worded by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hotline.console.parts import parts, sight, town, viewer
from hotline.domain.case_life import Actor
from hotline.domain.catalogue import Town
from hotline.domain.rights import Sight
from hotline.store.unit_of_work import Office


@dataclass(frozen=True)
class Looking:
    """Within one transaction."""

    office: Office
    town: Town
    sight: Sight
    viewer: Actor
    now: datetime


def looking(office: Office) -> Looking:
    """Whoever is logged in."""
    return Looking(office, town(office), sight(), viewer(office), parts().clock())
