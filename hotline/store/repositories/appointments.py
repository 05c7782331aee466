"""The diary of the domain, on tables."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.clock import utc_now
from hotline.domain.appointments import Appointment, Wanted, desk_of
from hotline.domain.calendar import Place
from hotline.store.repositories import codes
from hotline.store.tables import AppointmentRow


class Appointments:
    """The diary of the domain, on tables."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def taken(self, desk: str, since: datetime, until: datetime) -> dict[datetime, int]:
        row = AppointmentRow
        query = (
            select(row.starts_at, func.count())
            .where(row.desk == desk, row.starts_at.between(since, until), row.held_seat.is_not(None))
            .group_by(row.starts_at)
        )
        return {row[0]: row[1] for row in self._session.execute(query)}

    def hold(self, desk: str, starts_at: datetime, seats: int) -> int | None:
        query = select(AppointmentRow.held_seat).where(
            AppointmentRow.desk == desk,
            AppointmentRow.starts_at == starts_at,
            AppointmentRow.held_seat.is_not(None),
        )
        held = set(self._session.scalars(query))
        return next((seat for seat in range(seats) if seat not in held), None)

    def add(self, wanted: Wanted, *, code: str, seat: int, conversation: str) -> Appointment | None:
        """Keeps it; None if somebody took the seat in the same instant (the unique index decides)."""
        row = AppointmentRow(
            code=code,
            service=wanted.service,
            place=str(wanted.place),
            desk=desk_of(wanted.place, wanted.village),
            starts_at=wanted.starts_at,
            held_seat=seat,
            name=wanted.name,
            village=wanted.village,
            number=wanted.number,
            name_recording=wanted.name_recording,
            note=wanted.note,
            conversation=conversation,
            status="booked",
            created_at=utc_now(),
        )
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            return None
        return as_appointment(row)

    def code_in_use(self, code: str) -> bool:
        return codes.code_in_use(self._session, code)

    def all(self) -> list[Appointment]:
        rows = self._session.scalars(select(AppointmentRow).order_by(AppointmentRow.starts_at))
        return [as_appointment(row) for row in rows]


def as_appointment(row: AppointmentRow) -> Appointment:
    return Appointment(
        row.id,
        row.code,
        row.service,
        Place(row.place),
        row.starts_at,
        row.name,
        row.village,
        row.number,
        row.status,
        row.held_seat if row.held_seat is not None else -1,
        row.conversation,
        row.created_at,
        row.name_recording,
        row.note,
    )
