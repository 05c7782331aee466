"""The parts of the console, in the order of the menu."""

from __future__ import annotations

from hotline.console.area import Area
from hotline.console.areas import (
    appointments,
    callbacks,
    calls,
    cases,
    ledger,
    live,
    me,
    outcome,
    reports,
    residents,
    review,
    search,
    studio,
    surveys,
    today,
)

AREAS: tuple[Area, ...] = (
    *(today.area, live.area, calls.area, review.area, outcome.area, callbacks.area),
    *(cases.area, appointments.area, residents.area, ledger.area, surveys.area, reports.area),
    *(studio.area, search.area, me.area),
)
