"""Reminders of appointments, planned from the database again and again: no timer that a restart could lose."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from hotline.clock import Clock, utc_now
from hotline.domain.calendar import TOWN_TIME, Place
from hotline.domain.calling import WAITING, WITHDRAWN, ContactRules
from hotline.domain.catalogue import Town
from hotline.domain.reminders import LOOK_AHEAD, Reminder, reminders
from hotline.store.departure import STANDING, about_appointment, is_stale
from hotline.store.tables import AppointmentRow, CallOutRow, MessageRow
from hotline.store.unit_of_work import Office, Store
from hotline.store.ways import way_to
from ivr.dialogue.steps import Prompt
from ivr.scripts.wording import label, words


def plan_reminders(store: Store, town: Town, rules: ContactRules, clock: Clock = utc_now) -> int:
    """Writes down every reminder that is due, once for each appointment and time; how many."""
    now, row = clock(), AppointmentRow
    query = select(row).where(row.starts_at > now, row.starts_at <= now + LOOK_AHEAD)
    planned = 0
    with store.open() as office:
        for kept in office.session.scalars(query.where(row.status.in_(STANDING), row.number != "")):
            way = way_to(office, kept.number, "reminder").by
            calls = rules.calling if way == "voice" else None
            for reminder in reminders(kept.starts_at, kept.created_at, calls=calls):
                if reminder.since <= now < reminder.until:
                    planned += _put(office, town, kept, reminder)
        office.commit()
    return planned


def _put(office: Office, town: Town, kept: AppointmentRow, reminder: Reminder) -> bool:
    about = about_appointment(kept.code, kept.starts_at)
    message = office.messages.put(
        f"remind:{reminder.name}:{about.removeprefix('appointment:').replace('@', ':')}",
        kept.number,
        _wording(town, kept, reminder.name),
        kind="reminder",
        about=about,
        expires_at=reminder.until,
    )
    return message is not None


def _wording(town: Town, kept: AppointmentRow, name: str) -> str:
    service = town.services[kept.service]
    values = {
        "when": _local(kept.starts_at),
        "place": label(str(Place(kept.place))),
        "service": service.spoken,
        "papers": "、".join(paper.replace("/", "或") for paper in service.papers),
    }
    return words(Prompt("sms.remind.day" if name == "day" else "sms.remind.hours", values))


def _local(at: datetime) -> str:
    return at.astimezone(TOWN_TIME).strftime("%Y-%m-%dT%H:%M")


def withdraw_stale(store: Store) -> int:
    """Takes back waiting reminders of what has been cancelled or moved; how many."""
    taken_back = 0
    with store.open() as office:
        texts = select(MessageRow).where(MessageRow.state == WAITING, MessageRow.kind == "reminder")
        calls = select(CallOutRow).where(CallOutRow.state == WAITING, CallOutRow.kind == "reminder")
        held = [*office.session.scalars(texts.with_for_update()), *office.session.scalars(calls.with_for_update())]
        for row in held:
            if is_stale(office, row.about):
                row.state = WITHDRAWN
                taken_back += 1
        office.commit()
    return taken_back
