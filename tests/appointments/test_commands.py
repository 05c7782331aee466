"""`hotline appointments …`, and what becomes of a first release's appointments."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from hotline.cli import cli
from hotline.clock import utc_now
from hotline.domain.appointments import Made, Wanted, book, free_times
from hotline.domain.calendar import TOWN_TIME, Place, Timetable
from hotline.domain.visits import Visit
from hotline.holidays import is_working_day
from hotline.rules import office_rules
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import downgrade, upgrade
from ivr.clerk import OfficeRules
from tests.town import TOWN

FAR_OFF = datetime(2031, 3, 3, 9, tzinfo=TOWN_TIME)


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'town.sqlite'}"
    upgrade(url)
    store = Store(url)
    with store.open() as office:
        wanted = Wanted("12", Place.WINDOW, FAR_OFF, "王桂花", "V03", "13907370001")
        book(office.appointments, wanted, Made("c", lambda: "307294", FAR_OFF), plan=office_rules(TOWN).plan)
        office.commit()
    store.close()
    return url


def run(url: str, *words: str) -> Result:
    environment = {"HOTLINE_DATABASE_URL": url, "LOGNAME": "li"}
    return CliRunner().invoke(cli, ["appointments", *words], env=environment)


def test_moves_of_the_command_line_are_on_record_under_the_name_of_who_made_them(url: str) -> None:
    assert run(url, "move", "307294", "--to", "2031-03-03T10:00").exit_code == 0
    assert run(url, "cancel", "307294").exit_code == 0
    told = json.loads(run(url, "show", "307294", "--json").stdout)
    assert (told["status"], told["starts_at"]) == ("cancelled", "2031-03-03T10:00:00+08:00")
    assert [(m["what"], m["by"]) for m in told["moves"]][1:] == [("moved", "staff:li"), ("cancelled", "staff:li")]


def test_a_refusal_is_one_line_and_changes_nothing(url: str) -> None:
    refused = run(url, "move", "307294", "--to", "2031-03-03T03:00")
    assert (refused.exit_code, refused.stderr) == (1, "Error: 那个时间没有空位\n")
    assert run(url, "no-show", "307294").exit_code == 1
    assert run(url, "show", "111111").exit_code == 1
    (one,) = json.loads(run(url, "--json").stdout)
    assert (one["status"], one["starts_at"]) == ("booked", "2031-03-03T09:00:00+08:00")


def test_a_helper_case_is_kept_by_command(url: str) -> None:
    for words in (
        ("help", "307294", "--agent", "张三"),
        ("progress", "307294", "已送县里"),
        ("deliver", "307294"),
    ):
        assert run(url, *words).exit_code == 0
    assert run(url, "rate", "307294", "5").exit_code == 0
    told = json.loads(run(url, "show", "307294", "--json").stdout)
    assert told["helper"] == {"agent": "张三", "state": "rated", "rating": 5}


def test_the_day_sheet_and_the_calendar_are_written_to_files(url: str, tmp_path: Path) -> None:
    page, feed = tmp_path / "day.html", tmp_path / "clerk.ics"
    assert run(url, "day-sheet", "--date", "2031-03-03", "--desk", "window:1", "--out", str(page)).exit_code == 0
    assert "王桂花" in page.read_text("utf8")
    assert run(url, "day-sheet", "--desk", "nowhere", "--out", str(page)).exit_code == 1
    assert run(url, "calendar", "--clerk", "window/1", "--out", str(feed)).exit_code == 0
    assert feed.read_text("utf8").startswith("BEGIN:VCALENDAR")


def test_nobody_waits_at_first(url: str) -> None:
    assert json.loads(run(url, "waiting", "--json").stdout) == []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_the_first_release_booked_still_holds_its_place(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = (
        f"sqlite:///{tmp_path / 'old.sqlite'}"
        if kind == "sqlite"
        else str(request.getfixturevalue("postgres_url"))
    )
    upgrade(url, "0004")
    store = Store(url)
    old = (
        "insert into appointments (code, service, place, desk, starts_at, held_seat, name, village, number,"
        " status, name_recording, note, conversation, created_at)"
        " values (:code, '12', 'home', 'home', :at, :seat, 'w', 'V03', '1', 'booked', '', '', '', :at)"
    )
    nine = datetime(2026, 11, 28, 9, tzinfo=TOWN_TIME)
    at = "2026-11-28 01:00:00.000000" if kind == "sqlite" else nine
    with store.engine.begin() as connection:
        connection.execute(text(old), [{"code": "1", "at": at, "seat": 0}, {"code": "2", "at": at, "seat": None}])
    upgrade(url)
    with store.open() as office:
        now, one_seat = nine.replace(day=27, hour=22), OfficeRules(TOWN, Timetable(), is_working_day)
        free = free_times(office.appointments, Visit(Place.HOME, "V03"), now=now, plan=one_seat.plan)
        kept = office.appointments.by_code("1")
    assert nine not in free
    assert nine.replace(minute=30) in free
    assert kept is not None
    assert (kept.minutes, kept.version, kept.seat) == (30, 1, 0)
    store.close()
    downgrade(url, "0004")


FOR_HER = (
    "--service",
    "12",
    "--place",
    "window",
    "--village",
    "V03",
    "--name",
    "李冬梅",
    "--number",
    "138 0000 1111",
)


def test_a_place_is_booked_by_command_and_not_twice(url: str) -> None:
    booked = run(url, "book", *FOR_HER, "--at", soon(url), "--json")
    assert booked.exit_code == 0, booked.output
    view = json.loads(booked.stdout)
    assert (view["name"], view["number"], view["status"]) == ("李冬梅", "13800001111", "booked")
    far = run(url, "book", *FOR_HER, "--at", "2031-03-03T03:00")
    assert (far.exit_code, far.stderr) == (1, "Error: 那个时间没有空位\n")
    assert run(url, "book", *FOR_HER, "--at", "2001-03-03T10:00").exit_code == 1
    assert run(url, "book", "--service", "999", *FOR_HER[2:], "--at", soon(url)).exit_code == 2


def test_who_waits_is_put_on_the_list_and_taken_off_by_command(url: str) -> None:
    wish = ("--wish", "2031-03-03")
    one, other = (json.loads(run(url, "wait", *FOR_HER, *wish, "--json").stdout) for _ in "12")
    assert (one["state"], one["id"]) == ("waiting", other["id"]), "once for a matter"
    assert run(url, "wait", *FOR_HER, "--wish", "whenever").exit_code == 1
    gone = json.loads(run(url, "leave", str(one["id"]), "--json").stdout)
    assert gone["state"] == "left"
    assert run(url, "leave", str(one["id"])).exit_code == 1
    assert run(url, "leave", "99").exit_code == 1


def soon(url: str) -> str:
    """A place of the window that is free, by the real clock the commands go by."""
    store, plan = Store(url), office_rules(TOWN).plan
    with store.open() as office:
        free = free_times(office.appointments, Visit(Place.WINDOW, "V03", 60), now=utc_now(), plan=plan)
    store.close()
    return f"{free[-1]:%Y-%m-%dT%H:%M}"
