"""A short campaign storm while everything is killed, and a reckoning that finds what is planted."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hotline.crash.audit import Reckoning
from hotline.crash.campaign import Storm, storm
from hotline.crash.campaign_audit import reckon
from hotline.crash.campaign_resident import Rung
from hotline.crash.carrier import PACE
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.calling import may_ring
from tests.surveys.hall import CALLING, Hall

WITHIN = datetime(2026, 11, 23, 9, 0, tzinfo=TOWN_TIME)


@pytest.mark.skipif(datetime.now(TOWN_TIME).hour >= 22, reason="needs an hour and a half of one day, town time")
def test_nobody_is_rung_twice_or_outside_the_hours_and_no_answer_is_lost(tmp_path: Path) -> None:
    trial = Storm(calls=16, kills=3, seed=3, database="sqlite", folder=tmp_path, open_s=15.0)
    outcome = asyncio.run(storm(trial, lambda _rung, _kills: None))
    found = outcome.found
    assert (found.lost, found.double, found.wrong) == ([], [], [])
    assert outcome.kills
    assert found.figures["telephones rung"] >= 10
    assert found.figures["answers confirmed"] > 0


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    """One resident who was rung and has answered everything."""
    hall = Hall(tmp_path)
    call = hall.until_rung()
    talk = hall.picks_up(call)
    talk.say("可以", "很满意", "不满意", "满意", "没办好", "没有")
    talk.hang_up()
    return hall


def reckoned(hall: Hall, one: Rung) -> Reckoning:
    with hall.store.open() as office:
        return reckon(office, hall.survey, [one], lambda at: may_ring("survey", at, CALLING))


def told(hall: Hall, **confirmed: int | bool) -> Rung:
    """What the resident remembers."""
    one = Rung(hall.person().number, 1, PACE)
    one.rung_at = [WITHIN]
    one.told = {"attitude": 5, "efficiency": 2, "discipline": 4, "solved": False}
    one.confirmed = dict(confirmed) or dict(one.told)
    return one


def test_what_is_right_is_found_right(hall: Hall) -> None:
    assert reckoned(hall, told(hall)).clean


def test_what_is_wrong_is_found(hall: Hall) -> None:
    twice = told(hall)
    twice.rung_at = [WITHIN, WITHIN + timedelta(minutes=5)]
    assert "rung 2 times" in reckoned(hall, twice).double[0]
    night = told(hall)
    night.rung_at = [WITHIN.replace(hour=23)]
    assert "outside the hours" in reckoned(hall, night).wrong[0]
    refused = told(hall)
    refused.no_at = WITHIN - timedelta(days=1)
    assert "after the no" in reckoned(hall, refused).wrong[0]
    assert "attitude 1 was confirmed" in reckoned(hall, told(hall, attitude=1)).lost[0]
    invented = told(hall, attitude=5)
    del invented.told["solved"]
    assert "told was None" in reckoned(hall, invented).wrong[0]


def test_an_answer_that_is_not_in_the_ledger_is_found(hall: Hall) -> None:
    one, who = told(hall), hall.person().id
    with hall.store.open() as office:
        person = office.surveys.person(who)
        assert person is not None
        person.handed_at = None
        found = reckon(office, hall.survey, [one], lambda at: may_ring("survey", at, CALLING))
    assert "not handed over" in found.lost[0]
