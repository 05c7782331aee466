"""Residents."""

from __future__ import annotations

from hotline.console.area import Area
from hotline.domain.rights import ROLES

area = Area("residents", "村民", icon="users", roles=ROLES, key="p", first="residents")


@area.page("/residents")
def residents() -> str:
    return ""


@area.page("/residents/<int:id>")
def resident(id: int) -> str:
    return ""
