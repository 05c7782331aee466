"""A simulated town served for looking at its pages: made once, kept below build/, somebody of each role in it."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from hotline.clock import utc_now
from hotline.config import Settings
from hotline.store.tables import StaffRow
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade
from tests.api.conftest import PEOPLE
from tests.console.conftest import QUICK, app_over

NAMES = {
    "window": "刘芳", "station": "周小兰", "visits": "陈建军", "village": "李村官", "supervisor": "王主任",
    "administrator": "赵管理", "auditor": "孙审计",
}  # fmt: skip
PASSWORD = "lantern river seven"


def simulated(folder: Path, weeks: int, residents: int) -> Path:
    """A data folder with a town of so many weeks; simulated anew where there is none."""
    if not (folder / "hotline.sqlite").exists():
        shutil.rmtree(folder, ignore_errors=True)
        command = [sys.executable, "-m", "hotline.cli", "simulate", "--weeks", str(weeks), "--residents",
                   str(residents), "--drawn", "40", "--data", str(folder)]  # fmt: skip
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


def hire(store: Store) -> None:
    """Somebody of each role, beside whoever works in the town already."""
    with store.open() as office:
        known = set(office.session.scalars(select(StaffRow.username)))
        for who, (role, place, village) in PEOPLE.items():
            row = office.session.get(StaffRow, who) if who in known else None
            if row is None:
                row = StaffRow(username=who, created_at=utc_now(), password_hash="")
                office.session.add(row)
            row.name, row.role, row.place, row.village = NAMES[who], role, place, village
            row.password_hash = QUICK.hash(PASSWORD)
        office.commit()


def app_of(folder: Path) -> Flask:
    settings = Settings.from_environment({"HOTLINE_DATA_DIR": str(folder)}).served_at(8000)
    upgrade(settings.database_url)
    store = Store(settings.database_url)
    hire(store)
    return app_over(store, settings)


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Its address while it answers."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for every request tells nobody anything
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
