"""Calling hours: shown before they count, written whole, refused where they make no sense or come too late."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import time
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotline.contact_rules import FILE, read_contact_rules, read_survey_rules
from hotline.domain.calling import ATTEMPTS
from hotline.store.tables import LookRow
from tests.console.hall import Hall, token_of, town_hall

ATTEMPTED = {f"attempts_{kind}": str(n) for kind, n in ATTEMPTS.items() if kind != "survey"}
QUIET = {"quiet_begin": "21:00", "quiet_end": "08:00"}
OLD = """[texts]
quiet = ["20:30", "08:00"]
[calls]
seconds_apart = 2
[survey]
attempts = 4 # ours
half_width = 0.2
"""


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with town_hall(tmp_path) as hall:
        yield hall


def send(hall: Hall, stretches: str = "09:00-11:00", who: str = "administrator", **form: Any) -> TestResponse:
    """The form with these stretches of time."""
    client = hall.as_(who)
    pairs = [one.partition("-") for one in stretches.split() or [""]]
    times = {"first": [first for first, _, _ in pairs], "last": [last for _, _, last in pairs]}
    return client.post(
        "/admin/hours", data=QUIET | ATTEMPTED | times | form | {"csrf_token": token_of(client, known=True)}
    )


def state(page: str) -> str:
    found = re.search(r'name="state" value="(\w+)"', page)
    assert found
    return found[1]


def test_they_are_shown_then_written_and_the_rest_of_the_file_stays(hall: Hall) -> None:
    folder = hall.settings.data_dir
    (folder / FILE).write_text(OLD, "utf8")
    shown = send(hall, "14:00-16:00 09:00-11:00", attempts_reminder="3")
    assert shown.status_code == 200
    assert "14:00 – 16:00" in shown.text
    assert "20:30 – 08:00" in shown.text
    assert (folder / FILE).read_text("utf8") == OLD, "nothing counts yet"
    made = send(hall, "14:00-16:00 09:00-11:00", attempts_reminder="3", sure="1", state=state(shown.text))
    assert made.status_code == 302
    rules = read_contact_rules(folder)
    assert [one.first for one in rules.calling.hours] == [time(14), time(9)]
    assert (rules.quiet.begin, rules.calling.attempts["reminder"]) == (time(21), 3)
    assert rules.calling.apart.total_seconds() == 2
    survey = read_survey_rules(folder)
    assert (survey.attempts, survey.half_width) == (4, 0.2)
    assert (folder / f"{FILE}.before").read_text("utf8") == OLD
    with hall.store.open() as office:
        line = office.session.scalars(select(LookRow).where(LookRow.kind == "settings")).one()
    assert (line.what, line.username) == ("calling hours changed", "administrator")
    assert line.reason.endswith("→ 14:00-16:00 09:00-11:00")
    assert 'value="14:00"' in hall.as_("administrator").get("/admin/hours").text


def test_without_a_file_there_is_one_afterwards_and_the_same_again_changes_nothing(hall: Hall) -> None:
    shown = send(hall)
    assert send(hall, sure="1", state=state(shown.text)).status_code == 302
    assert tomllib.loads((hall.settings.data_dir / FILE).read_text("utf8"))["calls"]["hours"] == [
        ["09:00", "11:00"]
    ]
    assert "没有可以改的" in send(hall).text


def test_of_two_the_second_sees_what_the_first_made_and_keeps_their_own(hall: Hall) -> None:
    first, second = send(hall, "09:00-10:00"), send(hall, "15:00-16:00")
    assert send(hall, "09:00-10:00", sure="1", state=state(first.text)).status_code == 302
    late = send(hall, "15:00-16:00", sure="1", state=state(second.text))
    assert late.status_code == 409
    assert "09:00 – 10:00" in late.text, "how it is now"
    assert 'value="15:00"' in late.text, "what was typed"
    assert read_contact_rules(hall.settings.data_dir).calling.hours[0].first == time(9)


@pytest.mark.parametrize(
    ("stretches", "form", "says"),
    [
        ("", {}, "至少要写一段"), ("11:00-09:00", {}, "先写早的"), ("09:00-", {}, "先写早的"),
        ("9-10", {}, "先写早的"), ("09:00-25:00", {}, "先写早的"), ("08:30+01-09:00", {}, "先写早的"),
        ("09:00-11:00 10:00-12:00", {}, "重叠"), ('09:00-11:00"]#', {}, "先写早的"),
        ("09:00-11:00", {"attempts_notice": "0"}, "1 到 10"), ("09:00-11:00", {"attempts_notice": "x"}, "1 到 10"),
        ("09:00-11:00", {"quiet_end": ""}, "先写早的"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(hall: Hall, stretches: str, form: dict[str, str], says: str) -> None:
    answer = send(hall, stretches, sure="1", state="none", **form)
    assert (answer.status_code, says in unescape(answer.text)) == (409, True)
    assert not (hall.settings.data_dir / FILE).exists()


def test_who_would_be_woken_up_is_said(hall: Hall) -> None:
    assert "吵醒人" in send(hall, "06:30-11:00").text
    assert "吵醒人" not in send(hall).text


def test_a_file_that_cannot_be_read_is_said_and_stays(hall: Hall) -> None:
    (hall.settings.data_dir / FILE).write_text("[calls\n", "utf8")
    assert "读不出来" in hall.as_("administrator").get("/admin/hours").text
    assert "读不出来" in send(hall).text
    assert (hall.settings.data_dir / FILE).read_text("utf8") == "[calls\n"


@pytest.mark.parametrize("who", ["supervisor", "auditor", "window"])
def test_only_the_administrator_changes_them(hall: Hall, who: str) -> None:
    assert send(hall, who=who, sure="1", state="none").status_code == 403
    assert not (hall.settings.data_dir / FILE).exists()
