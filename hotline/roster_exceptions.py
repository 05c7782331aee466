"""One exception to the rosters (leave, an extra shift, a closed desk), added or taken back.

Each is the next version of the town's lists, made as an import is: the same checks, the same history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from hotline.domain.appointments import BOOKED, Appointment
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.errors import Refused
from hotline.domain.lists import SHAPES, Document, Json, Origin, Row
from hotline.domain.rosters import Rota
from hotline.domain.staffing import Change, ChangeKind
from hotline.domain.town_document import change_of, rota_of, town_of
from hotline.holidays import official
from hotline.intake.proposal import Proposal, Version, propose
from hotline.intake.reading import Reading
from hotline.store.repositories import as_appointment
from hotline.store.tables import AppointmentRow
from hotline.store.unit_of_work import Office

LIST = "exceptions"
LONGEST_NOTE = 80
FIELDS = ("kind", "clerk", "desk", "first", "from", "last", "until", "note")
"""A form: kind, who or where, first day and hour, last day and hour (hours and last day may be empty)."""
_NEEDED = {"leave": ("clerk",), "extra": ("clerk", "desk"), "closed": ("desk",)}


@dataclass(frozen=True)
class Draft:
    """What would be: the next version of the lists, the exception itself, and whom it touches."""

    proposal: Proposal
    change: Change
    touched: tuple[Appointment, ...]
    """Appointments to come that somebody would serve now, and nobody then; the soonest first."""


def added(office: Office, current: Version, given: Mapping[str, str], now: datetime) -> Draft:
    """One more.

    Refused: bad_kind, no_clerk, no_desk, bad_day, ends_first, one_day, past, known, meets, long_note.
    """
    cells = _cells(current.document, given)
    change = change_of(cells)
    if change.ends <= change.begins:
        raise Refused("ends_first")
    if change.kind is ChangeKind.EXTRA and not (
        cells["begins"][:10] == cells["ends"][:10] and "T" in cells["begins"]
    ):
        raise Refused("one_day")
    if change.ends.replace(tzinfo=TOWN_TIME) <= now:
        raise Refused("past")
    standing = current.document[LIST]
    if key_of(cells) in map(key_of, standing):
        raise Refused("known")
    return _draft(office, current, [*standing, cells], (change, now))


def taken_back(office: Office, current: Version, key: str, now: datetime) -> Draft:
    """One less; by its key. Refused: gone."""
    standing = current.document[LIST]
    row = next((row for row in standing if key_of(row) == key), None)
    if row is None:
        raise Refused("gone")
    return _draft(office, current, [one for one in standing if one is not row], (change_of(row), now))


def key_of(row: Mapping[str, Json]) -> str:
    """What tells one exception from the others."""
    return SHAPES[LIST].key_of(row) or ""


def _draft(
    office: Office, current: Version, rows: Sequence[Mapping[str, Json]], about: tuple[Change, datetime]
) -> Draft:
    change, now = about
    written = [Row(Origin("console", LIST, n), {name: str(cell) for name, cell in row.items()})
               for n, row in enumerate(rows, start=1)]  # fmt: skip
    proposal = propose(Reading({LIST: written}), current, ())
    if proposal.errors:
        raise Refused("meets")
    rotas = rota_of(town_of(current.document), official), rota_of(town_of(proposal.document), official)
    return Draft(proposal, change, tuple(_touched(office, rotas, change, now)))


def _cells(document: Document, given: Mapping[str, str]) -> dict[str, str]:
    """The row as the lists write it; what its kind does not have is left out."""
    told = {name: " ".join(given.get(name, "").split()) for name in FIELDS}
    needed = _NEEDED.get(told["kind"])
    if needed is None:
        raise Refused("bad_kind")
    if len(told["note"]) > LONGEST_NOTE or not told["note"].isprintable():
        raise Refused("long_note")
    named = {name: told[name] if name in needed else "" for name in ("clerk", "desk")}
    for name, lists in (("clerk", "clerks"), ("desk", "desks")):
        if name in needed and named[name] not in {row["id"] for row in document[lists]}:
            raise Refused(f"no_{name}")
    last = told["last"] or (told["first"] if told["until"] else "")
    begins, ends = _moment(told["first"], told["from"]), _moment(last, told["until"]) if last else ""
    return {"kind": told["kind"], **named, "begins": begins, "ends": ends, "note": told["note"]}


def _moment(day: str, hour: str) -> str:
    """As the lists write it: 2026-12-01, or 2026-12-01T14:00."""
    try:
        on = date.fromisoformat(day)
        at = time.fromisoformat(hour).replace(second=0, microsecond=0, tzinfo=None) if hour else None
    except ValueError as wrong:
        raise Refused("bad_day") from wrong
    if not 2000 <= on.year <= 2100:
        raise Refused("bad_day")
    return datetime.combine(on, at).isoformat(timespec="minutes") if at is not None else on.isoformat()


def _on_one_day(begins: str, ends: str) -> bool:
    return begins[:10] == ends[:10] and "T" in begins and "T" in ends


def _touched(office: Office, rotas: tuple[Rota, Rota], change: Change, now: datetime) -> list[Appointment]:
    begins, ends = (at.replace(tzinfo=TOWN_TIME) for at in (change.begins, change.ends))
    row = AppointmentRow
    query = select(row).where(
        row.status == BOOKED, row.starts_at > now, row.starts_at > begins - timedelta(days=1), row.starts_at < ends
    )
    found = [as_appointment(one) for one in office.session.scalars(query.order_by(row.starts_at, row.id))]
    before, after = rotas
    return [one for one in found if _serves(before, one) and not _serves(after, one)]


def _serves(rota: Rota, one: Appointment) -> bool:
    """Whether who was to serve is at the desk all the while; anybody, where nobody was named."""
    until = one.starts_at + timedelta(minutes=one.minutes)
    return any(
        shift.begins <= one.starts_at and until <= shift.ends and one.clerk in ("", shift.clerk)
        for shift in rota.shifts(one.desk, one.starts_at, until)
    )
