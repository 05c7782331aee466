"""Where a benchmark keeps its rows: a new SQLite file, a PostgreSQL of its own, or an empty database by URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from hotline.config import database_advice
from hotline.crash.postgres import Postgres


def _checked(_context: click.Context, _option: click.Parameter, told: str) -> str:
    if told not in {"sqlite", "postgresql"} and (advice := database_advice(told)):
        raise click.BadParameter(f"{told!r} is no database: sqlite, postgresql, or {advice}")
    return told


database_option = click.option(
    "--database",
    default="sqlite",
    show_default=True,
    metavar="sqlite|postgresql|URL",
    callback=_checked,
    help="A new file, a server of its own, or an empty database by URL.",
)
"""The option that `database_of` reads."""


@contextmanager
def database_of(told: str, folder: Path) -> Iterator[str]:
    """The URL, for as long as it is needed. A server of its own waits for the disk at each commit.

    Raises Trouble if PostgreSQL is asked for and its wheel is not installed.
    """
    if told == "sqlite":
        yield f"sqlite:///{folder / 'bench.sqlite'}"
        return
    if told != "postgresql":
        yield told
        return
    server = Postgres()
    try:
        server.start()
        yield server.url
    finally:
        server.stop()
