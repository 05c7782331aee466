"""The parts of the console, in the order of the menu."""

from __future__ import annotations

from hotline.console.area import Area
from hotline.console.areas import (
    appointments,
    callbacks,
    calls,
    cases,
    live,
    me,
    outcome,
    residents,
    review,
    search,
    studio,
    today,
)

AREAS: tuple[Area, ...] = (
    *(today.area, live.area, calls.area, review.area, outcome.area, callbacks.area),
    *(cases.area, appointments.area, residents.area, studio.area, search.area, me.area),
)
