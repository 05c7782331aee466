"""What was booked at “the window” before windows had numbers counts at one of them from now on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from hotline.store.unit_of_work import open_engine
from hotline.store.upgrade import upgrade

BEFORE = "0009"
NINE = datetime(2026, 11, 28, 1, 0, tzinfo=UTC)
FIRST = int(NINE.timestamp() // 900)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'h.sqlite'}"
    return str(request.getfixturevalue("postgres_url"))


def booked(connection: sa.Connection, number: int, desk: str, seat: int | None) -> None:
    table = sa.Table("appointments", sa.MetaData(), autoload_with=connection)
    values = {
        "id": number, "code": f"{300000 + number}", "service": "12", "place": "window", "desk": desk,
        "starts_at": NINE, "held_seat": seat, "name": "王桂花", "village": "V03", "number": "", "status": "booked",
        "name_recording": "", "note": "", "conversation": "c", "created_at": NINE, "clerk": "", "car": "",
        "minutes": 30, "first_cell": FIRST, "end_cell": FIRST + 2, "stop": "", "for_whom": "", "rang_by": "",
        "text_to": "", "version": 1,
    }  # fmt: skip
    connection.execute(sa.insert(table).values(values))
    if seat is not None:
        cells = sa.Table("held_cells", sa.MetaData(), autoload_with=connection)
        for cell in (FIRST, FIRST + 1):
            held = {"resource": f"{desk}#{seat}", "cell": cell, "appointment": number}
            connection.execute(sa.insert(cells).values(held))


def after(url: str, *rows: tuple[str, int | None]) -> list[tuple[str, int | None]]:
    """Where each of these (desk, seat), booked before, is after the upgrade; its cells must be there too."""
    upgrade(url, BEFORE)
    engine = open_engine(url)
    with engine.begin() as connection:
        for number, (desk, seat) in enumerate(rows, 1):
            booked(connection, number, desk, seat)
    upgrade(url)
    with engine.begin() as connection:
        found = connection.execute(sa.text("select desk, held_seat from appointments order by id")).all()
        held = connection.execute(
            sa.text("select distinct appointment, resource from held_cells order by 1")
        ).all()
    engine.dispose()
    assert [one.resource for one in held] == [f"{d}#{s}" for d, s in found if s is not None]
    return [(one.desk, one.held_seat) for one in found]


def test_two_at_the_window_are_at_the_first_and_the_second(url: str) -> None:
    assert after(url, ("window", 0), ("window", 1)) == [("window:1", 0), ("window:2", 0)]


def test_a_place_that_is_taken_is_not_taken_again(url: str) -> None:
    assert after(url, ("window:1", 0), ("window", 0), ("window", 1)) == [
        ("window:1", 0),
        ("window:2", 0),
        ("window", 1),
    ]


def test_what_was_given_back_stays_as_it_was(url: str) -> None:
    assert after(url, ("window", None)) == [("window", None)]
