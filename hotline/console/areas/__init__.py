"""The parts of the console, in the order of the menu."""

from __future__ import annotations

from hotline.console.area import Area
from hotline.console.areas import callbacks, calls, live, me, search, today

AREAS: tuple[Area, ...] = (today.area, live.area, calls.area, callbacks.area, search.area, me.area)
