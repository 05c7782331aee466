"""Twelve weeks of a simulated town that end today, and the people who work in its town hall."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path

from hotline.clock import utc_now
from hotline.domain.calendar import TOWN_TIME
from hotline.simulation.plan import Plan
from tests.api.conftest import PEOPLE
from tests.console.town_pages import NAMES, PASSWORD, play

WEEKS, RESIDENTS = 12, 200
NOW = """[texts]
quiet = ["00:00", "00:00"]
[calls]
hours = [{hours}]
"""


def today() -> date:
    """The day it is in the town."""
    return utc_now().astimezone(TOWN_TIME).date()


def twelve_weeks(folder: Path) -> None:
    """The town played until last midnight; the real clock goes on from there, in the twelfth week."""
    monday = today() - timedelta(days=today().weekday(), weeks=WEEKS - 1)
    begins = datetime.combine(monday, time(8), TOWN_TIME)
    plan = Plan(WEEKS, RESIDENTS, drawn=60, complaining=0.015, begins=begins)
    play(plan, folder, today() - timedelta(days=1))


def writes_and_rings_now(folder: Path) -> None:
    """The hours of these tests are the town's own, night or day: what is told shall not wait for the morning.

    One stretch of less than an hour and a half: whoever is drawn is rung in it, not at an hour they like better.
    """
    now = utc_now().astimezone(TOWN_TIME)
    first, last = now - timedelta(minutes=2), now + timedelta(minutes=85)
    days = [(first, last)]
    if first.date() != last.date():
        midnight = datetime.combine(last.date(), time(), TOWN_TIME)
        days = [(first, midnight - timedelta(minutes=1)), (midnight, last)]
    hours = ", ".join(f'["{a:%H:%M}", "{b:%H:%M}"]' for a, b in days)
    (folder / "contact.toml").write_text(NOW.format(hours=hours), "utf8")


def hire(environment: Mapping[str, str]) -> None:
    """Somebody of each role, by the command a town uses; all of them at once."""
    coming = [_added(environment, who, part) for who, part in PEOPLE.items()]
    for one in coming:
        assert one.wait() == 0, one.args


def _added(environment: Mapping[str, str], who: str, part: tuple[str, str, str]) -> subprocess.Popen[str]:
    role, place, village = part
    command = ["staff", "add", who, "--role", role, "--name", NAMES[who], "--password-stdin"]
    command += [*(["--place", place] if place else []), *(["--village", village] if village else [])]
    coming = subprocess.Popen(
        [sys.executable, "-m", "hotline.cli", *command], env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    assert coming.stdin is not None
    with coming.stdin as typed:
        typed.write(PASSWORD + "\n")
    return coming
