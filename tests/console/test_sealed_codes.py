"""Secrets of one-time codes lie sealed in the database; without the key it says what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import select

from hotline.console import second_factor
from hotline.sealing import Unreadable
from hotline.store.tables import LookRow, StaffRow
from tests.console.hall import Hall, token_of, town_hall
from tests.console.test_coming_in import code_now, come_in, person, secret_of, switch_on


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with town_hall(tmp_path) as hall:
        yield hall


def test_its_secret_lies_sealed_and_for_one_person(hall: Hall) -> None:
    switch_on(hall)
    kept, secret = person(hall).totp_secret, secret_of(hall)
    assert (len(kept), len(secret)) == (64, 32)
    raw = b"".join(path.read_bytes() for path in hall.settings.data_dir.glob("hotline.sqlite*"))
    raw += b"".join(path.read_bytes() for path in hall.settings.data_dir.glob("hall.sqlite*"))
    assert kept.encode() in raw
    assert secret.encode() not in raw
    with hall.store.open() as office:
        office.session.get_one(StaffRow, "spare").totp_secret = kept
        office.commit()
    with hall.app.app_context(), pytest.raises(Unreadable):
        second_factor.secret_of(person(hall, "spare"))


def test_a_secret_of_an_older_release_is_good_and_sealed_when_it_is_used(hall: Hall) -> None:
    plain = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    with hall.store.open() as office:
        row = office.session.get_one(StaffRow, "window")
        row.totp_secret, row.totp_on = plain, True
        office.commit()
    assert come_in(hall, "000000")[1] == [401]
    assert person(hall).totp_secret == plain, "not by a wrong code"
    assert come_in(hall, pyotp.TOTP(plain).at(hall.clock()))[1] == [302]
    assert len(person(hall).totp_secret) == 64
    assert secret_of(hall) == plain
    hall.clock.passes(seconds=30)
    assert come_in(hall, code_now(hall))[1] == [302]


def test_without_its_key_the_database_lets_nobody_in_and_says_what_to_do(hall: Hall) -> None:
    spare = switch_on(hall)[0]
    hall.clock.passes(seconds=30)
    code = code_now(hall)
    (hall.settings.data_dir / "session-key").write_text("another key\n", "ascii")
    client, found = come_in(hall, code)
    assert found == [409]
    page = client.get("/login/code").text
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert token
    told = client.post("/login/code", data={"code": code, "csrf_token": token[1]}).text
    assert "请管理员给您一次性密码" in told
    with hall.store.open() as office:
        lines = [row.what for row in office.session.scalars(select(LookRow).where(LookRow.kind == "failed"))]
    assert lines[-1] == "second factor cannot be read"
    assert come_in(hall, spare)[1] == [302], "a recovery code needs no key"
    _, page = hall.post("administrator", "/admin/staff/window/password")
    given = re.search(r"<code>((?:[a-z0-9]{4}-){3}[a-z0-9]{4})</code>", page)
    assert given
    fresh = hall.app.test_client()
    form = {"username": "window", "password": given[1], "csrf_token": token_of(fresh)}
    assert fresh.post("/login", data=form).location == "/today", "and sets it up anew"
