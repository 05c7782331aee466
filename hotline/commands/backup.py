"""`hotline backup`: copies of the database."""

from __future__ import annotations

import getpass
import os
from dataclasses import asdict

import click

from hotline.backups import FOLDER, backups, check_backup, make_backup
from hotline.clock import utc_now
from hotline.commands.lists import as_json, records, show
from hotline.config import Settings
from hotline.domain.audit import BACKUP
from hotline.store.tables import LookRow

COLUMNS = ("name", "at", "by", "bytes", "sha256", "wrong")


@click.group()
def backup() -> None:
    """Copies of the database, in the data folder's `backups`; recordings are files and copied as such."""


@backup.command()
@as_json
def make(*, json_: bool) -> None:
    """Make one now, while the service runs."""
    folder = Settings.from_environment(os.environ).data_dir / FOLDER
    by = f"cli {os.getuid()}" if "USER" not in os.environ else getpass.getuser()
    with records() as store:
        made = make_backup(store, folder, by, utc_now())
        with store.open() as office:
            row = LookRow(username="cli", kind=BACKUP, what=f"backup {made.name}", reason="", at=utc_now())
            office.session.add(row)
            office.commit()
    show([{**asdict(made), "wrong": ""}], COLUMNS, json_=json_)


@backup.command("list")
@as_json
def list_(*, json_: bool) -> None:
    """All there are, each compared with its checksum. Exit code 1 where one is not what was written."""
    folder = Settings.from_environment(os.environ).data_dir / FOLDER
    views = [{**asdict(one), "wrong": check_backup(folder, one)} for one in backups(folder)]
    show(views, COLUMNS, json_=json_)
    if any(view["wrong"] for view in views):
        raise SystemExit(1)
