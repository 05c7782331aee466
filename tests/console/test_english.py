"""Whoever chose English reads English on every page; names, stories and the town's lists stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from hotline.console.languages import term
from hotline.console.times import of_the_year, to_minute, week_named, with_weekday
from tests.console.english import compiled, data_of, left_in_chinese
from tests.console.hall import Hall, token_of, town_hall
from tests.console.matrix import FRAMED
from tests.console.test_hostile import html_pages

OWN_WORDS = {
    *FRAMED,
    "/admin/texts",
    "/admin/texts/<name>",
    "/admin/lists/<name>",
    "/studio",
    "/studio/<name>",
    "/cases/replies",
}
"""Pages that show Chinese for what it is: papers, letters, prompts and the town's lists."""
TOLD = re.compile(r"我是\S+?，电话[\d*]+，\w+")


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    compiled()
    with town_hall(tmp_path_factory.mktemp("english")) as hall:
        for who in ("supervisor", "administrator", "window"):
            client = hall.as_(who)
            client.post("/language", data={"language": "en", "csrf_token": token_of(client, known=True)})
        yield hall


@pytest.mark.parametrize("who", ["supervisor", "administrator", "window"])
def test_every_page_is_in_english(hall: Hall, who: str) -> None:
    data, wrong = data_of(hall.store), {}
    pages = html_pages(hall, who)
    assert len(pages) > 25
    for rule, path in pages.items():
        if rule not in OWN_WORDS and (left := left_in_chinese(hall.as_(who).get(path).text, data, TOLD)):
            wrong[rule] = left
    assert wrong == {}


def test_what_was_done_and_what_was_refused_is_said_in_english(hall: Hall) -> None:
    client = hall.as_("supervisor")
    form = {"csrf_token": token_of(client, known=True), "reason": "", "version": "1"}
    refused = client.post("/cases/118822/moves", data=form | {"move": "refuse"}).text
    assert "Please" in refused
    erased = client.post("/residents/2/erase", data=form | {"sure": "no", "reason": "asked for it"}).text
    assert "type the word" in erased
    assert "Erase" in erased
    swapped = client.post(
        "/appointments/swaps", data=form | {"day": "2026-11-25", "one": "谁", "other": "谁"}
    ).text
    assert "谁 is not on the duty roster" in swapped


def test_a_day_is_written_as_the_language_has_it(hall: Hall) -> None:
    at = datetime(2026, 12, 3, 9, tzinfo=UTC)
    with hall.app.test_request_context():
        assert (to_minute(at), with_weekday(at.date())) == ("12月3日 17:00", "12月3日 星期四")
        assert to_minute(at.replace(year=2025)) == "2025年12月3日 17:00"
        assert week_named("2026-W47") == "第47周（11月16日～11月22日）"
    with hall.app.test_request_context() as context:
        context.session["language"] = "en"
        assert (to_minute(at), with_weekday(at.date())) == ("Dec 3 17:00", "Dec 3 Thursday")
        assert to_minute(at.replace(year=2025)) == "Dec 3, 2025 17:00"
        assert week_named("2026-W47") == "Week 47 (Nov 16 – Nov 22)"
        assert of_the_year(date(2026, 1, 1)) == "Jan 1"


def test_a_word_nobody_has_stays_what_somebody_said(hall: Hall) -> None:
    with hall.app.test_request_context() as context:
        context.session["language"] = "en"
        assert term("case_status", "accepted") == "Accepted"
        assert term("question", "办好了") == "办好了", "said on the telephone, and the name of no question"
        assert term("not_rung_back", "not_on_the_roster", name="王桂花") == "王桂花 is not on the duty roster"
