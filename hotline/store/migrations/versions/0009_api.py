"""Tokens of the people and programs that use the API; whose desk and village a clerk is; why somebody looked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("staff") as staff:
        staff.add_column(sa.Column("place", sa.String(40), nullable=False, server_default=sa.text("''")))
        staff.add_column(sa.Column("village", sa.String(20), nullable=False, server_default=sa.text("''")))
    with op.batch_alter_table("looks") as looks:
        looks.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("username", sa.String(40), sa.ForeignKey("staff.username", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.Column("minute", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Index(None, "username"),
    )
    op.create_table(
        "api_answers",
        sa.Column("username", sa.String(40), primary_key=True),
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Index(None, "at"),
    )


def downgrade() -> None:
    op.drop_table("api_answers")
    op.drop_table("api_tokens")
    with op.batch_alter_table("looks") as looks:
        looks.drop_column("reason")
    with op.batch_alter_table("staff") as staff:
        staff.drop_column("village")
        staff.drop_column("place")
