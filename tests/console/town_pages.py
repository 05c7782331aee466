"""A simulated town served for looking at its pages: made once, kept below build/, somebody of each role in it."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from werkzeug.serving import make_server

from hotline.clock import utc_now
from hotline.config import Settings
from hotline.domain.calendar import TOWN_TIME
from hotline.simulation.plan import Plan
from hotline.simulation.staff import HANDLER
from hotline.simulation.town import Town
from hotline.store.tables import CallRow, StaffRow
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade
from tests.api.conftest import PEOPLE
from tests.console.conftest import QUICK, app_over
from tests.console.town_morning import LIVE, plant

NAMES = {
    "window": "刘芳", "station": "周小兰", "visits": "陈建军", "village": "李村官", "supervisor": "王主任",
    "administrator": "赵管理", "auditor": "孙审计",
}  # fmt: skip
PASSWORD = "lantern river seven"


class NightFell(Exception):
    """Stops a town in the middle of its week."""


def simulated(folder: Path, weeks: int, residents: int) -> Path:
    """A data folder with a town in the middle of its last week; simulated anew where there is none."""
    if (folder / "hotline.sqlite").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    plan = Plan(weeks=weeks, residents=residents, drawn=60, complaining=0.02)
    play(plan, folder, (plan.begins + timedelta(weeks=weeks - 1, days=2)).date())
    return folder


def play(plan: Plan, folder: Path, last: date) -> None:
    """The plan played in an empty data folder, up to the night after the day `last`."""
    folder.mkdir(parents=True, exist_ok=True)
    logging.disable(logging.WARNING)  # a town writes down what it does to its own log, at great length
    town = Town.of(plan, folder)

    def tick(day: date) -> None:
        if day == last:
            raise NightFell

    try:
        with suppress(NightFell):
            town.run(tick)
    finally:
        town.hall.store.close()
        logging.disable(logging.NOTSET)


def morning_after(store: Store) -> datetime:
    """Twenty to ten of the day after the town's last call: the time it is on the pages."""
    with store.open() as office:
        last = office.session.scalar(select(func.max(CallRow.started_at)).where(CallRow.sid != LIVE))
    assert last is not None
    day = last.astimezone(TOWN_TIME).date() + timedelta(days=1)
    return datetime.combine(day, time(9, 40), TOWN_TIME).astimezone(UTC)


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
        if HANDLER.username not in known:
            row = StaffRow(username=HANDLER.username, name=HANDLER.name, role="clerk", place="window")
            row.created_at, row.password_hash = utc_now(), ""
            office.session.add(row)
        office.commit()


def app_of(folder: Path) -> Flask:
    settings = Settings.from_environment({"HOTLINE_DATA_DIR": str(folder.resolve())}).served_at(8000)
    upgrade(settings.database_url)
    store = Store(settings.database_url)
    hire(store)
    now = morning_after(store)
    plant(store, now)
    return app_over(store, settings, lambda: now)


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
