"""What the clerk looks up and does on a call that the office made itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import select

from hotline.domain.calendar import TOWN_TIME
from hotline.store.departure import appointment_of
from hotline.store.tables import AppointmentRow
from ivr.clerking import appointments as booking
from ivr.clerking import surveys
from ivr.dialogue.steps import Json

if TYPE_CHECKING:
    from ivr.clerk import Clerk


def call_facts(clerk: Clerk, _given: Mapping[str, Json]) -> Json:
    """Why the office rang, as it is now: what the call was given, and its appointment if that still stands."""
    row = clerk.office.calls_out.by_sid(clerk.contact.call)
    if row is None:
        return {}
    told: dict[str, Json] = dict(row.given)
    kept = appointment_of(clerk.office, row.about)
    return told | _appointment(clerk, kept) if kept is not None else told


def _appointment(clerk: Clerk, row: AppointmentRow) -> dict[str, Json]:
    service = booking.service(clerk, {"id": row.service})
    return {
        "code": row.code,
        "when": row.starts_at.astimezone(TOWN_TIME).strftime("%Y-%m-%dT%H:%M"),
        "place": row.place,
        "service": row.service,
        "spoken": service["spoken"],
        "papers": service["papers"],
        "name": row.name,
        "village": row.village,
    }


def give_place_back(clerk: Clerk, given: Mapping[str, Json]) -> Json:
    """The appointment a reminder was about is given up, and what still waits to remind of it is withdrawn.

    With `if_replaced`, only where this conversation has booked another one instead.
    """
    row = clerk.office.calls_out.by_sid(clerk.contact.call)
    kept = appointment_of(clerk.office, row.about) if row else None
    if row is None or kept is None or (given.get("if_replaced") and not _replaced(clerk, kept)):
        return {"given_back": False}
    if "refused" in booking.cancel(clerk, {"code": kept.code}):
        return {"given_back": False}
    clerk.office.messages.withdraw(row.about, kind="reminder")
    clerk.office.calls_out.withdraw(row.about, kind="reminder")
    clerk.office.session.flush()
    return {"given_back": True}


def _replaced(clerk: Clerk, kept: AppointmentRow) -> bool:
    query = select(AppointmentRow.id).where(
        AppointmentRow.conversation == clerk.conversation, AppointmentRow.id != kept.id
    )
    return clerk.office.session.scalars(query.limit(1)).one_or_none() is not None


def opt_out(clerk: Clerk, _given: Mapping[str, Json]) -> Json:
    """Nobody rings or writes to this number any more but for what its owner asks for."""
    if clerk.contact.number:
        clerk.office.contact_wishes.opt_out(clerk.contact.number, "voice", clerk.now)
    surveys.no_more(clerk)
    return {}
