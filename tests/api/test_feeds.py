"""A clerk's feed: opened by its own secret address and by nothing else, the same while nothing changes."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from icalendar import Calendar
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from hotline.cli import cli
from hotline.config import KNOWN
from hotline.domain.appointments import Move, cancel
from hotline.feed_server import feed_server
from hotline.store.feed_tokens import FeedTokens
from hotline.store.tables import FeedTokenRow, LookRow, StaffRow
from hotline.store.unit_of_work import Store
from hotline.town import read_town
from tests.api.conftest import NOW, Served, Watch, hire


@dataclass
class Feeds:
    """The feeds of a town in which clerk1 receives 王桂花 and clerk2 visits 赵六."""

    served: Served
    watch: Watch = field(default_factory=Watch)
    app: Flask = field(init=False)

    def __post_init__(self) -> None:
        town = read_town()
        self.app = feed_server(self.served.store, lambda _office: town, self.watch)

    def issued(self, clerk: str = "clerk1", *, in_full: bool = False) -> str:
        with self.served.store.open() as office:
            token = FeedTokens(office.session).issue("window", clerk, NOW, in_full=in_full)
            office.commit()
        assert token
        return token

    def get(self, token: str, **headers: str) -> TestResponse:
        return self.app.test_client().get(
            f"/{token}.ics", headers={n.replace("_", "-"): v for n, v in headers.items()}
        )


@pytest.fixture
def feeds(on_either: Served) -> Feeds:
    return Feeds(on_either)


def events(answer: TestResponse) -> list[str]:
    return [str(event["summary"]) for event in Calendar.from_ical(answer.data).walk("VEVENT")]


def test_an_address_serves_the_appointments_of_its_clerk_masked(feeds: Feeds) -> None:
    answer = feeds.get(feeds.issued())
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    (summary,) = events(answer)
    assert "王*花" in summary
    assert "138****1234" in answer.text.replace("\r\n ", "")
    assert "13812341234" not in answer.text.replace("\r\n ", "")
    whole = feeds.get(feeds.issued("clerk2", in_full=True))
    assert "赵六" in events(whole)[0]
    assert "13955556666" in whole.text.replace("\r\n ", "")
    empty = feeds.get(feeds.issued("nobody"))
    assert events(empty) == []
    assert len(Calendar.from_ical(empty.data).walk("VTIMEZONE")) == 1, "a calendar holds at least one thing"
    assert len(Calendar.from_ical(answer.data).walk("VTIMEZONE")) == 1


def test_it_is_the_same_until_something_changes(feeds: Feeds) -> None:
    token = feeds.issued()
    first = feeds.get(token)
    feeds.watch.passes(minutes=15)
    for known in (first.headers["ETag"], f"W/{first.headers['ETag']}", f'"x", {first.headers["ETag"]}', "*"):
        again = feeds.get(token, If_None_Match=known)
        assert (again.status_code, again.data) == (304, b""), known
        assert again.headers["ETag"] == first.headers["ETag"]
    assert feeds.get(token, If_None_Match='"other"').status_code == 200
    with feeds.served.store.open() as office:
        found = office.appointments.by_code("307294")
        assert found
        cancel(office.appointments, found, Move("cancelled", "staff:x", feeds.watch.now))
        office.commit()
    changed = feeds.get(token, If_None_Match=first.headers["ETag"])
    assert (changed.status_code, events(changed)) == (200, [])


def test_a_revoked_address_is_gone_at_once_and_so_are_those_of_who_leaves(feeds: Feeds) -> None:
    one, other = feeds.issued(), feeds.issued()
    with feeds.served.store.open() as office:
        FeedTokens(office.session).revoke(1, NOW)
        office.commit()
    assert [feeds.get(token).status_code for token in (one, other)] == [404, 200]
    with feeds.served.store.open() as office:
        office.session.execute(delete(StaffRow).where(StaffRow.username == "window"))
        office.commit()
    assert feeds.get(other).status_code == 404


@pytest.mark.parametrize(
    "token", ["x", "x" * 43, "..", "%00", "a/b", "'--", "x" * 10_000, "令" * 43, "%2e%2e%2f", "x" * 42 + "%0a"]
)
def test_what_is_no_address_is_not_found(feeds: Feeds, token: str) -> None:
    answer = feeds.get(token)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert token not in answer.text


def test_keys_open_their_own_door_only(feeds: Feeds) -> None:
    feed, api = feeds.issued(), feeds.served.tokens["administrator"]
    feeds.served.tokens = {**feeds.served.tokens, "feed": feed}
    assert feeds.served.ask("feed", "/villages").status_code == 401
    assert feeds.get(api).status_code == 404
    bearer = {"Authorization": f"Bearer {api}"}
    assert feeds.app.test_client().get("/clerk1.ics", headers=bearer).status_code == 404
    for method in ("POST", "PUT", "DELETE"):
        assert feeds.app.test_client().open(f"/{feed}.ics", method=method).status_code == 405


def test_whoever_asks_without_pause_waits(feeds: Feeds) -> None:
    token = feeds.issued()
    assert {feeds.get(token).status_code for _ in range(30)} == {200}
    late = feeds.get(token)
    assert (late.status_code, late.headers["Retry-After"]) == (429, "60")
    feeds.watch.passes(seconds=60)
    assert feeds.get(token).status_code == 200


def test_every_reading_is_written_down_and_the_address_nowhere(
    feeds: Feeds, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = feeds.issued(in_full=True)
    first = feeds.get(token)
    feeds.get(token, If_None_Match=first.headers["ETag"])
    with feeds.served.store.open() as office:
        looks = [(row.username, row.what) for row in office.session.scalars(select(LookRow))]
        rows = str([vars(row) for row in office.session.scalars(select(FeedTokenRow))])
    assert looks == [("window", "feed of clerk1, in full")]
    assert token not in rows + caplog.text
    with feeds.served.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE appointments RENAME TO gone")
    feeds.app.config["PROPAGATE_EXCEPTIONS"] = False
    assert feeds.get(token).status_code in {500, 503}
    assert caplog.text
    assert token not in caplog.text


@pytest.fixture
def staffed(empty_store: Store) -> Store:
    with empty_store.open() as office:
        hire(office)
        office.commit()
    return empty_store


def run(folder: Path, *words: str) -> Result:
    clean = dict.fromkeys(KNOWN) | {"HOTLINE_DATA_DIR": str(folder)}
    return CliRunner().invoke(cli, words, env=clean)


def test_an_address_is_printed_once_listed_and_ended(staffed: Store, tmp_path: Path) -> None:
    done = run(tmp_path, "feeds", "add", "window", "--clerk", "liuf")
    assert done.exit_code == 0, done.output
    address = done.stdout.strip()
    assert address.endswith(".ics")
    token = address.rpartition("/")[2].removesuffix(".ics")
    listed = run(tmp_path, "feeds", "--json").stdout
    (one,) = json.loads(listed)
    assert (one["username"], one["clerk"], one["in_full"], one["state"]) == ("window", "liuf", False, "good")
    assert token not in listed
    with staffed.open() as office:
        assert FeedTokens(office.session).opens(token, NOW)
    assert json.loads(run(tmp_path, "feeds", "revoke", "1", "--json").stdout)[0]["state"] == "revoked"
    with staffed.open() as office:
        assert FeedTokens(office.session).opens(token, NOW) is None


SLIPS = ["add nobody --clerk liuf", "add window", "add window --clerk liu", "revoke 9"]


@pytest.mark.parametrize("words", SLIPS)
def test_a_slip_of_the_pen_makes_no_address(staffed: Store, tmp_path: Path, words: str) -> None:
    done = run(tmp_path, "feeds", *words.split())
    assert done.exit_code == 1
    assert "Error: " in done.output
    assert json.loads(run(tmp_path, "feeds", "--json").stdout) == []
