"""Alembic's entry: runs the revisions on the connection that `hotline.store.upgrade` holds open."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from hotline.store.tables import Table


def run_on(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",  # SQLite cannot alter a column in place
    )
    with context.begin_transaction():
        context.run_migrations()


run_on(context.config.attributes["connection"])
