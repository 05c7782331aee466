"""Two weeks of sixty residents through the real office: what must hold holds, and the same seed tells the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from hotline.domain.calendar import TOWN_TIME
from hotline.simulation import breaches
from hotline.simulation.far_side import Letter, Ring
from hotline.simulation.outcome import Outcome, of_town
from hotline.simulation.plan import Plan
from hotline.simulation.town import Town
from hotline.store.tables import SurveyAnswerRow, SurveyPersonRow

SMALL = Plan(
    weeks=2, residents=60, clerks=3, drawn=14, booked=0.05, walked_in=0.25, complaining=0.02, usual_share=0.2
)
NIGHT = datetime(2026, 9, 9, 23, tzinfo=TOWN_TIME)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Town, Outcome]:
    town = Town.of(SMALL, tmp_path_factory.mktemp("town"))
    return town, of_town(town)


def test_nothing_happens_that_must_not(played: tuple[Town, Outcome]) -> None:
    town, outcome = played
    assert outcome.breaches == []
    assert outcome.misunderstood == 0
    assert not town.hall.refusals


def test_there_was_something_to_go_wrong(played: tuple[Town, Outcome]) -> None:
    town, outcome = played
    assert len(town.hall.far.rings) > 15
    assert set(outcome.talks) == {"voice", "keypad", "sms"}
    assert outcome.reached["interviews"] > 8
    assert outcome.ledger["rows"] > 0
    assert len(outcome.weeks) == 2
    with town.hall.store.open() as office:
        assert {one.state for one in office.surveys.all()} == {"done"}
        assert {one.status for one in office.appointments.all()} & {"done", "no_show"}


def test_what_is_found_is_measured_against_what_was_planted(played: tuple[Town, Outcome]) -> None:
    _, outcome = played
    told = outcome.as_json()
    assert 0 <= told["coverage"] <= 1
    assert told["planted"]["bad_clerk"] in {"liuf", "zhangjj", "gongzw"}
    assert told["coverage_of"]["town"]["n"] > 0
    assert told["false_alarms_per_quarter"] in (0.0, 1.0)


def test_a_ring_in_the_night_twice_or_after_a_no_is_seen(played: tuple[Town, Outcome]) -> None:
    town, _ = played
    first, far, phones = town.hall.far.rings[0], town.hall.far, town.phones
    phones.said_no[first.number] = first.at - timedelta(days=1)
    far.rings.append(replace(first, at=NIGHT))
    try:
        seen = "\n".join(breaches.breaches(town.hall, phones))
    finally:
        far.rings.pop()
        del phones.said_no[first.number]
    assert f"{first.name} rung 2 times" in seen
    assert f"{first.name} rung at {NIGHT}" in seen
    assert f"{first.name} rung after a no" in seen


def test_a_text_twice_and_in_the_night_is_seen(played: tuple[Town, Outcome]) -> None:
    town, _ = played
    invited = next(one for one in town.hall.far.letters if one.reason.startswith("survey:"))
    town.hall.far.letters.append(replace(invited, at=NIGHT))
    try:
        seen = "\n".join(breaches.breaches(town.hall, town.phones))
    finally:
        town.hall.far.letters.pop()
    assert f"{invited.reason} sent 2 times" in seen
    assert f"{invited.reason} sent at {NIGHT}" in seen


def test_an_answer_kept_wrong_or_not_in_the_ledger_is_seen(played: tuple[Town, Outcome]) -> None:
    town, _ = played
    with town.hall.store.open() as office:
        row = office.session.scalars(select(SurveyAnswerRow).where(SurveyAnswerRow.key == "attitude")).first()
        assert row is not None
        kept, row.level = row.level, 1
        person = office.session.get_one(SurveyPersonRow, row.person)
        office.session.flush()
        seen = [*breaches._recorded(town.phones, office), *breaches._in_ledger(office)]
    assert f"survey:{person.id} attitude: said {kept}, kept 1" in seen
    assert any(line.startswith(f"survey:{person.id}:") and line.endswith("wanted") for line in seen) or kept in (
        1,
        2,
    )


def test_the_same_seed_is_the_same_town_to_the_last_word(tmp_path: Path, played: tuple[Town, Outcome]) -> None:
    first, outcome = played
    again = Town.of(SMALL, tmp_path)
    assert of_town(again).as_json() == outcome.as_json()
    assert _without_time(again.hall.far.letters) == _without_time(first.hall.far.letters)
    assert _without_time(again.hall.far.rings) == _without_time(first.hall.far.rings)


def _without_time(taken: list[Ring] | list[Letter]) -> list[object]:
    return [(one.sid, one.number, one.at.isoformat(), getattr(one, "body", one)) for one in taken]
