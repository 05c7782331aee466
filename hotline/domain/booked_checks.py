"""What a change of the lists would do to appointments that are already booked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.domain.calendar import TOWN_TIME, Place
from hotline.domain.catalogue import Town
from hotline.domain.days import Official
from hotline.domain.lists import Origin, Problem
from hotline.domain.rosters import Rota
from hotline.domain.town_document import rota_of

SHOWN = 20
"""Appointments named one by one; more are counted."""


@dataclass(frozen=True)
class Booked:
    """An appointment to come."""

    service: str
    place: Place
    village: str
    starts_at: datetime


def overlooked(towns: tuple[Town, Town], booked: Sequence[Booked], official: Official) -> Iterator[Problem]:
    """Warnings: appointments whose service, village or shift would be gone. `towns` are before and after."""
    before, after = towns
    for service, count in Counter(one.service for one in booked if one.service not in after.services).items():
        if service in before.services:
            name = before.services[service].name
            told = f"service {service} ({name}) would be gone, but {count} appointments for it are to come"
            yield _warning("services", told, "see them through, or ring those residents")
    for village, count in Counter(one.village for one in booked if one.village not in after.villages).items():
        if village in before.villages:
            told = f"village {village} would be gone, but {count} appointments from it are to come"
            yield _warning("villages", told, "see them through, or ring those residents")
    rotas = rota_of(before, official), rota_of(after, official)
    lost = [one for one in booked if _served(one, before, rotas[0]) and not _served(one, after, rotas[1])]
    for one in lost[:SHOWN]:
        at = one.starts_at.astimezone(TOWN_TIME)
        where = f"{one.place} {one.village}" if one.place is Place.VILLAGE else str(one.place)
        told = f"nobody would be there for the appointment of {at:%Y-%m-%d %H:%M} ({where})"
        yield _warning("rosters", told, "move it, or put somebody there")
    if len(lost) > SHOWN:
        told = f"nobody would be there for {len(lost) - SHOWN} more appointments"
        yield _warning("rosters", told, "move them, or put somebody there")


def _served(one: Booked, town: Town, rota: Rota) -> bool:
    """Whether somebody is there from beginning to end."""
    service = town.services.get(one.service)
    ends = one.starts_at + timedelta(minutes=service.minutes if service else 0)
    for desk in rota.desks():
        if desk.kind is one.place and (desk.kind is not Place.VILLAGE or desk.village == one.village):
            shifts = rota.shifts(desk.id, one.starts_at, ends)
            if any(shift.begins <= one.starts_at and ends <= shift.ends for shift in shifts):
                return True
    return False


def _warning(name: str, wrong: str, mend: str) -> Problem:
    return Problem(Origin(name), "", wrong, mend, warning=True)
