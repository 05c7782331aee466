"""Appointments."""

from __future__ import annotations

from hotline.console.area import Area
from hotline.domain.rights import ROLES

area = Area("appointments", "预约", icon="calendar", roles=ROLES, key="a", first="calendar")


@area.page("/appointments")
def calendar() -> str:
    return ""
