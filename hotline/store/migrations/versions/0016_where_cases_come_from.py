"""Where a case came from (hotline, walk-in, letter, 12345), and its number there, of which there is one case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None

_INDEX = "ix_grievances_source_reference"


def upgrade() -> None:
    op.add_column("grievances", sa.Column("source", sa.String(10), nullable=False, server_default="line"))
    op.add_column("grievances", sa.Column("reference", sa.String(40), nullable=True))
    op.create_index(_INDEX, "grievances", ["source", "reference"], unique=True)


def downgrade() -> None:
    op.drop_index(_INDEX, "grievances")
    op.drop_column("grievances", "reference")
    op.drop_column("grievances", "source")
