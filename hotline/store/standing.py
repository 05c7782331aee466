"""What stands in the diary, as the slot arithmetic asks for it: few rows, as the driver gives them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Select, String, bindparam, func, or_, select
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session

from hotline.domain.appointments import Reach
from hotline.domain.occupancy import Held, Together
from hotline.store.firsts import at_once
from hotline.store.tables import AppointmentRow

_OF = AppointmentRow
_LONGEST = 96
"""Cells: no appointment is longer than a day."""
_HERE = _OF.desk == bindparam("desk")
_THEIRS = _OF.clerk.in_(bindparam("clerks", expanding=True))
_HELD = select(_OF.desk, _OF.held_seat, _OF.clerk, _OF.first_cell, _OF.end_cell, _OF.stop)
"""The columns of a `Held`."""


def together(session: Session, desk: str, reach: Reach) -> Sequence[Together]:
    """A row for all who are there over the same cells: the database adds them up along its index."""
    return cast("Sequence[Together]", _rows(session, "together", reach, {"desk": desk}))


def held(session: Session, desk: str, clerks: Collection[str], reach: Reach) -> Sequence[Held]:
    """What is kept at a desk, and by these people anywhere."""
    return cast("Sequence[Held]", _rows(session, "held", reach, {"desk": desk, "clerks": sorted(clerks)}))


def elsewhere(session: Session, desk: str, clerks: Collection[str], reach: Reach) -> Sequence[Held]:
    """What these people have at other desks."""
    return cast("Sequence[Held]", _rows(session, "elsewhere", reach, {"desk": desk, "clerks": sorted(clerks)}))


def _rows(session: Session, which: str, reach: Reach, given: Mapping[str, Any]) -> Sequence[Any]:
    first, end, besides = reach
    cells = {"first": first, "end": end, "from": first - _LONGEST, "besides": besides}
    cursor = at_once(session).execute(_query(which, some_besides=bool(besides)), {**given, **cells}).cursor
    return cursor.fetchall() if cursor else ()


@cache
def _query(which: str, *, some_besides: bool) -> Select[Any]:
    rows: Select[Any] = {
        "together": _together(),
        "held": _HELD.where(or_(_HERE, _THEIRS)),
        "elsewhere": _HELD.where(_THEIRS, ~_HERE),
    }[which]
    rows = rows.where(
        _OF.held_seat.is_not(None),
        _OF.first_cell < bindparam("end"),
        _OF.first_cell > bindparam("from"),
        _OF.end_cell > bindparam("first"),
    )
    return (
        rows.where(_OF.id != bindparam("besides")) if some_besides else rows
    )  # the index has no ids: not for nothing


def _together() -> Any:
    seats = func.aggregate_strings(as_type(_OF.held_seat, String), ",")
    clerks = func.aggregate_strings(_OF.clerk, ",")
    cells = (_OF.first_cell, _OF.end_cell)
    return select(*cells, seats, clerks).where(_HERE).group_by(*cells)
