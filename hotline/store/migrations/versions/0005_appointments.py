"""Waiting lists, visits, helper cases and what happened to each appointment."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CELL_S = 900
CELLS = 2
"""Every appointment of the first release took half an hour."""
TIME = sa.DateTime(timezone=True)
NEW: tuple[tuple[str, sa.types.TypeEngine[Any], str], ...] = (
    ("clerk", sa.String(40), ""),
    ("car", sa.String(20), ""),
    ("minutes", sa.Integer(), "30"),
    ("first_cell", sa.Integer(), "0"),
    ("end_cell", sa.Integer(), "0"),
    ("stop", sa.String(30), ""),
    ("for_whom", sa.String(20), ""),
    ("rang_by", sa.String(40), ""),
    ("text_to", sa.String(60), ""),
    ("version", sa.Integer(), "1"),
)
"""Columns of an appointment, with what those already there get."""
INDEXES = (("desk", "first_cell", "end_cell", "held_seat", "clerk", "stop"), ("clerk", "first_cell"))
TABLES = ("held_cells", "appointment_moves", "waiting", "helper_cases")


def upgrade() -> None:
    with op.batch_alter_table("appointments") as table:
        for name, kind, value in NEW:
            table.add_column(sa.Column(name, kind, nullable=False, server_default=value))
    with op.batch_alter_table("appointments") as table:
        for name, kind, _ in NEW:
            table.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
    for columns in INDEXES:
        op.create_index(f"ix_appointments_{'_'.join(columns)}", "appointments", list(columns))
    create_tables()
    hold_cells()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    for columns in INDEXES:
        op.drop_index(f"ix_appointments_{'_'.join(columns)}", "appointments")
    with op.batch_alter_table("appointments") as batch:
        for name, _, _ in NEW:
            batch.drop_column(name)


def words(name: str, length: int, *, index: bool | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, index=index)


def number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def appointment(*, index: bool | None = None, primary_key: bool = False) -> sa.Column[int]:
    of = sa.ForeignKey("appointments.id")
    return sa.Column("appointment", sa.Integer, of, nullable=False, index=index, primary_key=primary_key)


def create_tables() -> None:
    op.create_table(
        "held_cells",
        sa.Column("resource", sa.String(60), primary_key=True),
        sa.Column("cell", sa.Integer, primary_key=True, autoincrement=False),
        appointment(index=True),
    )
    op.create_table(
        "appointment_moves",
        sa.Column("id", sa.Integer, primary_key=True),
        appointment(index=True),
        words("what", 20),
        words("moved_by", 60),
        sa.Column("at", TIME, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
    )
    create_waiting()
    op.create_table(
        "helper_cases",
        appointment(primary_key=True),
        words("agent", 40, index=True),
        words("state", 10),
        sa.Column("rating", sa.Integer),
        number("version"),
    )


def create_waiting() -> None:
    op.create_table(
        "waiting",
        sa.Column("id", sa.Integer, primary_key=True),
        words("service", 20),
        words("place", 10),
        words("village", 20),
        words("name", 40),
        words("number", 60, index=True),
        words("wish", 60),
        number("minutes"),
        words("name_recording", 200),
        words("for_whom", 20),
        words("text_to", 60),
        words("state", 10),
        number("lapses"),
        sa.Column("offer", sa.Integer, sa.ForeignKey("appointments.id"), unique=True),
        sa.Column("held_until", TIME),
        sa.Column("last_offered", TIME),
        words("conversation", 36),
        sa.Column("joined_at", TIME, nullable=False),
        sa.Index(None, "state", "lapses"),
    )


def hold_cells() -> None:
    """Appointments from before hold their cells as new ones do."""
    old = sa.table(
        "appointments",
        *(
            sa.column(name)
            for name in ("id", "desk", "place", "village", "held_seat", "first_cell", "end_cell", "stop")
        ),
        sa.column("starts_at", TIME),
    )
    cells = sa.table("held_cells", *(sa.column(name) for name in ("resource", "cell", "appointment")))
    connection = op.get_bind()
    for row in connection.execute(sa.select(old)).mappings().all():
        at = row["starts_at"] if row["starts_at"].tzinfo else row["starts_at"].replace(tzinfo=UTC)
        first = int(at.timestamp() // CELL_S)
        stop = {"home": f"home:{row['village']}", "village": row["village"]}.get(row["place"], "")
        changed = {"first_cell": first, "end_cell": first + CELLS, "stop": stop}
        connection.execute(sa.update(old).where(old.c.id == row["id"]).values(**changed))
        if row["held_seat"] is not None:
            resource = f"{row['desk']}#{row['held_seat']}"
            held = [{"resource": resource, "cell": first + n, "appointment": row["id"]} for n in range(CELLS)]
            connection.execute(sa.insert(cells), held)
