"""The parts of the console, in the order of the menu."""

from __future__ import annotations

from hotline.console.area import Area
from hotline.console.areas import admin, audit, backups, calls, lists, me, staff, today, unmask

AREAS: tuple[Area, ...] = (
    today.area, calls.area, admin.area, staff.area, lists.area, audit.area, backups.area, me.area, unmask.area,
)  # fmt: skip
