"""The parts of the console, in the order of the menu."""

from __future__ import annotations

from hotline.console.area import Area
from hotline.console.areas import calls, me, outcome, review, studio, today

AREAS: tuple[Area, ...] = (today.area, calls.area, review.area, outcome.area, studio.area, me.area)
