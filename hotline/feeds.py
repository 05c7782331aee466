"""A clerk's appointments as an iCalendar feed (RFC 5545): for the telephone in the pocket of whoever visits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from hotline.domain.appointments import CANCELLED, Appointment
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.catalogue import Town
from hotline.views import village_name
from hotline.words import word

PRODUCT = "-//village-hotline//appointments//ZH"


def calendar_of(appointments: Iterable[Appointment], town: Town, *, name: str, now: datetime) -> bytes:
    """The feed, names and numbers in clear: whoever serves it answers for who may read it."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for one in appointments:
        calendar.add_component(_event(one, town, now))
    calendar.add_missing_timezones()
    feed: bytes = calendar.to_ical()
    return feed


def _event(one: Appointment, town: Town, now: datetime) -> Event:
    service, village = town.services.get(one.service), village_name(town, one.village)
    begins = one.starts_at.astimezone(TOWN_TIME)
    event = Event()
    event.add("uid", f"{one.code}-{one.id}@village-hotline")
    event.add("dtstamp", now)
    event.add("dtstart", begins)
    event.add("dtend", begins + timedelta(minutes=one.minutes))
    event.add("sequence", one.version - 1)
    event.add("summary", f"{service.spoken if service else one.service} {one.name} {village}")
    event.add("location", word("place", str(one.place)).format(village=village))
    papers = "、".join(service.papers) if service else ""
    event.add("description", f"{one.code}\n{one.number}\n{papers}\n{one.note}".strip())
    event.add("status", "CANCELLED" if one.status == CANCELLED else "CONFIRMED")
    return event
