"""The diary of the domain, on tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.clock import Clock, utc_now
from hotline.domain.appointments import BOOKED, HOLDING, LAPSED, OFFERED, Appointment, Move, Reach, Wanted, desk_of
from hotline.domain.calendar import Place
from hotline.domain.codes import CodeInUse
from hotline.domain.errors import Refused
from hotline.domain.occupancy import Held, Together
from hotline.domain.slots import Spot
from hotline.domain.visits import cell_at
from hotline.store import standing
from hotline.store.firsts import at_once
from hotline.store.repositories import codes
from hotline.store.tables import AppointmentMoveRow, AppointmentRow, HeldCellRow, Table
from hotline.store.taking import take
from hotline.store.word_index import heed

_OF = AppointmentRow
_ALIKE = ("code", "service", "starts_at", "name", "village", "number", "status", "conversation", "created_at")
_MORE = ("name_recording", "note", "desk", "clerk", "car", "minutes", "for_whom", "rang_by", "text_to", "version")


_HOLDING = insert(Table.metadata.tables["held_cells"]).returning(HeldCellRow.cell)  # so that it is one statement
_MOVE = insert(Table.metadata.tables["appointment_moves"])
"""Written as rows, not as objects: a booking must be quick."""


class Appointments:
    """The diary of the domain, on tables."""

    def __init__(self, session: Session, clock: Clock = utc_now) -> None:
        self._session = session
        self._clock = clock

    def together(self, desk: str, reach: Reach) -> Sequence[Together]:
        return standing.together(self._session, desk, reach)

    def held(self, desk: str, clerks: Collection[str], reach: Reach) -> Sequence[Held]:
        return standing.held(self._session, desk, clerks, reach)

    def elsewhere(self, desk: str, clerks: Collection[str], reach: Reach) -> Sequence[Held]:
        return standing.elsewhere(self._session, desk, clerks, reach)

    def car_cells(self, first: int, end: int) -> Sequence[tuple[str, int]]:
        query = select(HeldCellRow.resource, HeldCellRow.cell).where(
            HeldCellRow.resource >= "car:", HeldCellRow.resource < "car;", HeldCellRow.cell.between(first, end)
        )
        return [(row[0].removeprefix("car:"), row[1]) for row in self._session.execute(query)]

    def one_by_one(self, keys: Sequence[str]) -> None:
        """SQLite's writers are one by one already."""
        if self._session.get_bind().dialect.name == "postgresql":
            for key in keys:
                self._session.execute(select(func.pg_advisory_xact_lock(_ROUNDS, func.hashtext(key))))

    def add(
        self,
        wanted: Wanted,
        spot: Spot | None = None,
        *,
        code: str,
        seat: int = 0,
        conversation: str,
        status: str = BOOKED,
        move: Move | None = None,
    ) -> Appointment | None:
        """Keeps it and how it came to be; None if somebody took part of the spot in the same instant.

        Without a spot it takes the seat of the place's own desk and nobody's time. Raises CodeInUse.
        """
        spot = spot or _plain_spot(wanted, seat)
        values = _columns(wanted, spot) | {
            "code": code,
            "conversation": conversation,
            "status": status,
            "created_at": self._clock(),
            "version": 1,
        }
        made = take(self._session, values, spot.resources(), None if move is None else _of_move(move))
        if made is None:
            if codes.code_in_use(self._session, code):
                raise CodeInUse
            return None
        heed(self._session, (wanted.name,), (wanted.number,))
        return _appointment(made, {**values, "held_seat": spot.seat})

    def move(self, old: Appointment, spot: Spot, starts_at: datetime) -> Appointment | None:
        """The new cells are taken before the old ones are given back; the database refuses what is taken."""
        have = {(r, c) for r, c in self._session.execute(_cells_of(old.id)).all()}
        want = spot.resources()
        changed = {
            "desk": spot.desk,
            "held_seat": spot.seat,
            "clerk": spot.clerk,
            "car": spot.car,
            "starts_at": starts_at,
            "first_cell": spot.first,
            "end_cell": spot.end,
        }
        try:
            with (now := at_once(self._session)).begin_nested():
                if new := [one for one in want if one not in have]:
                    now.execute(_HOLDING, _holding(new, old.id))
                self._write(old, changed)
                for resource, cell in sorted(have - set(want)):
                    self._session.execute(
                        delete(HeldCellRow).where(HeldCellRow.resource == resource, HeldCellRow.cell == cell)
                    )
        except IntegrityError:
            return None
        return self.by_id(old.id)

    def set_status(self, old: Appointment, status: str, *, give_back: bool) -> Appointment:
        changed: dict[str, Any] = {"status": status}
        if give_back:
            changed["held_seat"] = None
        self._write(old, changed)
        if give_back:
            self._session.execute(delete(HeldCellRow).where(HeldCellRow.appointment == old.id))
        return self.by_id(old.id)

    def note(self, appointment: Appointment, move: Move) -> None:
        at_once(self._session).execute(_MOVE, {"appointment": appointment.id, **_of_move(move)})

    def moves(self, appointment: int) -> list[Move]:
        """What happened to it, in order."""
        query = select(AppointmentMoveRow).where(AppointmentMoveRow.appointment == appointment)
        rows = self._session.scalars(query.order_by(AppointmentMoveRow.id))
        return [Move(row.what, row.by, row.at, row.facts) for row in rows]

    def last_moved(self, appointments: Sequence[int]) -> dict[int, datetime]:
        """When each was last moved, of those that ever were."""
        row = AppointmentMoveRow
        query = select(row.appointment, func.max(row.at)).where(row.appointment.in_(appointments))
        return {found[0]: found[1] for found in self._session.execute(query.group_by(row.appointment))}

    def by_id(self, appointment: int) -> Appointment:
        query = select(_OF).where(_OF.id == appointment).execution_options(populate_existing=True)
        return as_appointment(self._session.scalars(query).one())

    def by_code(self, code: str) -> Appointment | None:
        """The appointment of a code, held against every other move until this transaction ends."""
        query = select(_OF).where(_OF.code == code).with_for_update()
        row = self._session.scalars(query.execution_options(populate_existing=True)).one_or_none()
        return as_appointment(row) if row else None

    def coming(self, number: str, now: datetime) -> list[Appointment]:
        """What is booked from this number, or texted to it, and has not begun; soonest first."""
        mine = or_(_OF.number == number, _OF.text_to == number)
        query = select(_OF).where(mine, _OF.status == BOOKED, _OF.starts_at > now).order_by(_OF.starts_at)
        return [as_appointment(row) for row in self._session.scalars(query)] if number else []

    def between(self, since: datetime, until: datetime, *, desk: str = "", clerk: str = "") -> list[Appointment]:
        """What stands in the diary of a desk or a person (empty: of all), soonest first."""
        query = select(_OF).where(
            _OF.starts_at >= since, _OF.starts_at < until, _OF.status.in_(HOLDING - {OFFERED})
        )
        query = query.where(_OF.desk == desk) if desk else query
        query = query.where(_OF.clerk == clerk) if clerk else query
        return [
            as_appointment(row) for row in self._session.scalars(query.order_by(_OF.starts_at, _OF.desk, _OF.id))
        ]

    def all(self) -> list[Appointment]:
        """Every appointment that a resident was ever told was theirs, soonest first."""
        query = select(_OF).where(_OF.status.not_in((OFFERED, LAPSED)))
        return [as_appointment(row) for row in self._session.scalars(query.order_by(_OF.starts_at))]

    def _write(self, old: Appointment, changed: dict[str, Any]) -> None:
        """Refused("changed") if the appointment is no longer what it was."""
        query = update(_OF).where(_OF.id == old.id, _OF.version == old.version)
        done = self._session.execute(query.values(**changed, version=old.version + 1).returning(_OF.id)).first()
        if done is None:
            raise Refused("changed")


_ROUNDS = 0x107_0005
"""Any number, as long as every process takes the same advisory locks."""


def _plain_spot(wanted: Wanted, seat: int) -> Spot:
    first = cell_at(wanted.starts_at)
    return Spot(desk_of(wanted.place, wanted.village), seat, "", first, first + wanted.visit.cells)


def _columns(wanted: Wanted, spot: Spot) -> dict[str, Any]:
    return {
        **vars(wanted),
        "place": str(wanted.place),
        "desk": spot.desk,
        "held_seat": spot.seat,
        "clerk": spot.clerk,
        "car": spot.car,
        "first_cell": spot.first,
        "end_cell": spot.end,
        "stop": wanted.visit.stop,
    }


def _of_move(move: Move) -> dict[str, Any]:
    return {"what": move.what, "moved_by": move.by, "at": move.at, "facts": dict(move.facts)}


def _holding(cells: Sequence[tuple[str, int]], appointment: int) -> list[dict[str, Any]]:
    """In order, so that two wait for each other one way only."""
    return [{"resource": resource, "cell": cell, "appointment": appointment} for resource, cell in cells]


def _cells_of(appointment: int) -> Any:
    return select(HeldCellRow.resource, HeldCellRow.cell).where(HeldCellRow.appointment == appointment)


def as_appointment(row: AppointmentRow) -> Appointment:
    return _appointment(row.id, vars(row))


def _appointment(made: int, values: dict[str, Any]) -> Appointment:
    seat = values["held_seat"]
    return Appointment(
        id=made,
        place=Place(values["place"]),
        seat=seat if seat is not None else -1,
        **{name: values[name] for name in (*_ALIKE, *_MORE)},
    )
