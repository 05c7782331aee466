"""The parts of the console, in the order of the menu."""

from __future__ import annotations

from hotline.console.area import Area
from hotline.console.areas import (
    admin,
    appointments,
    audit,
    backups,
    callbacks,
    calls,
    cases,
    ledger,
    lists,
    live,
    me,
    outcome,
    reports,
    residents,
    review,
    search,
    staff,
    studio,
    surveys,
    today,
    unmask,
)

AREAS: tuple[Area, ...] = (
    *(today.area, live.area, calls.area, review.area, outcome.area, callbacks.area),
    *(cases.area, appointments.area, residents.area, ledger.area, surveys.area, reports.area),
    *(studio.area, search.area, admin.area, staff.area, lists.area, audit.area, backups.area),
    *(me.area, unmask.area),
)
