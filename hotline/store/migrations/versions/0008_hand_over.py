"""Who is on duty, and whom a person rings back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("callbacks") as callbacks:
        callbacks.add_column(words("owner", 40, before=""))
        callbacks.add_column(sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
        callbacks.add_column(sa.Column("next_try_at", TIME, nullable=True))
        callbacks.add_column(sa.Column("note", sa.Text(), nullable=False, server_default=""))
        callbacks.add_column(sa.Column("done_at", TIME, nullable=True))
        callbacks.add_column(sa.Column("escalations", sa.Integer(), nullable=False, server_default="0"))
        callbacks.create_index("ix_callbacks_state_due_at", ["state", "due_at"])
    with op.batch_alter_table("callbacks") as callbacks:  # the defaults were for the rows that were there
        for name in ("owner", "tries", "note", "escalations"):
            callbacks.alter_column(name, server_default=None)
    create_steps()
    create_rings()
    create_roster()


def downgrade() -> None:
    for table in ("duty_swaps", "duties", "rings", "callback_steps"):
        op.drop_table(table)
    with op.batch_alter_table("callbacks") as callbacks:
        callbacks.drop_index("ix_callbacks_state_due_at")
        for name in ("escalations", "done_at", "note", "next_try_at", "tries", "owner"):
            callbacks.drop_column(name)


def words(name: str, length: int, *, index: bool | None = None, before: str | None = None) -> sa.Column[str]:
    """`before`: what rows have that were there before."""
    return sa.Column(name, sa.String(length), nullable=False, index=index, server_default=before)


def create_steps() -> None:
    op.create_table(
        "callback_steps",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("callback", sa.Integer(), sa.ForeignKey("callbacks.id"), nullable=False, index=True),
        words("what", 20),
        words("username", 40),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
    )


def create_rings() -> None:
    op.create_table(
        "rings",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("conversation", sa.String(36), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        words("call", 64, index=True),
        words("reason", 40),
        words("name", 40),
        words("number", 60),
        sa.Column("summary", sa.Text(), nullable=False),
        words("state", 20),
        sa.Column("rung_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.UniqueConstraint("conversation", "turn", "call"),
    )


def create_roster() -> None:
    op.create_table(
        "duties",
        sa.Column("id", sa.Integer(), primary_key=True),
        words("line", 20),
        words("days", 10),
        words("begins", 5),
        words("ends", 5),
        sa.Column("place", sa.Integer(), nullable=False),
        words("name", 40),
        words("number", 60),
        words("username", 40),
    )
    op.create_table(
        "duty_swaps",
        sa.Column("id", sa.Integer(), primary_key=True),
        words("day", 10),
        words("one", 40),
        words("other", 40),
        sa.Column("made_at", TIME, nullable=False),
        sa.UniqueConstraint("day", "one"),
        sa.UniqueConstraint("day", "other"),
    )
