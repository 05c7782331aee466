"""What the lists say of one another: each contradiction is told, with its place, and nothing that is sound is."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest

from hotline.domain.booked_checks import SHOWN, Booked, overlooked
from hotline.domain.calendar import TOWN_TIME, Place
from hotline.domain.list_differences import differences
from hotline.domain.lists import Origin, Row
from hotline.domain.town_document import town_of
from hotline.holidays import official
from hotline.intake.proposal import Proposal, Version, propose
from hotline.intake.reading import Reading
from hotline.intake.writing import _cell
from hotline.town import demonstration

Lists = dict[str, list[dict[str, Any]]]
SATURDAY = datetime(2026, 11, 28, 9, 0, tzinfo=TOWN_TIME)


def lists() -> Lists:
    return {name: deepcopy(rows) for name, rows in demonstration().items()}


def proposed(changed: Lists, booked: tuple[Booked, ...] = ()) -> Proposal:
    """An import of everything, each list from a file of its own, the heading on its first line."""
    reading = Reading()
    for name, rows in changed.items():
        reading.lists[name] = [
            Row(Origin(f"{name}.csv", "", line), {key: str(_cell(value)) for key, value in row.items()})
            for line, row in enumerate(rows, start=2)
        ]
    return propose(reading, Version(0, demonstration()), booked)


def errors(changed: Lists) -> list[str]:
    return [str(problem) for problem in proposed(changed).errors]


def test_the_demonstration_town_contradicts_itself_nowhere() -> None:
    found = proposed(lists())
    assert (found.errors, found.warnings, found.changes) == ((), (), {})


def roster(**changed: str) -> dict[str, Any]:
    row = {
        "clerk": "liuf",
        "desk": "window:1",
        "days": ["sun"],
        "hours": ["06:00-07:00"],
        "since": "",
        "until": "",
    }
    return row | {k: v.split("|") if k in ("days", "hours") else v for k, v in changed.items()}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (roster(clerk="nobody"), "column clerk: 'nobody' is no clerk of the list"),
        (roster(desk="window:7"), "column desk: 'window:7' is no desk of the list"),
        (roster(since="2026-12-02", until="2026-12-01"), "column until: 2026-12-01 is before 2026-12-02"),
        (roster(days="mon", hours="11:30-12:30", desk="home"), "liuf would be at window:1 and home at the same"),
        (roster(days="workday", hours="20:00-21:00"), "liuf would be twice at window:1 at the same time"),
        (roster(days="market", hours="09:30-10:00", desk="home"), "liuf would be at window:1 and home"),
        (roster(), None),
        (roster(days="weekend|holiday", hours="09:00-12:00", desk="home"), None),
        (roster(days="mon", hours="12:00-14:00", desk="home"), None),
    ],
)  # fmt: skip
def test_a_roster_that_cannot_be_kept_is_told(row: dict[str, Any], told: str | None) -> None:
    changed = lists()
    changed["rosters"].append(row)
    line = len(changed["rosters"]) + 1
    found = errors(changed)
    assert len(found) == bool(told)
    assert all(one.startswith(f"rosters.csv, line {line}") and (told or "") in one for one in found), found


def test_rows_that_hold_at_different_times_of_the_year_do_not_meet() -> None:
    changed = lists()
    changed["rosters"] = [
        roster(days="mon", hours="09:00-10:00", until="2026-12-31"),
        roster(days="mon", hours="09:00-10:00", desk="home", since="2027-01-01"),
    ]
    assert errors(changed) == []
    changed["rosters"][1]["since"] = "2026-12-31"
    assert len(errors(changed)) == 1


def change(kind: str, begins: str, ends: str = "", **more: str) -> dict[str, Any]:
    return {"kind": kind, "clerk": "", "desk": "", "begins": begins, "ends": ends, "note": ""} | more


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (change("leave", "2026-12-01"), "column clerk: leave needs a clerk"),
        (change("extra", "2026-12-01 09:00", "2026-12-01 10:00", clerk="liuf"), "extra needs a desk"),
        (change("closed", "2026-12-01", clerk="liuf", desk="home"), "column clerk: closed has no clerk"),
        (change("leave", "2026-12-02", "2026-12-01", clerk="liuf"), "column ends: ends before it begins"),
        (change("leave", "2026-12-02 10:00", "2026-12-02 10:00", clerk="liuf"), "ends before it begins"),
        (change("extra", "2026-12-05", "2026-12-06", clerk="liuf", desk="home"), "needs its hours on one day"),
        (change("leave", "2026-12-01", clerk="nobody"), "'nobody' is no clerk"),
        (change("leave", "2026-12-01", "2026-12-03", clerk="liuf"), None),
    ],
)
def test_an_exception_that_makes_no_sense_is_told(row: dict[str, Any], told: str | None) -> None:
    changed = lists() | {"exceptions": [row]}
    found = errors(changed)
    assert len(found) == bool(told)
    assert all("exceptions.csv, line 2" in one and (told or "") in one for one in found), found


def test_a_leave_over_an_extra_shift_is_told() -> None:
    extra = change("extra", "2026-12-05 09:00", "2026-12-05 12:00", clerk="liuf", desk="home")
    leave = change("leave", "2026-12-04", "2026-12-06", clerk="liuf")
    (told,) = errors(lists() | {"exceptions": [extra, leave]})
    assert "liuf has extra and leave at the same time" in told


@pytest.mark.parametrize(
    ("name", "place", "column", "value", "told"),
    [
        ("services", 5, "spoken_aliases", ["买医保"], "'买医保' is also said for service 1, line 2"),
        ("services", 5, "spoken_aliases", [" 买 医保 "], "is also said for service 1"),
        ("services", 5, "name", "异地就医备案", "is also said for service"),
        ("services", 5, "id", "1", "'1' stands on line 2 already"),
        ("services", 5, "minutes", 0, "'0' is not a whole number from 5 to 480"),
        ("services", 5, "minutes", 999, "not a whole number from 5 to 480"),
        ("villages", 1, "name", "青山村", "is the name of another village too"),
        ("desks", 3, "village", "V99", "'V99' is no village of the list"),
        ("desks", 0, "village", "V01", "a window desk is in no village"),
        ("desks", 0, "id", "door:1", "'door:1' is no window desk"),
        ("desks", 0, "seats", 0, "not a whole number from 1 to 50"),
        ("market", 0, "days", [3, 31], "no lunar month has a 31st"),
    ],
)  # fmt: skip
def test_what_two_rows_contradict_is_told(name: str, place: int, column: str, value: Any, told: str) -> None:
    changed = lists()
    changed[name][place][column] = value
    found = errors(changed)
    assert any(told in one and f"{name}.csv, line {place + 2}" in one for one in found), found


def test_a_list_that_stays_is_named_where_a_new_one_contradicts_it() -> None:
    changed = lists()
    reading = Reading()
    clerks = changed["clerks"][1:]
    reading.lists["clerks"] = [
        Row(Origin("clerks.csv", "", n), {k: str(v) for k, v in row.items()}) for n, row in enumerate(clerks, 2)
    ]
    found = propose(reading, Version(7, demonstration()), ()).errors
    assert {str(one.origin) for one in found} == {
        "version 7, sheet rosters, line 1",
        "version 7, sheet rosters, line 3",
    }


def test_odd_but_allowed_things_are_warnings() -> None:
    changed = lists()
    changed["rosters"] = [row for row in changed["rosters"] if row["desk"] != "village:V03"]
    changed["desks"] = [row for row in changed["desks"] if row["id"] not in ("home", "village:V03")]
    changed["rosters"] = [row for row in changed["rosters"] if row["desk"] != "home"]
    found = proposed(changed)
    assert found.errors == ()
    told = " ".join(map(str, found.warnings))
    for part in ("village V03 has no station", "nobody serves at a home desk", "no roster names zhougp"):
        assert part in told


def warned(changed: Lists, *booked: Booked) -> list[str]:
    towns = town_of(demonstration()), town_of(changed)
    return [problem.wrong for problem in overlooked(towns, booked, official)]


def test_appointments_that_would_be_left_hanging_are_named() -> None:
    booked = Booked("1", Place.VILLAGE, "V01", SATURDAY), Booked("12", Place.WINDOW, "V03", SATURDAY)
    assert warned(lists(), *booked) == []
    gone = lists()
    gone["services"] = gone["services"][1:]
    assert "service 1 (城乡居民基本医疗保险参保缴费) would be gone, but 1" in warned(gone, *booked)[0]
    away = lists()
    away["exceptions"] = [change("leave", "2026-11-28", clerk="gongzw")]
    assert warned(away, *booked) == ["nobody would be there for the appointment of 2026-11-28 09:00 (village V01)"]
    closed = lists()
    closed["days"] = [{"date": "2026-11-28", "kind": "closed", "like": "", "name": "换届"}]
    assert len(warned(closed, *booked)) == 2
    assert len(warned(closed, *(booked[1:] * (SHOWN + 5)))) == SHOWN + 1


def test_differences_name_what_was_added_changed_and_removed() -> None:
    changed = lists()
    changed["villages"][0]["groups"] = 9
    changed["villages"].pop(3)
    changed["villages"].append({"id": "V11", "name": "新村", "groups": 3})
    (name,) = found = differences(demonstration(), changed)
    assert (name, found[name].added, found[name].removed) == ("villages", ("V11",), ("V04",))
    assert found[name].changed == {"V01": {"groups": (7, 9)}}
    assert differences(changed, changed) == {}
