"""Texts that go to another number, and call-backs that the office makes for a cause of its own, once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0009"
branch_labels = None
depends_on = None

_EMPTY = sa.text("''")


def upgrade() -> None:
    for table, column in (("messages", "texted_to"), ("contact_wishes", "text_to")):
        with op.batch_alter_table(table) as altered:
            altered.add_column(sa.Column(column, sa.String(60), nullable=False, server_default=_EMPTY))
        with op.batch_alter_table(table) as altered:
            altered.alter_column(column, server_default=None)
    with op.batch_alter_table("callbacks") as callbacks:
        callbacks.add_column(sa.Column("cause", sa.String(80), nullable=True))
        callbacks.create_unique_constraint(op.f("uq_callbacks_cause"), ["cause"])


def downgrade() -> None:
    with op.batch_alter_table("callbacks") as callbacks:
        callbacks.drop_constraint(op.f("uq_callbacks_cause"), type_="unique")
        callbacks.drop_column("cause")
    for table, column in (("messages", "texted_to"), ("contact_wishes", "text_to")):
        with op.batch_alter_table(table) as altered:
            altered.drop_column(column)
