"""Which names belong to a number: what must be masked where words are shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import select

from hotline.store.tables import AppointmentRow, GrievanceRow, ResidentRow
from hotline.store.unit_of_work import Office


def names_of(office: Office, numbers: Iterable[str]) -> Mapping[str, set[str]]:
    """Every name people with these numbers are known by."""
    wanted = {number for number in numbers if number}
    found: dict[str, set[str]] = defaultdict(set)
    for row in (ResidentRow, AppointmentRow, GrievanceRow):
        query = select(row.number, row.name).where(row.number.in_(wanted), row.name != "").distinct()
        for number, name in office.session.execute(query):
            found[number].add(name)
    return found
