"""A place taken: an appointment, its quarters of an hour and the first line of its history, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, Connection, Integer, String, bindparam, exists, func, insert, select, true
from sqlalchemy.orm import Session

from hotline.store.firsts import at_once, insert_of, put_firsts
from hotline.store.tables import AppointmentMoveRow, AppointmentRow, GrievanceRow, HeldCellRow

Cells = Sequence[tuple[str, int]]
"""(resource, cell), in the one order in which all take them, so that two wait for each other one way only."""
Values = Mapping[str, Any]


def take(session: Session, appointment: Values, cells: Cells, first: Values | None) -> int | None:
    """The id of what is now kept; None if part of it was taken in the same instant (the primary key decides).

    `first` is the first row of its history without the appointment.
    """
    now = at_once(session)
    now.exec_driver_sql("SAVEPOINT place")  # it ends with the transaction: to release it would be one trip more
    taking = _in_one if now.dialect.name == "postgresql" else _one_by_one
    made = taking(now, appointment, cells, first)
    if made is None:
        # given back at once: whoever waits for a part of it must not have to wait for all we do after
        now.exec_driver_sql("ROLLBACK TO SAVEPOINT place")
    return made


def _one_by_one(now: Connection, appointment: Values, cells: Cells, first: Values | None) -> int | None:
    made: int | None = now.execute(_appointment(now.dialect.name, tuple(appointment)), appointment).scalar()
    rows = [{"resource": resource, "cell": cell, "appointment": made} for resource, cell in cells]
    if made is None or put_firsts(now, HeldCellRow, rows, "cell") < len(rows):
        return None
    if first is not None:
        now.execute(insert(_table(AppointmentMoveRow)), {"appointment": made, **first})
    return made


def _in_one(now: Connection, appointment: Values, cells: Cells, first: Values | None) -> int | None:
    """One statement: between us and PostgreSQL it is the trips that take the time."""
    given = {
        **appointment,
        "resources": [resource for resource, _ in cells],
        "cells": [cell for _, cell in cells],
        **{f"first_{name}": value for name, value in (first or {}).items()},
    }
    found = now.execute(_statement(tuple(appointment), tuple(first or ())), given).first()
    return found.id if found is not None and found.held == len(cells) else None


@cache
def _appointment(dialect: str, columns: tuple[str, ...]) -> Any:
    """Nothing is written if an appointment or a case has that code already: they share one set."""
    kept = _table(AppointmentRow)
    row = select(*(bindparam(name, type_=kept.c[name].type) for name in columns))
    row = row.where(~exists().where(GrievanceRow.code == bindparam("code")))
    return insert_of(dialect)(kept).from_select(columns, row).on_conflict_do_nothing().returning(kept.c.id)


@cache
def _statement(columns: tuple[str, ...], of_first: tuple[str, ...]) -> Any:
    put = insert_of("postgresql")
    made = _appointment("postgresql", columns).cte("made")
    names = bindparam("resources", type_=ARRAY(String)), bindparam("cells", type_=ARRAY(Integer))
    wanted = func.unnest(*names).table_valued("resource", "cell", name="wanted").render_derived()
    rows = select(wanted.c.resource, wanted.c.cell, made.c.id).select_from(made.join(wanted, true()))
    held = put(_table(HeldCellRow)).from_select(["resource", "cell", "appointment"], rows)
    held = held.on_conflict_do_nothing().returning(HeldCellRow.cell).cte("held")
    query = select(made.c.id, select(func.count()).select_from(held).scalar_subquery().label("held"))
    if of_first:
        moves = _table(AppointmentMoveRow)
        told = select(made.c.id, *(bindparam(f"first_{name}", type_=moves.c[name].type) for name in of_first))
        query = query.add_cte(put(moves).from_select(["appointment", *of_first], told).cte("told"))
    return query


def _table(kind: Any) -> Any:
    return kind.__table__
