"""The staff's pages: nobody without a password sees or hears anything, and every look is written down."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline.config import Settings
from hotline.console.areas import AREAS
from hotline.store.tables import LookRow, StaffRow
from hotline.store.unit_of_work import Store
from tests.console.conftest import PASSWORD, Clock, a_turn, app_over, log_in


@pytest.mark.parametrize("path", ["/calls", "/calls/CA1", "/turns/1/audio"])
def test_nobody_sees_or_hears_anything_without_logging_in(client: FlaskClient, a_call: int, path: str) -> None:
    answer = client.get(path, buffered=True)
    assert (answer.status_code, answer.location) == (302, "/login")
    client.set_cookie("hotline", "eyJ1c2VybmFtZSI6ImxpdSJ9.forged.signature")
    assert client.get(path).location == "/login"


def test_the_right_password_lets_in_and_the_list_masks_numbers(client: FlaskClient, a_call: int) -> None:
    assert log_in(client) == 302
    page = client.get("/calls").text
    assert "138****1234" in page
    assert "13812341234" not in page
    for shown in ("11月24日 09:30", "城乡居民基本医疗保险参保缴费 307294", "办好了", "1:15", "刘干事"):
        assert shown in page


def test_a_call_shows_what_was_asked_heard_and_understood(client: FlaskClient, a_call: int) -> None:
    log_in(client)
    page = client.get("/calls/CA1").text
    for shown in (
        "您要办什么事？",
        "&lt;b&gt;医保&lt;/b&gt;",
        "医宝",
        "91%",
        "青山村",
        "识别 412 毫秒",
        f'"id": {a_call}',
    ):
        assert shown in page
    assert "13812341234" not in page
    assert client.get("/calls/CA404").status_code == 404


def test_a_second_transcript_stands_beside_the_first_with_what_differs(
    client: FlaskClient, store: Store, a_call: int
) -> None:
    log_in(client)
    assert "再听一遍" not in client.get("/calls/CA1").text
    with store.open() as office:
        office.transcripts.note_careful(a_call, "办医保，谢谢。")
        office.transcripts.note_careful(a_call, "一遍就够了")
        office.commit()
    page = client.get("/calls/CA1").text
    assert "<mark>办</mark>医保，<mark>谢谢。</mark>" in page
    assert "一遍就够了" not in page


def test_a_recording_is_heard_by_the_id_of_its_turn(client: FlaskClient, a_call: int) -> None:
    log_in(client)
    answer = client.get(f"/turns/{a_call}/audio", buffered=True)
    assert (answer.data[:4], len(answer.data), answer.mimetype) == (b"RIFF", 12058, "audio/wav")
    part = client.get(f"/turns/{a_call}/audio", headers={"Range": "bytes=0-3"}, buffered=True)
    assert (part.status_code, part.data) == (206, b"RIFF")


@pytest.mark.parametrize(
    "name", ["../secret.wav", "/etc/passwd", "2026/../../secret.wav", "", "2026/two.wav", "a\0.wav"]
)
def test_a_name_that_leads_elsewhere_is_not_followed(
    client: FlaskClient, store: Store, a_call: int, name: str
) -> None:
    with store.open() as office:
        turn = a_turn(name)
        office.records.add(turn)
        office.commit()
    log_in(client)
    assert client.get(f"/turns/{turn.id}/audio").status_code == 404


@pytest.mark.parametrize("path", ["/turns/999999999999999999999/audio", "/turns/-1/audio", "/turns/x/audio"])
def test_a_turn_that_is_none_is_not_found(client: FlaskClient, a_call: int, path: str) -> None:
    log_in(client)
    assert client.get(path).status_code == 404


def test_every_look_is_written_down_with_who_looked(client: FlaskClient, store: Store, a_call: int) -> None:
    log_in(client)
    for path in ("/calls", "/calls/CA1", f"/turns/{a_call}/audio", "/calls/CA404"):
        client.get(path, buffered=True)
    with store.open() as office:
        looks = [
            (look.username, look.what)
            for look in office.session.scalars(select(LookRow).where(LookRow.kind == "look"))
        ]
    assert looks == [("liu", "calls page 0"), ("liu", "call CA1"), ("liu", f"audio of turn {a_call}")]


@pytest.mark.parametrize(
    ("username", "password"), [("liu", "wrong"), ("nobody", PASSWORD), ("", ""), ("liu" * 1000, "x" * 100_000)]
)
def test_a_wrong_name_or_password_is_told_alike(client: FlaskClient, username: str, password: str) -> None:
    assert log_in(client, password, username) == 401
    assert client.get("/calls").status_code == 302


def test_after_five_failures_the_right_password_waits_five_minutes(client: FlaskClient, clock: Clock) -> None:
    assert [log_in(client, "wrong") for _ in range(6)] == [401] * 5 + [429]
    assert log_in(client) == 429
    clock.now += timedelta(minutes=5, seconds=1)
    assert log_in(client) == 302


def test_one_persons_failures_do_not_keep_another_out(client: FlaskClient) -> None:
    for _ in range(6):
        log_in(client, "wrong", "somebody")
    assert log_in(client) == 302


def test_an_address_that_tries_many_names_has_to_wait(client: FlaskClient) -> None:
    tried = [log_in(client, "wrong", f"name{n}") for n in range(31)]
    assert (tried[29], tried[30]) == (401, 429)


@pytest.mark.parametrize("form", [{}, {"csrf_token": "made-up"}])
def test_a_form_from_elsewhere_is_refused(client: FlaskClient, form: dict[str, str]) -> None:
    answer = client.post("/login", data={"username": "liu", "password": PASSWORD, **form})
    assert answer.status_code == 400
    assert "请再试一次" in answer.text


def test_logging_out_ends_it(client: FlaskClient) -> None:
    log_in(client)
    assert client.post("/logout").status_code == 400, "not without the form's token"
    assert client.get("/calls").status_code == 200
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/calls").text)
    assert found
    client.post("/logout", data={"csrf_token": found[1]})
    assert client.get("/calls").status_code == 302


def test_a_new_password_and_a_dismissal_end_open_sessions(client: FlaskClient, store: Store) -> None:
    log_in(client)
    with store.open() as office:
        row = office.session.get(StaffRow, "liu")
        assert row is not None
        row.password_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("another long one")
        office.commit()
    assert client.get("/calls").status_code == 302


def test_the_cookie_is_for_these_pages_alone(store: Store, settings: Settings) -> None:
    served = Settings.from_environment(settings.as_environment() | {"HOTLINE_PUBLIC_URL": "https://h.example.org"})
    app = app_over(store, served)
    cookie = app.test_client().get("/login").headers["Set-Cookie"]
    for said in ("HttpOnly", "SameSite=Strict", "Secure"):
        assert said in cookie


def test_a_page_loads_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/login")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert page.headers["Cache-Control"] == "no-store"
    addresses = re.findall(r'(?:href|src)="([^"]+)"', page.text)
    assert all(address[0] in "/#" for address in addresses)
    assert "style=" not in page.text
    built = [address for address in addresses if address.startswith("/assets/built/") and "#" not in address]
    assert len(built) == 2
    for address in built:
        served = client.get(address, buffered=True)
        assert served.status_code == 200
        assert "immutable" in served.headers["Cache-Control"]
        small = client.get(address, buffered=True, headers={"Accept-Encoding": "gzip, deflate"})
        assert small.headers["Content-Encoding"] == "gzip"
        assert small.mimetype == served.mimetype
        assert gzip.decompress(small.data) == served.data
        assert {"Accept-Encoding"} <= set(served.vary) & set(small.vary)
        assert len(small.data) < len(served.data) / 2


@pytest.mark.parametrize("name", ["built/../../built.py", "..%2f..%2fsession-key", "built/none.js", "built/"])
def test_no_other_file_comes_compressed_or_not(client: FlaskClient, name: str) -> None:
    for headers in ({}, {"Accept-Encoding": "gzip"}):
        assert client.get(f"/assets/{name}", headers=headers).status_code == 404


def test_a_page_is_not_compressed_for_its_length_would_tell(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/login", headers={"Accept-Encoding": "gzip"}).headers


def test_a_webhook_beside_the_pages_needs_no_form_token(store: Store, settings: Settings) -> None:
    app = app_over(store, settings)
    app.add_url_rule("/voice/incoming", "voice", lambda: "ok", methods=["POST"])
    assert app.test_client().post("/voice/incoming", data={"CallSid": "CA1"}).status_code == 200


def test_every_key_after_g_opens_one_area() -> None:
    keys = [area.key for area in AREAS if area.key]
    assert len(keys) == len(set(keys)) >= 10
    assert all(area.key for area in AREAS if area.title), "everything in the menu can be reached by keys"


def test_an_address_that_is_nothing_is_told_so_in_words_to_staff_alone(client: FlaskClient) -> None:
    reader = {"Accept": "text/html,application/xhtml+xml"}
    assert client.get("/nowhere", headers=reader).location == "/login"
    log_in(client)
    answer = client.get("/nowhere", headers=reader)
    assert answer.status_code == 404
    assert "找不到" in answer.text
    assert "Content-Security-Policy" in answer.headers
    short = client.post("/voice/nowhere", headers={"Accept": "*/*"})
    assert (short.status_code, "找不到" in short.text) == (404, False)
