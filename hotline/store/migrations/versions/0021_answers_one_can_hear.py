"""The least certain answers are looked for among those one can still listen to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

NAME, COLUMNS = "ix_turns_confidence_at_call", ["confidence", "at", "call"]
HEARD = sa.text("audio <> ''")


def upgrade() -> None:
    op.drop_index(NAME, "turns")
    op.create_index(NAME, "turns", COLUMNS, sqlite_where=HEARD, postgresql_where=HEARD)


def downgrade() -> None:
    op.drop_index(NAME, "turns")
    op.create_index(NAME, "turns", COLUMNS)
