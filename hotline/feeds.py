"""A clerk's appointments as an iCalendar feed (RFC 5545): for the telephone in the pocket of whoever visits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta

from icalendar import Calendar, Event, Timezone

from hotline.domain.appointments import CANCELLED, Appointment
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.catalogue import Town
from hotline.domain.residents import masked_name, masked_number
from hotline.store.unit_of_work import Office
from hotline.views import village_name
from hotline.words import word

PRODUCT = "-//village-hotline//appointments//ZH"
DAYS = 60


def clerk_feed(office: Office, town: Town, clerk: str, now: datetime, *, in_full: bool) -> bytes:
    """What the feed of one clerk serves: sixty days from yesterday. The same records give the same bytes."""
    since = datetime.combine(now.astimezone(TOWN_TIME).date() - timedelta(days=1), time(), TOWN_TIME)
    found = office.appointments.between(since, since + timedelta(days=DAYS), clerk=clerk)
    revised = office.appointments.last_moved([one.id for one in found])
    shown = found if in_full else [masked(one) for one in found]
    return calendar_of(shown, town, name=clerk, revised=revised)


def masked(one: Appointment) -> Appointment:
    """As it may lie about on a telephone: without what tells who somebody is."""
    return replace(one, name=masked_name(one.name), number=masked_number(one.number), note="")


def calendar_of(
    appointments: Iterable[Appointment], town: Town, *, name: str, revised: Mapping[int, datetime]
) -> bytes:
    """The feed, as much in clear as the appointments are: whoever serves it answers for who may read it.

    `revised`: when each was last moved; it says which of two copies is the newer one.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add_component(Timezone.from_tzinfo(TOWN_TIME))  # so that an empty one holds something
    for one in appointments:
        calendar.add_component(_event(one, town, revised.get(one.id, one.created_at)))
    feed: bytes = calendar.to_ical()
    return feed


def _event(one: Appointment, town: Town, revised: datetime) -> Event:
    service, village = town.services.get(one.service), village_name(town, one.village)
    begins = one.starts_at.astimezone(TOWN_TIME)
    event = Event()
    event.add("uid", f"{one.code}-{one.id}@village-hotline")
    event.add("dtstamp", revised)
    event.add("dtstart", begins)
    event.add("dtend", begins + timedelta(minutes=one.minutes))
    event.add("sequence", one.version - 1)
    event.add("summary", f"{service.spoken if service else one.service} {one.name} {village}")
    event.add("location", word("place", str(one.place)).format(village=village))
    papers = "、".join(service.papers) if service else ""
    event.add("description", f"{one.code}\n{one.number}\n{papers}\n{one.note}".strip())
    event.add("status", "CANCELLED" if one.status == CANCELLED else "CONFIRMED")
    return event
