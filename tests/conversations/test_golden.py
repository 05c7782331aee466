"""The golden dialogues: each on voice, keypad and text, straight through and with a drop after every turn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from hotline.domain.appointments import Appointment, Made, Wanted, book
from hotline.domain.calendar import TOWN_TIME, Place
from hotline.domain.slots import Spot
from hotline.domain.visits import Visit, cell_at
from hotline.domain.waiting import Entry, join, offer_next
from hotline.store.tables import HelperCaseRow
from hotline.store.unit_of_work import Office as Records
from ivr.clerking.staff_moves import StaffMoves
from tests.conversations.resident import GOLDEN, Resident, load, report
from tests.conversations.surfaces import NUMBER, Keypad, Surface, Text, Voice
from tests.town import Office

SURFACES: dict[str, Callable[[Office], Surface]] = {"voice": Voice, "keypad": Keypad, "sms": Text}
LONGEST = 60
CODE = "307294"


def hold(surface: Surface, resident: Resident, drop_after: int = -1) -> int:
    """Holds the whole dialogue; returns how many answers it took."""
    key = surface.begin()
    for answers in range(LONGEST):
        if answers == drop_after:
            key = surface.drop()
        if not key:
            return answers
        key = surface.answer(resident)
    raise AssertionError(f"not over after {LONGEST} answers: " + "\n".join(surface.said[-8:]))


def as_told(row: Appointment | Entry) -> dict[str, Any]:
    """A row as a golden dialogue writes it."""
    starts_at = getattr(row, "starts_at", None)
    local = starts_at.astimezone(TOWN_TIME).strftime("%Y-%m-%dT%H:%M") if starts_at else ""
    return {**vars(row), "place": str(row.place), "starts_at": local}


def prepared(folder: Path, golden: dict[str, Any]) -> Office:
    """The office with what was booked before the dialogue begins, by the resident or up to the last place."""
    office = Office(folder)
    with office.store.open() as records:
        for number, one in enumerate(golden.get("before", ())):
            book_before(records, office, one, f"{307294 + number}")
        for place in golden.get("full", ()):
            fill_up(records, office, Place(place))
        if "offered" in golden:
            offer(records, office, golden["offered"])
        if "helped" in golden:
            help_with(records, office, dict(golden["helped"]))
        records.commit()
    report(office, golden)
    return office


def offer(records: Records, office: Office, wanted: dict[str, str]) -> None:
    """A place is held for the resident, who has waited for one."""
    made, plan = Made("", lambda: CODE, office.watch()), office.desk.rules.plan
    entry = Entry(0, number=NUMBER, **(wanted | {"place": Place(wanted["place"])}))  # type: ignore[arg-type]
    join(records.waiting, entry)
    assert offer_next(records.appointments, records.waiting, made, plan=plan) is not None


def help_with(records: Records, office: Office, one: dict[str, str]) -> None:
    """An agent has brought what the resident had booked."""
    agent = one.pop("agent")
    book_before(records, office, one, CODE)
    staff = StaffMoves(records, office.desk.rules, "staff:li", office.watch())
    staff.help(CODE, agent)
    staff.deliver(CODE)


def book_before(records: Records, office: Office, one: dict[str, str], code: str) -> None:
    at = datetime.fromisoformat(one["starts_at"]).replace(tzinfo=TOWN_TIME)
    place = Place(one["place"])
    wanted = Wanted(one["service"], place, at, one["name"], one["village"], one.get("number", NUMBER))
    made = Made("", lambda: code, office.watch())
    book(records.appointments, wanted, made, plan=office.desk.rules.plan)


def fill_up(records: Records, office: Office, place: Place) -> None:
    """Everybody at the desk is bound from today to the horizon."""
    plan = office.desk.rules.plan
    for desk in plan.desks(Visit(place, "V01")):
        for seat in range(desk.seats):
            since = office.watch()
            minutes = (plan.horizon_days + 2) * 24 * 60
            wanted = Wanted("1", place, since, "别人", "V01", "13900000000", minutes=minutes)
            first = cell_at(since)
            spot = Spot(desk.id, seat, "", first, first + wanted.visit.cells)
            records.appointments.add(wanted, code=f"9{seat:05}", spot=spot, conversation="")


def check_rows(office: Office, golden: dict[str, Any], said: list[str]) -> None:
    with office.store.open() as records:
        booked = [as_told(a) for a in records.appointments.all() if a.number == NUMBER]
        waiting = [as_told(entry) for entry in records.waiting.all()]
        cases = records.grievances.all()
        rated = [row.rating for row in records.session.scalars(select(HelperCaseRow))]
        wishes = records.contact_wishes.channel(NUMBER)
    assert (rated, wishes) == (golden.get("rated", rated), golden.get("wishes", wishes))
    told = "\n".join(said)
    for found, expected in ((booked, golden["appointments"]), (waiting, golden.get("waiting", []))):
        assert len(found) == len(expected), told
        for one, wanted in zip(found, expected, strict=True):
            assert {name: one[name] for name in wanted} == wanted, told
    assert len(cases) == len(golden["grievances"]), told
    assert all(words in told for words in golden.get("told", [])), told
    assert not any(words in told for words in golden.get("untold", [])), told
    for case, wanted in zip(cases, golden["grievances"], strict=True):
        assert {name: getattr(case, name) for name in wanted} == wanted, told


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
def test_a_golden_dialogue_ends_with_the_right_rows(path: Path, surface: str, tmp_path: Path) -> None:
    golden = load(path)
    office = prepared(tmp_path, golden)
    played = SURFACES[surface](office)
    hold(played, Resident(golden["answers"]))
    check_rows(office, golden, played.said)


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
def test_a_drop_after_any_turn_loses_nothing_and_doubles_nothing(path: Path, surface: str, tmp_path: Path) -> None:
    golden = load(path)
    (tmp_path / "straight").mkdir()
    turns = hold(SURFACES[surface](prepared(tmp_path / "straight", golden)), Resident(golden["answers"]))
    for drop_after in range(1, turns):
        folder = tmp_path / str(drop_after)
        folder.mkdir()
        office = prepared(folder, golden)
        played = SURFACES[surface](office)
        hold(played, Resident(golden["answers"]), drop_after)
        check_rows(office, golden, played.said)
