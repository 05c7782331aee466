"""The golden dialogues: each on voice, keypad and text, straight through and with a drop after every turn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hotline.domain.calendar import TOWN_TIME
from tests.conversations.resident import GOLDEN, Resident, load, prepare
from tests.conversations.surfaces import Keypad, Surface, Text, Voice
from tests.town import Office

SURFACES: dict[str, Callable[[Office], Surface]] = {"voice": Voice, "keypad": Keypad, "sms": Text}
LONGEST = 60


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


def check_rows(office: Office, golden: dict[str, Any], said: list[str]) -> None:
    with office.store.open() as records:
        booked = [
            {
                "service": a.service,
                "place": str(a.place),
                "starts_at": a.starts_at.astimezone(TOWN_TIME).strftime("%Y-%m-%dT%H:%M"),
                "name": a.name,
                "village": a.village,
            }
            for a in records.appointments.all()
        ]
        cases = records.grievances.all()
    told = "\n".join(said)
    assert booked == golden["appointments"], told
    assert len(cases) == len(golden["grievances"]), told
    assert all(words in told for words in golden.get("told", [])), told
    assert not any(words in told for words in golden.get("untold", [])), told
    for case, wanted in zip(cases, golden["grievances"], strict=True):
        assert {name: getattr(case, name) for name in wanted} == wanted, told


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
def test_a_golden_dialogue_ends_with_the_right_rows(path: Path, surface: str, tmp_path: Path) -> None:
    golden, office = load(path), Office(tmp_path)
    prepare(office, golden)
    played = SURFACES[surface](office)
    hold(played, Resident(golden["answers"]))
    check_rows(office, golden, played.said)


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("path", GOLDEN, ids=lambda p: p.stem)
def test_a_drop_after_any_turn_loses_nothing_and_doubles_nothing(path: Path, surface: str, tmp_path: Path) -> None:
    golden = load(path)
    (tmp_path / "straight").mkdir()
    straight = Office(tmp_path / "straight")
    prepare(straight, golden)
    turns = hold(SURFACES[surface](straight), Resident(golden["answers"]))
    for drop_after in range(1, turns):
        folder = tmp_path / str(drop_after)
        folder.mkdir()
        office = Office(folder)
        prepare(office, golden)
        played = SURFACES[surface](office)
        hold(played, Resident(golden["answers"]), drop_after)
        check_rows(office, golden, played.said)
