"""Texts that go to another number, and call-backs that the office makes for a cause of its own, once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_EMPTY = sa.text("''")
_appointments = sa.table("appointments", *(sa.column(name) for name in ("id", "desk", "held_seat", "starts_at")))
_cells = sa.table("held_cells", *(sa.column(name) for name in ("resource", "cell", "appointment")))
_versions = sa.table("catalogue_versions", sa.column("number"), sa.column("document", sa.JSON))


def upgrade() -> None:
    for table, column in (("messages", "texted_to"), ("contact_wishes", "text_to")):
        with op.batch_alter_table(table) as altered:
            altered.add_column(sa.Column(column, sa.String(60), nullable=False, server_default=_EMPTY))
        with op.batch_alter_table(table) as altered:
            altered.alter_column(column, server_default=None)
    with op.batch_alter_table("callbacks") as callbacks:
        callbacks.add_column(sa.Column("cause", sa.String(80), nullable=True))
        callbacks.create_unique_constraint(op.f("uq_callbacks_cause"), ["cause"])
    seat_old_windows()


def seat_old_windows() -> None:
    """What was booked at “the window”, before windows had numbers, holds its time at one of them.

    Left as it is where a town's window still bears that name, and where no window is free at that time.
    """
    windows = _windows()
    if not windows or any(desk == "window" for desk, _ in windows):
        return
    connection = op.get_bind()
    old = sa.select(_appointments.c.id).where(
        _appointments.c.desk == "window", _appointments.c.held_seat.is_not(None)
    )
    for (appointment,) in connection.execute(old.order_by(_appointments.c.starts_at)).all():
        _seat(connection, appointment, windows)


def _seat(connection: sa.Connection, appointment: int, windows: list[tuple[str, int]]) -> None:
    mine = (_cells.c.appointment == appointment) & _cells.c.resource.startswith("window#")
    held = list(connection.scalars(sa.select(_cells.c.cell).where(mine)))
    for desk, seat in windows:
        resource = f"{desk}#{seat}"
        taken = sa.select(_cells.c.cell).where(_cells.c.resource == resource, _cells.c.cell.in_(held))
        if connection.scalars(taken.limit(1)).first() is None:
            connection.execute(sa.update(_cells).where(mine).values(resource=resource))
            of = _appointments.c.id == appointment
            connection.execute(sa.update(_appointments).where(of).values(desk=desk, held_seat=seat))
            return


def _windows() -> list[tuple[str, int]]:
    """(desk, seat) of every window in the newest lists; those that were shipped where none were imported."""
    newest = sa.select(_versions.c.document).order_by(_versions.c.number.desc()).limit(1)
    document = op.get_bind().scalars(newest).first()
    if document is None:
        return [("window:1", 0), ("window:2", 0)]
    desks = [desk for desk in document.get("desks", []) if desk.get("kind") == "window"]
    return [(str(desk["id"]), seat) for desk in desks for seat in range(int(desk.get("seats") or 1))]


def downgrade() -> None:
    with op.batch_alter_table("callbacks") as callbacks:
        callbacks.drop_constraint(op.f("uq_callbacks_cause"), type_="unique")
        callbacks.drop_column("cause")
    for table, column in (("messages", "texted_to"), ("contact_wishes", "text_to")):
        with op.batch_alter_table(table) as altered:
            altered.drop_column(column)
