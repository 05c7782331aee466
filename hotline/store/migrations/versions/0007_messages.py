"""What may be sent to whom, and calls the office makes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_NEW = (
    ("kind", sa.String(20), "asked"),
    ("priority", sa.Integer(), "1"),
    ("channel", sa.String(10), "either"),
    ("about", sa.String(60), ""),
    ("spoken", sa.Text(), ""),
    ("segments", sa.Integer(), "1"),
)
"""What messages of the first release are taken for."""


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("messages") as messages:
        for name, kind, default in _NEW:
            messages.add_column(sa.Column(name, kind, nullable=False, server_default=default))
        messages.add_column(sa.Column("expires_at", _moment(), nullable=True))
        messages.create_index("ix_messages_about", ["about"])
    with op.batch_alter_table("messages") as messages:
        for name, _, _ in _NEW:
            messages.alter_column(name, server_default=None)
    op.create_table(
        "contact_wishes",
        sa.Column("number", sa.String(60), primary_key=True),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("opted_out_at", _moment(), nullable=True),
        sa.Column("opted_out_by", sa.String(20), nullable=False),
        sa.Column("changed_at", _moment(), nullable=False),
    )
    _calls_out()
    op.create_table(
        "outbound_gate",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("next_at", _moment(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("broken_until", _moment(), nullable=True),
        sa.Column("recent", sa.JSON(), nullable=False),
    )


def _calls_out() -> None:
    op.create_table(
        "calls_out",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("reason", sa.String(80), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("script", sa.String(40), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("about", sa.String(60), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("disposition", sa.String(20), nullable=False),
        sa.Column("sid", sa.String(64), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(30), nullable=False),
        sa.Column("left_word", sa.Boolean(), nullable=False),
        *(sa.Column(name, _moment(), nullable=False) for name in ("created_at", "due_at")),
        *(sa.Column(n, _moment(), nullable=True) for n in ("expires_at", "asked_at", "answered_at", "ended_at")),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.UniqueConstraint("reason", "attempt"),
        sa.Index(None, "state", "due_at"),
        sa.Index(None, "number"),
        sa.Index(None, "about"),
        sa.Index(None, "sid"),
    )


def downgrade() -> None:
    for table in ("outbound_gate", "calls_out", "contact_wishes"):
        op.drop_table(table)
    with op.batch_alter_table("messages") as messages:
        messages.drop_index("ix_messages_about")
        for name in (*(new[0] for new in _NEW), "expires_at"):
            messages.drop_column(name)
