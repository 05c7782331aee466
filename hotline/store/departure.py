"""Whether what was written down may still leave, when, and by which way: asked anew at the last moment."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from sqlalchemy import select

from hotline.domain.calling import ContactRules
from hotline.domain.courtesy import not_before, occasion
from hotline.domain.messages import BARRED, CALLED, EXPIRED, FAILED, WITHDRAWN
from hotline.domain.waiting import ASKED
from hotline.store.asking_back import reviewed
from hotline.store.tables import AppointmentRow, CallOutRow, MessageRow, WaitingRow
from hotline.store.undelivered import as_call
from hotline.store.unit_of_work import Office
from hotline.store.ways import way_to

_APPOINTMENT = re.compile(r"appointment:(\d{6})@(\d{8}T\d{4})")
TIMELY = ("reminder", "offer")
"""Kinds that are of use only while what they tell of still stands."""
STANDING = ("booked",)
"""States of an appointment that is still kept."""


def about_appointment(code: str, starts_at: datetime) -> str:
    """What a reminder is about: a moved appointment is another one."""
    return f"appointment:{code}@{starts_at.astimezone(UTC):%Y%m%dT%H%M}"


def appointment_of(office: Office, about: str) -> AppointmentRow | None:
    """The appointment something is about, if it still stands at that time."""
    named = _APPOINTMENT.fullmatch(about)
    if named is None:
        return None
    row = office.session.scalars(select(AppointmentRow).where(AppointmentRow.code == named[1])).one_or_none()
    stands = row is not None and row.status in STANDING and about_appointment(row.code, row.starts_at) == about
    return row if stands else None


def about_offer(entry: int, held: int) -> str:
    """What an offer is about: a place held for somebody who waits."""
    return f"offer:{entry}:{held}"


def is_stale(office: Office, about: str) -> bool:
    """Whether what it tells of is no longer so."""
    if about.startswith("offer:"):
        return not _still_offered(office, about)
    if about.startswith("review:"):
        return reviewed(office, about) is None
    return about.startswith("appointment:") and appointment_of(office, about) is None


def no_longer_so(office: Office, row: MessageRow | CallOutRow) -> bool:
    """Whether a text or a call is withdrawn, for what it tells or asks is past."""
    timely = row.kind in TIMELY or row.about.startswith("review:")
    return timely and is_stale(office, row.about)


def _still_offered(office: Office, about: str) -> bool:
    _, entry, held = about.split(":")
    row = office.session.get(WaitingRow, int(entry), populate_existing=True)
    return row is not None and row.state == ASKED and row.offer == int(held)


def barred(office: Office, number: str, kind: str) -> bool:
    """Whether its reader has opted out of this, or does not wish to know how things go."""
    wish, of = office.contact_wishes.of(number), occasion(kind)
    if wish is None or of.asked:
        return False
    return wish.opted_out_at is not None or (of.progress and wish.channel == "silent")


def held_back(office: Office, row: MessageRow, rules: ContactRules, now: datetime) -> bool:
    """True if a waiting message does not leave as a text now; its row then says why, or when."""
    if row.expires_at is not None and row.expires_at <= now:
        row.state = EXPIRED
    elif no_longer_so(office, row):
        row.state = WITHDRAWN
    elif barred(office, row.to, row.kind):
        row.state = BARRED
    elif (way := way_to(office, row.to, row.kind, row.channel)).by != "sms":
        _by_voice_or_not(office, row, way.by, now)
    elif (later := not_before(row.kind, now, rules.quiet)) > now:
        row.due_at = later
    else:
        row.texted_to = "" if way.number == row.to else way.number
        return False
    return True


def _by_voice_or_not(office: Office, row: MessageRow, way: str, now: datetime) -> None:
    if way == "silent":
        row.state = BARRED
    elif way == "voice":
        as_call(office, row, now)
        row.state = CALLED
    else:
        row.state, row.error = FAILED, "no way to reach this number"
