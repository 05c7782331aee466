"""Sessions that end, a second factor whose codes are good once, and passwords nobody guesses first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline.console import second_factor
from hotline.domain.errors import Refused
from hotline.domain.passwords import check_password
from hotline.store.tables import LookRow, RecoveryCodeRow, StaffRow, StaffSessionRow
from tests.console.conftest import PASSWORD
from tests.console.hall import Hall, token_of, town_hall

NEW = "lantern river seven"


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with town_hall(tmp_path) as hall:
        yield hall


def person(hall: Hall, who: str = "window") -> StaffRow:
    with hall.store.open() as office:
        return office.session.get_one(StaffRow, who)


def code_now(hall: Hall, who: str = "window") -> str:
    return pyotp.TOTP(secret_of(hall, who)).at(hall.clock())


def secret_of(hall: Hall, who: str = "window") -> str:
    with hall.app.app_context():
        return second_factor.secret_of(person(hall, who))


def switch_on(hall: Hall) -> list[str]:
    """The second factor for the clerk at the window; their recovery codes."""
    client = hall.as_("window")
    hall.post("window", "/me/second", password=PASSWORD)
    picture = client.get("/me/second.svg")
    assert (picture.status_code, picture.mimetype) == (200, "image/svg+xml")
    form = {"csrf_token": token_of(client, known=True), "code": code_now(hall)}
    page = client.post("/me/second/confirm", data=form).text
    return re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", page)


def come_in(hall: Hall, *codes: str) -> tuple[FlaskClient, list[int]]:
    """Another browser with the right password, and what each code tried came to."""
    client = hall.app.test_client()
    form = {"username": "window", "password": PASSWORD, "csrf_token": token_of(client)}
    assert client.post("/login", data=form).location == "/login/code"
    assert client.get("/today").location == "/login", "half the way is not in"
    found = []
    for code in codes:
        page = client.get("/login/code").text
        token = re.search(r'name="csrf-token" content="([^"]+)"', page)
        if token is None:
            break
        found.append(client.post("/login/code", data={"code": code, "csrf_token": token[1]}).status_code)
    return client, found


def test_with_the_second_factor_the_password_alone_lets_nobody_in(hall: Hall) -> None:
    assert len(switch_on(hall)) == 10
    assert hall.as_("window").get("/me/second.svg").status_code == 404, "shown no more"
    hall.clock.passes(seconds=30)
    client, found = come_in(hall, "000000", code_now(hall))
    assert found == [401, 302]
    assert client.get("/today").status_code == 200


def test_a_code_is_good_once_even_the_one_that_switched_it_on(hall: Hall) -> None:
    switch_on(hall)
    same = code_now(hall)
    assert come_in(hall, same)[1] == [401]
    hall.clock.passes(seconds=30)
    fresh = code_now(hall)
    assert come_in(hall, fresh)[1] == [302]
    assert come_in(hall, fresh)[1] == [401]
    assert come_in(hall, same)[1] == [401], "an earlier one neither"


def test_a_recovery_code_is_good_once_and_kept_as_a_digest(hall: Hall) -> None:
    first, second, *_ = switch_on(hall)
    assert come_in(hall, first)[1] == [302]
    assert come_in(hall, first, second.upper().replace("-", " "))[1] == [401, 302]
    with hall.store.open() as office:
        kept = office.session.scalars(select(RecoveryCodeRow)).all()
    assert sum(row.used_at is not None for row in kept) == 2
    assert all(first.replace("-", "") not in row.digest for row in kept)


def test_codes_cannot_be_tried_out(hall: Hall) -> None:
    switch_on(hall)
    hall.clock.passes(seconds=30)
    assert come_in(hall, *["123456"] * 5, code_now(hall))[1] == [401] * 5 + [429]
    assert come_in(hall, code_now(hall))[1] == [429], "nor from another browser"
    hall.clock.passes(minutes=5, seconds=1)
    assert come_in(hall, code_now(hall))[1] == [302]


def test_half_the_way_is_forgotten_after_five_minutes(hall: Hall) -> None:
    switch_on(hall)
    client, _ = come_in(hall)
    hall.clock.passes(minutes=5, seconds=1)
    assert client.get("/login/code").location == "/login"


def test_who_is_in_stays_in_whatever_they_open(hall: Hall) -> None:
    client = hall.as_("window")
    assert client.get("/login/code").location == "/login"
    assert client.get("/today").status_code == 200


def test_it_is_switched_off_with_the_password_only(hall: Hall) -> None:
    switch_on(hall)
    hall.post("window", "/me/second", password="wrong")
    assert person(hall).totp_on
    hall.post("window", "/me/second", password=PASSWORD)
    assert not person(hall).totp_on
    assert person(hall).totp_secret == ""


def test_an_hour_without_work_ends_it_and_a_page_that_refreshes_itself_is_no_work(hall: Hall) -> None:
    client = hall.as_("window")
    for _ in range(5):
        hall.clock.passes(minutes=50)
        assert client.get("/today").status_code == 200
    hall.clock.passes(minutes=50)
    assert client.get("/today", headers={"X-Live": "1"}).status_code == 200
    hall.clock.passes(minutes=11)
    assert client.get("/today").location == "/login"


def test_a_working_day_ends_it(hall: Hall) -> None:
    client = hall.as_("window")
    for _ in range(15):
        hall.clock.passes(minutes=32)
        client.get("/today")
    assert client.get("/today").location == "/login"


def test_a_session_that_was_ended_is_over_whatever_cookie_is_kept(hall: Hall) -> None:
    client = hall.as_("window")
    cookie = client.get_cookie("hotline")
    assert cookie
    hall.post("window", "/logout")
    stolen = hall.app.test_client()
    stolen.set_cookie("hotline", cookie.value)
    assert stolen.get("/today").location == "/login"


def test_a_log_in_takes_over_nothing_the_browser_brought(hall: Hall) -> None:
    client = hall.app.test_client()
    with client.session_transaction() as planted:
        planted.update(token="known to another", unmasked={"case 118822": 9e12}, role="supervisor")
    form = {"username": "window", "password": PASSWORD, "csrf_token": token_of(client)}
    client.post("/login", data=form)
    with client.session_transaction() as kept:
        assert set(kept) <= {"token", "seal", "csrf_token", "_permanent"}
        assert kept["token"] != "known to another"


def test_one_sees_ones_browsers_and_ends_them_but_nobody_elses(hall: Hall) -> None:
    other = hall.app.test_client()
    form = {"username": "window", "password": PASSWORD, "csrf_token": token_of(other)}
    other.post("/login", data=form, headers={"User-Agent": "Mozilla/5.0 Firefox/130.0"})
    page = hall.as_("window").get("/me").text
    assert "Firefox" in page
    with hall.store.open() as office:
        ids = {row.browser[:7]: row.id for row in office.session.scalars(select(StaffSessionRow))}
        theirs = StaffSessionRow(
            digest="x", username="auditor", address="", browser="", begun_at=hall.clock(), seen_at=hall.clock()
        )
        office.session.add(theirs)
        office.commit()
    assert hall.post("window", "/me/sessions/end", session=str(theirs.id))[0] == 404
    assert hall.post("window", "/me/sessions/end", session="-1")[0] == 404
    assert hall.post("window", "/me/sessions/end", session=str(ids["Mozilla"]))[0] == 302
    assert other.get("/today").location == "/login"
    assert hall.as_("window").get("/today").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "again", "says"),
    [("wrong", NEW, NEW, "现在的密码不对"), (PASSWORD, NEW, NEW + "x", "不一样"),
     (PASSWORD, "short one", "short one", "太短"),
     (PASSWORD, "password123", "password123", "太好猜"), (PASSWORD, PASSWORD, PASSWORD, "一样"),
     (PASSWORD, "x" * 1025, "x" * 1025, "太长")],
)  # fmt: skip
def test_a_new_password_that_is_no_good_is_refused_in_words(
    hall: Hall, old: str, new: str, again: str, says: str
) -> None:
    before = person(hall).password_hash
    hall.post("window", "/me/password", old=old, new=new, again=again)
    assert says in hall.as_("window").get("/me").text
    assert person(hall).password_hash == before


def test_a_new_password_ends_every_other_session(hall: Hall) -> None:
    other = hall.app.test_client()
    form = {"username": "window", "password": PASSWORD, "csrf_token": token_of(other)}
    other.post("/login", data=form)
    hall.post("window", "/me/password", old=PASSWORD, new=NEW, again=NEW)
    assert other.get("/today").location == "/login"
    assert hall.as_("window").get("/today").status_code == 200


def test_a_password_that_was_given_must_be_changed_first_and_in_time(hall: Hall) -> None:
    with hall.store.open() as office:
        office.session.get_one(StaffRow, "window").password_until = hall.clock() + timedelta(days=3)
        office.commit()
    client = hall.as_("window")
    assert client.get("/calls").location == "/me"
    hall_page = client.get("/me").text
    assert "一次性密码" in hall_page
    found = re.search(r'name="csrf-token" content="([^"]+)"', hall_page)
    assert found
    client.post("/me/password", data={"csrf_token": found[1], "old": PASSWORD, "new": NEW, "again": NEW})
    assert client.get("/calls").status_code == 200
    with hall.store.open() as office:
        office.session.get_one(StaffRow, "station").password_until = hall.clock() - timedelta(minutes=1)
        office.session.get_one(StaffRow, "visits").locked = True
        office.commit()
    for late in ("station", "visits"):
        fresh = hall.app.test_client()
        form = {"username": late, "password": PASSWORD, "csrf_token": token_of(fresh)}
        assert fresh.post("/login", data=form).status_code == 401


def test_every_coming_in_and_every_refusal_is_written_down_but_no_name_nobody_has(hall: Hall) -> None:
    fresh = hall.app.test_client()
    for username, password in (("window", "wrong"), ("my secret password", "x"), ("window", PASSWORD)):
        form = {"username": username, "password": password, "csrf_token": token_of(fresh)}
        fresh.post("/login", data=form)
    with hall.store.open() as office:
        trail = [(row.kind, row.username, row.what) for row in office.session.scalars(select(LookRow))]
    assert trail == [
        ("failed", "window", "log in from 127.0.0.1"), ("failed", "", "log in from 127.0.0.1"),
        ("login", "window", "log in from 127.0.0.1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "guess",
    ["1234567890", "aaaaaaaaaa", "password12", "P@ssw0rd2026", "qwertyuiop", "abcdefghij", "niutian2026",
     "woaini5201314", "liu1234567", "abababababab", "Password!!!", "asdfghjkl1", "0987654321",
     "hotline12345", "liuganshi2026", "20261124abcd"],
)  # fmt: skip
def test_what_everybody_would_try_first_is_no_password(guess: str) -> None:
    assert verdict(guess, "liu", "liuganshi") == "password_common"


@pytest.mark.parametrize(
    "good", [PASSWORD, NEW, "correct horse battery", "另一个很长的密码在这里", "Tq7!vbn0-xkd", "another long one"]
)
def test_long_and_unconnected_is_good(good: str) -> None:
    assert verdict(good, "liu", "刘干事") == "good"


def verdict(password: str, *own: str) -> str:
    try:
        check_password(password, *own)
    except Refused as no:
        return no.reason
    return "good"
