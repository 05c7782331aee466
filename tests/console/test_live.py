"""Calls under way: who may follow them, what is masked, and that taking one over is the office's own hand-over."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from hotline.console.parts import Parts
from hotline.domain.errors import Refused
from hotline.store.tables import CallRow, ConversationRow, NoteRow, TurnRow
from hotline.store.unit_of_work import Store
from tests.console.a_day import HOSTILE, employ
from tests.console.conftest import NOW, log_in


@pytest.fixture
def taken(client: FlaskClient) -> list[tuple[str, tuple[str, str]]]:
    """What the telephone was asked for."""
    asked: list[tuple[str, tuple[str, str]]] = []
    parts: Parts = client.application.extensions["console"]
    client.application.extensions["console"] = replace(parts, take_over=lambda sid, who: asked.append((sid, who)))
    return asked


@pytest.fixture
def ringing(store: Store) -> Store:
    """A caller who said her name, and one who complains about staff."""
    employ(store)
    with store.open() as office:
        under_way(
            office,
            "CAone",
            "13812341234",
            [("errand", f"办医保{HOSTILE}"), ("name", "我叫王桂花"), ("when", "桂花树下王桂花")],
        )
        under_way(office, "CAtwo", "13700001111", [("topic", "窗口的人态度差")], topic="G15")
        office.commit()
    return store


def under_way(
    office: Any, sid: str, number: str, said: list[tuple[str, str]], *, topic: str = "", began: datetime = NOW
) -> None:
    office.conversations.add(
        ConversationRow(
            id=f"c-{sid}", number=number, script="welcome", version=1, surface="voice", state="open", call=sid,
            turn=len(said), open_key="village", opened_at=NOW, touched_at=NOW,
        )
    )  # fmt: skip
    office.records.add(
        CallRow(
            sid=sid, number=number, direction="inbound", status="in-progress", surface="voice",
            conversation=f"c-{sid}", started_at=began - timedelta(minutes=3), seconds=0,
        )
    )  # fmt: skip
    for turn, (key, heard) in enumerate(said):
        value = {"name": "王桂花", "topic": topic}.get(key, "1")
        slots = {"service": "1"} if key == "errand" else {}
        office.records.add(
            TurnRow(
                conversation=f"c-{sid}", call=sid, surface="voice", turn=turn, key=key, asked="？", heard=heard,
                alternatives=[], confidence=0.9, understood={"value": value, "slots": slots},
                timings_ms={}, at=NOW,
            )
        )  # fmt: skip


def post(client: FlaskClient, path: str, **form: str) -> str:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/live").text)
    assert token
    answer = client.post(path, data={"csrf_token": token[1], **form}, follow_redirects=True)
    return answer.text if answer.status_code == 200 else str(answer.status_code)


def test_a_clerk_follows_a_call_without_learning_who_it_is(client: FlaskClient, ringing: Store) -> None:
    log_in(client)
    page = client.get("/live").text
    for shown in (
        "138****1234",
        "说了 3 分钟",
        "城乡居民基本医疗保险",
        "哪个村",
        "＊＊＊",
        "王*花",
        "接过来",
        "记一笔",
    ):
        assert shown in page, shown
    assert "王桂花" not in page
    assert "13812341234" not in page
    assert HOSTILE not in page


def test_what_is_the_supervisors_alone_is_told_to_nobody_else_while_it_is_said(
    client: FlaskClient, ringing: Store
) -> None:
    log_in(client)
    page = client.get("/live").text
    assert "137****1111" in page
    assert "内容保密" in page
    assert "态度差" not in page
    log_in(client, username="zhou")
    assert "态度差" in client.get("/live").text


@pytest.mark.parametrize(("username", "status"), [("shen", 403), ("gao", 404)])
def test_who_only_reads_and_who_sits_elsewhere_take_nothing_over(
    client: FlaskClient, ringing: Store, username: str, status: int, taken: list[Any]
) -> None:
    log_in(client, username=username)
    assert "CAone" not in client.get("/live").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/today").text)
    assert token
    for path in ("/live/CAone/take", "/live/CAone/note"):
        assert client.post(path, data={"csrf_token": token[1], "number": "123", "text": "x"}).status_code == status
    assert taken == []


def test_a_call_is_taken_over_at_a_number_asked_once(
    client: FlaskClient, ringing: Store, taken: list[Any]
) -> None:
    log_in(client)
    assert "请先写您的电话号码" in post(client, "/live/CAone/take")
    assert "按 1" in post(client, "/live/CAone/take", number="139 0737 0001")
    assert 'name="number"' not in client.get("/live").text
    post(client, "/live/CAtwo/take")
    assert taken == [("CAone", ("刘干事", "13907370001")), ("CAtwo", ("刘干事", "13907370001"))]
    assert post(client, "/live/CA404/take") == "404"
    assert "请先写" in post(client, "/live/CAone/take", number="<b>") or taken[-1][0] == "CAone"


@pytest.mark.parametrize("reason", ["call_over", "connecting", "no_line"])
def test_what_the_telephone_refuses_is_said(client: FlaskClient, ringing: Store, reason: str) -> None:
    def refuse(_sid: str, _who: tuple[str, str]) -> None:
        raise Refused(reason)

    parts: Parts = client.application.extensions["console"]
    client.application.extensions["console"] = replace(parts, take_over=refuse)
    log_in(client)
    assert reason not in post(client, "/live/CAone/take", number="13907370001")


def test_a_note_is_for_oneself_until_it_is_ticked_off(client: FlaskClient, ringing: Store) -> None:
    log_in(client)
    assert "记下了" in post(client, "/live/CAone/note", text=f"明天回她{HOSTILE}")
    post(client, "/live/CAone/note", text="  ")
    today = client.get("/today").text
    assert "明天回她&lt;script&gt;" in today
    log_in(client, username="zhou")
    assert "明天回她" not in client.get("/live").text
    assert post(client, "/notes/1/done") == "404"
    log_in(client)
    assert "明天回她" not in post(client, "/notes/1/done")
    with ringing.open() as office:
        (note,) = office.session.query(NoteRow)
        assert note.done_at is not None


def test_a_note_is_on_the_page_of_its_call_for_who_made_it(client: FlaskClient, ringing: Store) -> None:
    log_in(client)
    post(client, "/live/CAone/note", text="明天回她")
    assert "明天回她" in client.get("/calls/CAone").text
    log_in(client, username="zhou")
    assert "明天回她" not in client.get("/calls/CAone").text
