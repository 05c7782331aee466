"""Calls that somebody has listened to again, and a quick way to the answers heard with the least confidence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_reviews",
        sa.Column("call", sa.String(64), sa.ForeignKey("calls.sid", ondelete="CASCADE"), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.String(40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_by", sa.String(40), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True)),
        sa.Column("seconds", sa.Integer(), nullable=False),
    )
    op.create_index("ix_turns_confidence_at_call", "turns", ["confidence", "at", "call"])


def downgrade() -> None:
    op.drop_index("ix_turns_confidence_at_call", "turns")
    op.drop_table("call_reviews")
