"""`hotline bench` on a database that is somebody's."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from hotline.clock import utc_now
from hotline.commands.bench_bookings import bookings
from hotline.commands.bench_database import database_of
from hotline.commands.bench_dial import bench_dial
from hotline.store.tables import AppointmentRow
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade


def test_a_database_with_appointments_is_not_booked_full(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'town.sqlite'}"
    upgrade(url)
    with (store := Store(url)).open() as office:
        told = {"service": "1", "place": "window", "desk": "window:1", "name": "王桂花", "village": "V01"}
        cells = {"first_cell": 0, "end_cell": 2, "held_seat": 1, "starts_at": utc_now(), "created_at": utc_now()}
        office.session.add(AppointmentRow(code="307294", number="13812341234", conversation="c", **told, **cells))
        office.commit()
    store.close()
    done = CliRunner().invoke(bookings, ["--database", url, "--count", "10"])
    assert (done.exit_code, "1 appointments in that database" in done.output) == (1, True)


def test_more_calls_than_an_hour_has_are_refused_before_anything_is_drawn() -> None:
    done = CliRunner().invoke(bench_dial, ["--residents", "600", "--calls", "120", "--rows", "0"])
    assert (done.exit_code, "give --residents 960" in done.output) == (1, True)


@pytest.mark.parametrize("told", ["nonsense", "mysql://root@localhost/town", "sqlite://", ""])
def test_what_is_no_database_is_refused_with_what_to_write(told: str) -> None:
    done = CliRunner().invoke(bookings, ["--database", told])
    assert (done.exit_code, "postgresql://" in done.output) == (2, True), done.output


def test_a_postgresql_of_its_own_is_there_as_long_as_it_is_needed(tmp_path: Path) -> None:
    with database_of("postgresql", tmp_path) as url:
        upgrade(url)
        with psycopg.connect(url) as connection:
            kept = connection.execute("SHOW fsync").fetchone()
    assert kept == ("on",)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
