"""The waiting list as callers, texts and the clock meet it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from hotline.domain import waiting
from hotline.domain.appointments import Appointment, Made, Move
from hotline.domain.calendar import TOWN_TIME, Place
from hotline.domain.calling import may_ring
from hotline.domain.errors import Refused
from hotline.domain.waiting import Entry
from hotline.store.departure import about_offer
from hotline.store.unit_of_work import Office, Store
from hotline.store.ways import way_to
from ivr.clerking.telling import Told, facts_of, tell
from ivr.clerking.wishes import numbers_of
from ivr.dialogue.steps import Json

if TYPE_CHECKING:
    from ivr.clerk import Clerk, OfficeRules

Given = Mapping[str, Json]
TIME_TO_RING = timedelta(minutes=10)
"""A place is offered by call only where calls may be made for so long yet."""
MOST_AT_ONCE = 50
"""Offers a sweep makes or passes on: the rest wait for the next."""


def join(clerk: Clerk, given: Given) -> Json:
    """Puts the caller on the list; {"refused": reason} where nobody could be told of a place."""
    entry = Entry(
        0,
        given["service"],
        Place(given["place"]),
        given["village"],
        given["name"],
        clerk.contact.number,
        given["wish"],
        minutes=clerk.rules.town.services[given["service"]].minutes,
        name_recording=given["name_recording"],
        for_whom=given.get("for_whom") or "",
        conversation=clerk.conversation,
        joined_at=clerk.now,
    )
    try:
        waiting.join(clerk.office.waiting, entry)
    except Refused as no:
        return {"refused": no.reason}
    return {}


def offered(clerk: Clerk, _given: Given) -> Json:
    """The place held for the calling number; {} if there is none."""
    found = _offer_to(clerk)
    return facts_of(found[1], clerk.rules.town) if found else {}


def accept(clerk: Clerk, _given: Given) -> Json:
    """The held place is theirs; {"refused": "lapsed"} if it has been passed on."""
    found = _offer_to(clerk)
    if found is None:
        return {"refused": "lapsed"}
    try:
        move = Move("booked", "resident", clerk.now)
        booked = waiting.accept(clerk.office.appointments, clerk.office.waiting, found, move)
    except Refused as no:
        return {"refused": no.reason}
    if clerk.contact.surface == "sms" or way_to(clerk.office, booked.texts_go_to, "asked").by == "sms":
        row = tell(clerk.office, clerk.rules.town, booked, "sms.booked")  # a call would say it a second time
        clerk.messages.extend([row] if row is not None else [])
    return facts_of(booked, clerk.rules.town)


def decline(clerk: Clerk, _given: Given) -> Json:
    """The place goes to the next in line at once."""
    found = _offer_to(clerk)
    if found is None:
        return {"refused": "lapsed"}
    waiting.decline(clerk.office.appointments, clerk.office.waiting, found, Move("lapsed", "resident", clerk.now))
    clerk.messages.extend(offer_freed(clerk.office, clerk.rules, clerk.now, clerk.draw_code))
    return {}


def _offer_to(clerk: Clerk) -> tuple[Entry, Appointment] | None:
    """The place held for the calling number, or for one whose texts come to it."""
    found = (clerk.office.waiting.offer_to(number) for number in numbers_of(clerk))
    return next((one for one in found if one is not None), None)


def offer_freed(
    office: Office, rules: OfficeRules, now: datetime, draws: Callable[[], Callable[[], str]] | None = None
) -> list[int]:
    """Offers what is free to the first in line whom it suits; the outbox rows that tell them."""
    made = Made("", draws() if draws else _drawn, now)
    can_tell = partial(_reachable, office, rules, now)
    found = waiting.offer_next(office.appointments, office.waiting, made, plan=rules.plan, reachable=can_tell)
    if found is None:
        return []
    row = _tell_offer(office, rules, found)
    return [row] if row is not None else []


def sweep(store: Store, rules: OfficeRules, now: datetime) -> list[int]:
    """Passes on offers that were not answered and makes those that can be made; one transaction each.

    All of it stands in the database: a sweep that died is done by the next, a second one finds nothing to do.
    """
    messages: list[int] = []
    for _ in range(MOST_AT_ONCE):
        with store.open() as office:
            overdue = office.waiting.overdue(now)
            if overdue is None:
                break
            waiting.lapse(office.appointments, office.waiting, overdue, now)
            office.commit()
    for _ in range(MOST_AT_ONCE):
        with store.open() as office:
            rows = offer_freed(office, rules, now)
            office.commit()
        if not rows:
            break
        messages += rows
    return messages


def _tell_offer(office: Office, rules: OfficeRules, found: tuple[Entry, Appointment]) -> int | None:
    entry, held = found
    if entry.held_until is None:
        return None
    until = entry.held_until.astimezone(TOWN_TIME).strftime("%H:%M")
    told = Told(about_offer(entry.id, held.id), entry.held_until)
    return tell(office, rules.town, held, "sms.offer", told=told, until=until)


def _reachable(office: Office, rules: OfficeRules, now: datetime, entry: Entry) -> bool:
    """Whether a text can be had now, or a ring for long enough to be answered."""
    way = way_to(office, entry.text_to or entry.number, "offer")
    ringing = all(may_ring("offer", at, rules.calling) for at in (now, now + TIME_TO_RING))
    return way.by == "sms" or (way.by == "voice" and ringing)


def _drawn() -> str:
    return f"{100_000 + secrets.randbelow(900_000)}"
