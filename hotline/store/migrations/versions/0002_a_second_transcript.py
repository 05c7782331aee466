"""What was heard when an answer was transcribed again with more care."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("turns", sa.Column("careful", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("turns", "careful")
