"""Who waits for a place, and errands in an agent's hands, on tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from hotline.clock import Clock, utc_now
from hotline.domain.agency import DELIVERED, HelperCase
from hotline.domain.appointments import Appointment
from hotline.domain.calendar import Place
from hotline.domain.errors import Refused
from hotline.domain.waiting import ASKED, WAITING, Entry
from hotline.store.repositories.appointments import as_appointment
from hotline.store.tables import AppointmentMoveRow, AppointmentRow, HelperCaseRow, WaitingRow


class Waiting:
    """The waiting list of the domain."""

    def __init__(self, session: Session, clock: Clock = utc_now) -> None:
        self._session = session
        self._clock = clock

    def add(self, entry: Entry) -> Entry:
        values = {name: value for name, value in vars(entry).items() if name != "id"}
        values |= {"place": str(entry.place), "joined_at": entry.joined_at or self._clock()}
        made = self._session.execute(insert(WaitingRow).returning(WaitingRow.id), values).scalar_one()
        return self.by_id(made)

    def by_id(self, entry: int) -> Entry:
        return _entry(self._session.scalars(_fresh(select(WaitingRow).where(WaitingRow.id == entry))).one())

    def locked(self, entry: int) -> Entry | None:
        """Held until this transaction ends."""
        query = select(WaitingRow).where(WaitingRow.id == entry).with_for_update()
        row = self._session.scalars(_fresh(query)).one_or_none()
        return _entry(row) if row else None

    def offer_of(self, entry: int) -> tuple[Entry, Appointment] | None:
        """What has been offered to somebody and not been answered, held until this transaction ends."""
        query = select(WaitingRow).where(WaitingRow.id == entry, WaitingRow.state == ASKED)
        return self._offered(query.with_for_update())

    def waiting_for(self, number: str, service: str) -> Entry | None:
        query = select(WaitingRow).where(
            WaitingRow.number == number, WaitingRow.service == service, WaitingRow.state.in_((WAITING, ASKED))
        )
        row = self._session.scalars(query.limit(1)).one_or_none()
        return _entry(row) if row else None

    def in_line(self) -> Sequence[Entry]:
        """Locked in order, so that two sweeps at once do not ask the same person twice."""
        query = select(WaitingRow).where(WaitingRow.state == WAITING).order_by(WaitingRow.lapses, WaitingRow.id)
        return [_entry(row) for row in self._session.scalars(_fresh(query.with_for_update(skip_locked=True)))]

    def save(self, entry: Entry) -> None:
        names = ("state", "lapses", "offer", "held_until", "last_offered")
        values = {name: getattr(entry, name) for name in names}
        self._session.execute(update(WaitingRow).where(WaitingRow.id == entry.id).values(**values))

    def all(self) -> list[Entry]:
        """Everybody who waits or has been asked, in order."""
        query = select(WaitingRow).where(WaitingRow.state.in_((WAITING, ASKED)))
        return [_entry(row) for row in self._session.scalars(query.order_by(WaitingRow.lapses, WaitingRow.id))]

    def offer_to(self, number: str) -> tuple[Entry, Appointment] | None:
        """What has been offered to a number and not been answered, held until this transaction ends."""
        if not number:
            return None
        mine = (WaitingRow.number == number) | (WaitingRow.text_to == number)
        query = select(WaitingRow).where(mine, WaitingRow.state == ASKED).order_by(WaitingRow.id)
        return self._offered(query.limit(1).with_for_update())

    def overdue(self, now: datetime) -> tuple[Entry, Appointment] | None:
        """One offer whose half hour is over, held until this transaction ends."""
        query = select(WaitingRow).where(WaitingRow.state == ASKED, WaitingRow.held_until <= now)
        return self._offered(query.order_by(WaitingRow.id).limit(1).with_for_update(skip_locked=True))

    def _offered(self, query: Any) -> tuple[Entry, Appointment] | None:
        row = self._session.scalars(_fresh(query)).one_or_none()
        if row is None or row.offer is None:
            return None
        held = select(AppointmentRow).where(AppointmentRow.id == row.offer).with_for_update()
        return _entry(row), as_appointment(self._session.scalars(_fresh(held)).one())


class HelperCases:
    """Errands in the hands of agents."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, appointment: int) -> HelperCase | None:
        row = self._session.get(HelperCaseRow, appointment, with_for_update=True, populate_existing=True)
        return HelperCase(row.appointment, row.agent, row.state, row.rating, row.version) if row else None

    def to_rate(self, numbers: Sequence[str], since: datetime) -> tuple[HelperCase, Appointment] | None:
        """The newest that was delivered to one of these numbers since then and has not been rated."""
        case, of, move = HelperCaseRow, AppointmentRow, AppointmentMoveRow
        query = (
            select(case.appointment, of)
            .join(of, of.id == case.appointment)
            .join(move, (move.appointment == of.id) & (move.what == "delivered"))
            .where(case.state == DELIVERED, move.at >= since, of.number.in_(numbers) | of.text_to.in_(numbers))
            .order_by(move.id.desc())
        )
        found = self._session.execute(query.limit(1)).first()
        helped = self.of(found[0]) if found else None
        return (helped, as_appointment(found[1])) if found and helped else None

    def begin(self, case: HelperCase) -> None:
        """Refused("already_helped") if an agent has it already."""
        if self.of(case.appointment) is not None:
            raise Refused("already_helped")
        self._session.add(HelperCaseRow(**vars(case)))
        self._session.flush()

    def save(self, before: HelperCase, after: HelperCase) -> None:
        """Refused("changed") if it is no longer what it was."""
        query = update(HelperCaseRow).where(
            HelperCaseRow.appointment == before.appointment, HelperCaseRow.version == before.version
        )
        values = {
            "agent": after.agent,
            "state": after.state,
            "rating": after.rating,
            "version": before.version + 1,
        }
        if self._session.execute(query.values(**values).returning(HelperCaseRow.appointment)).first() is None:
            raise Refused("changed")


def _fresh(query: Any) -> Any:
    return query.execution_options(populate_existing=True)


def _entry(row: WaitingRow) -> Entry:
    fields: dict[str, Any] = {name: getattr(row, name) for name in Entry.__dataclass_fields__}
    return Entry(**(fields | {"place": Place(row.place)}))
