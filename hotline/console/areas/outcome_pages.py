"""What came of a call, and what staff can still make of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from flask_babel import gettext as _
from sqlalchemy import select

from hotline.console.areas.turn_pages import staff_names
from hotline.console.languages import term
from hotline.console.parts import colleague, parts, serving, sight, town, viewer
from hotline.console.times import of_the_day, to_minute, with_weekday
from hotline.domain.appointments import BOOKED, Appointment, free_times
from hotline.domain.calendar import TOWN_TIME, Place
from hotline.domain.case_life import moves_open
from hotline.domain.discretion import visible
from hotline.domain.grievances import Grievance
from hotline.domain.residents import masked_name
from hotline.domain.rights import WRITERS
from hotline.domain.visits import Visit
from hotline.store.reach import appointments_within, grievances_within
from hotline.store.repositories import as_appointment, as_grievance
from hotline.store.tables import AppointmentRow, CallRow, GrievanceRow
from hotline.store.unit_of_work import Office
from hotline.views import village_name

STAFF = "staff:"
MOST_TIMES = 200
Choice = tuple[str, str]
"""A value and what is read of it."""


@dataclass(frozen=True)
class Step:
    """Something that happened to what came of the call."""

    at: str
    what: str
    by: str


@dataclass(frozen=True)
class BookedLine:
    """An appointment that came of the call."""

    code: str
    service: str
    name: str
    when: str
    where: str
    status: str
    version: int
    open: bool
    """Whether it can still be moved or cancelled by whoever looks."""
    history: list[Step]


@dataclass(frozen=True)
class CaseLine:
    """A case that came of the call."""

    code: str
    topic: str
    topic_id: str
    village: str
    village_id: str
    unit: str
    status: str
    version: int
    open: bool
    """Whether its topic and village can be put right by whoever looks."""
    history: list[Step]


@dataclass(frozen=True)
class Outcome:
    """All that came of a call, what there is to choose from, and what was refused of what was typed."""

    sid: str
    booked: list[BookedLine]
    cases: list[CaseLine]
    may_write: bool
    services: list[Choice] = field(default_factory=list)
    villages: list[Choice] = field(default_factory=list)
    topics: list[Choice] = field(default_factory=list)
    places: list[Choice] = field(default_factory=list)
    problem: str = ""
    done: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)


def outcome(
    office: Office, row: CallRow, *, problem: str = "", done: str = "", typed: Mapping[str, str] | None = None
) -> Outcome:
    """What came of a call, as far as it is within sight."""
    may_write = colleague().role in WRITERS
    lists = town(office)
    return Outcome(
        sid=row.sid,
        booked=[_booked(office, one, may_write) for one in booked_in(office, row)],
        cases=[_case(office, one, may_write) for one in told_in(office, row)],
        may_write=may_write,
        services=[(one.id, one.spoken) for one in lists.services.values()],
        villages=[(one.id, one.name) for one in lists.villages.values() if sight().village in ("", one.id)],
        topics=[(one.id, one.spoken) for one in lists.topics.values()],
        places=[(str(one), _place(one)) for one in Place],
        problem=problem,
        done=done,
        typed=typed or {},
    )


def booked_in(office: Office, row: CallRow) -> list[Appointment]:
    """The appointments of a call's conversation within sight."""
    if not row.conversation:
        return []
    found = select(AppointmentRow).where(
        AppointmentRow.conversation == row.conversation, appointments_within(sight())
    )
    return [as_appointment(one) for one in office.session.scalars(found.order_by(AppointmentRow.id))]


def told_in(office: Office, row: CallRow) -> list[Grievance]:
    """The cases of a call's conversation whoever is logged in may know of."""
    if not row.conversation:
        return []
    found = select(GrievanceRow).where(GrievanceRow.conversation == row.conversation, grievances_within(sight()))
    rows = office.session.scalars(found.order_by(GrievanceRow.id))
    seen = (visible(as_grievance(one), viewer(office)) for one in rows)
    return [one for one in seen if one is not None]


def times(office: Office, visit: Visit) -> list[tuple[str, list[Choice]]]:
    """Times still free for a visit, by day, the soonest first."""
    free = free_times(office.appointments, visit, now=parts().clock(), plan=serving(office).plan)[:MOST_TIMES]
    days = groupby(free, key=lambda at: at.astimezone(TOWN_TIME).date())
    return [(with_weekday(one), [(at.isoformat(), of_the_day(at)) for at in every]) for one, every in days]


def when(at: datetime) -> str:
    """11月28日 星期六 09:00, in town time."""
    return f"{with_weekday(at.astimezone(TOWN_TIME).date())} {of_the_day(at)}"


def _place(place: Place) -> str:
    return term("place", str(place), village=_("村"))


def _booked(office: Office, one: Appointment, may_write: bool) -> BookedLine:
    lists = town(office)
    service = lists.services.get(one.service)
    history = office.appointments.moves(one.id)
    names = _names(office, (move.by for move in history))
    return BookedLine(
        code=one.code,
        service=service.spoken if service else one.service,
        name=masked_name(one.name) if one.name else "",
        when=when(one.starts_at),
        where=term("place", str(one.place), village=village_name(lists, one.village)),
        status=term("appointment", one.status),
        version=one.version,
        open=may_write and one.status == BOOKED and one.starts_at > parts().clock(),
        history=[Step(to_minute(m.at), term("appointment", m.what), names[m.by]) for m in history],
    )


def _case(office: Office, one: Grievance, may_write: bool) -> CaseLine:
    topic = town(office).topics.get(one.topic)
    history = office.grievances.history(one.id)
    names = _names(office, (event.actor for event in history))
    return CaseLine(
        code=one.code,
        topic=topic.spoken if topic else one.topic,
        topic_id=one.topic,
        village=village_name(town(office), one.village),
        village_id=one.village,
        unit=one.unit,
        status=term("case_status", one.status),
        version=one.version,
        open=may_write and "classify" in moves_open(one.standing, viewer(office)),
        history=[Step(to_minute(e.at), term("case_move", e.move), names[e.actor]) for e in history],
    )


def _names(office: Office, movers: Iterable[str]) -> dict[str, str]:
    """Who made moves, as it is read: colleagues by name, else 居民 or 系统."""
    every = set(movers)
    named = staff_names(office, {one.removeprefix(STAFF) for one in every} - {"resident", "clock", "machine"})
    return {one: named.get(one.removeprefix(STAFF)) or term("mover", one) for one in every}


def last_mover(steps: list[Step]) -> str:
    """What happened last, and by whom: 11-24 09:30 王干事 改了时间."""
    return f"{steps[-1].at} {steps[-1].by} {steps[-1].what}" if steps else ""
