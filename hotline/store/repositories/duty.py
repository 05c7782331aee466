"""The duty roster, on tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.clock import Clock, utc_now
from hotline.domain.duty import DayKind, Duty, DutyRoster, Line, Person, Swap
from hotline.domain.errors import Refused
from hotline.store.tables import DutyRow, DutySwapRow


class DutyBook:
    """Who is on duty when."""

    def __init__(self, session: Session, clock: Clock = utc_now) -> None:
        self._session = session
        self._clock = clock

    def roster(self) -> DutyRoster:
        duties = self._session.scalars(select(DutyRow).order_by(DutyRow.id))
        swaps = self._session.scalars(select(DutySwapRow).order_by(DutySwapRow.id))
        return DutyRoster(
            tuple(_as_duty(row) for row in duties),
            tuple(Swap(date.fromisoformat(row.day), row.one, row.other) for row in swaps),
        )

    def replace(self, duties: Sequence[Duty]) -> None:
        """A new roster in place of the old one; swaps among people who are still on it stay."""
        names = {duty.person.name for duty in duties}
        self._session.execute(delete(DutyRow))
        gone = DutySwapRow.one.not_in(names) | DutySwapRow.other.not_in(names)
        self._session.execute(delete(DutySwapRow).where(gone))
        self._session.add_all([_as_row(duty) for duty in duties])
        self._session.flush()

    def add_swap(self, swap: Swap) -> None:
        """Refused("already_swapped") if one of the two did so in the same instant."""
        row = DutySwapRow(day=swap.day.isoformat(), one=swap.one, other=swap.other, made_at=self._clock())
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError as quicker:
            raise Refused("already_swapped", day=swap.day.isoformat()) from quicker


def _as_duty(row: DutyRow) -> Duty:
    kinds = {str(kind): kind for kind in DayKind}
    return Duty(
        Line(row.line),
        kinds.get(row.days) or date.fromisoformat(row.days),
        time.fromisoformat(row.begins),
        time.fromisoformat(row.ends),
        row.place,
        Person(row.name, row.number, row.username),
    )


def _as_row(duty: Duty) -> DutyRow:
    return DutyRow(
        line=str(duty.line),
        days=str(duty.days),
        begins=duty.begins.strftime("%H:%M"),
        ends=duty.ends.strftime("%H:%M"),
        place=duty.order,
        name=duty.person.name,
        number=duty.person.number,
        username=duty.person.username,
    )
