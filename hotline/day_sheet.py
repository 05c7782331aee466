"""The day's appointments of one desk as a page to print: nothing masked, for the clerk needs it at the window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hotline.domain.appointments import BOOKED, Appointment
from hotline.domain.calendar import TOWN_TIME, Place
from hotline.domain.catalogue import Town
from hotline.domain.rosters import Desk
from hotline.views import village_name
from hotline.words import word

SHEETS = Path(__file__).parent / "sheets"
_PAGES = Environment(loader=FileSystemLoader(SHEETS), autoescape=True, undefined=StrictUndefined)


@dataclass(frozen=True)
class Day:
    """Whose day it is."""

    day: date
    desk: Desk
    printed_at: datetime


def day_sheet(day: Day, found: Sequence[Appointment], town: Town, agents: Mapping[int, str]) -> str:
    """An A4 page in HTML, soonest first. `agents` are those of helper cases, by appointment."""
    village = village_name(town, day.desk.village)
    place = word("place", str(day.desk.kind)).format(village=village)
    return _PAGES.get_template("day_sheet.html").render(
        title=f"{place} {day.day.isoformat()}",
        place=place if day.desk.id.count(":") == 0 or day.desk.village else day.desk.name,
        day=_in_full(day.day),
        rows=[_row(one, town, agents.get(one.id, "")) for one in found],
        printed=day.printed_at.astimezone(TOWN_TIME).strftime("%Y-%m-%d %H:%M"),
    )


def _in_full(day: date) -> str:
    weekday = word("sheet", "weekdays")[day.weekday()]
    return word("sheet", "day").format(year=day.year, month=day.month, day=day.day, weekday=weekday)


def _row(one: Appointment, town: Town, agent: str) -> dict[str, Any]:
    service = town.services.get(one.service)
    return {
        "time": one.starts_at.astimezone(TOWN_TIME).strftime("%H:%M"),
        "minutes": one.minutes,
        "name": one.name or word("sheet", "unnamed"),
        "for_whom": one.for_whom,
        "village": village_name(town, one.village),
        "service": service.spoken if service else one.service,
        "papers": "、".join(service.papers) if service else "",
        "where": word("place", "car") if one.place is Place.CAR else "",
        "note": one.note,
        "agent": agent,
        "number": one.number or word("number", "withheld"),
        "rang_by": one.rang_by if one.rang_by != one.name else "",
        "code": one.code,
        "status": "" if one.status == BOOKED else word("appointment", one.status),
    }
