"""The parts of the console, in the order of the menu."""

from __future__ import annotations

from hotline.console.area import Area
from hotline.console.areas import calls, me, today

AREAS: tuple[Area, ...] = (today.area, calls.area, me.area)
