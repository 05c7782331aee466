"""Brings a database to the tables this release knows; safe when several processes start at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from hotline.store.unit_of_work import open_engine
from hotline.trouble import Trouble

UPGRADE_LOCK = 0x107_1110
"""Any number, as long as every process takes the same advisory lock."""


def upgrade(url: str, revision: str = "head") -> None:
    """Runs what has not been run yet; the loser of a race waits and finds it done. Raises Trouble."""
    with _alone(url) as config:
        command.upgrade(config, revision)


def downgrade(url: str, revision: str = "base") -> None:
    """Takes revisions back, with the data they hold."""
    with _alone(url) as config:
        command.downgrade(config, revision)


def pending(url: str) -> list[str]:
    """The revisions this database still needs, oldest first; empty if it is up to date."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            have = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    scripts = ScriptDirectory.from_config(_config())
    return [found.revision for found in scripts.iterate_revisions("head", have or "base")][::-1]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "hotline.store:migrations")
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def _begun(engine: Engine) -> Iterator[Connection]:
    """A transaction; Trouble where there is no database to begin one in."""
    try:
        connection = engine.connect()
    except OperationalError as error:
        why = str(error.orig).splitlines()[0]
        raise Trouble(
            [f"the database cannot be used: {why}. Check HOTLINE_DATABASE_URL; `hotline doctor`."]
        ) from error
    with connection, connection.begin():
        yield connection


@contextmanager
def _alone(url: str) -> Iterator[Config]:
    """One transaction around all revisions: SQLite lets one writer begin, PostgreSQL one holder of the lock."""
    engine = open_engine(url)
    try:
        with _begun(engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
            config = _config()
            config.attributes["connection"] = connection
            yield config
    finally:
        engine.dispose()
