"""Today: each sees what waits for them and nothing else, the most urgent first."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline.store.tables import CallbackRow, LookRow
from hotline.store.unit_of_work import Store
from tests.console.a_day import HOSTILE, employ, plant
from tests.console.conftest import NOW, Clock, log_in


@pytest.fixture
def day(store: Store) -> Store:
    employ(store)
    plant(store)
    return store


def page(client: FlaskClient, username: str, path: str = "/today") -> str:
    assert log_in(client, username=username) == 302
    return client.get(path).text


def rows(text: str) -> list[str]:
    return re.findall(r"<tr data-row.*?</tr>", text, re.S)


def test_a_clerk_sees_the_desks_work_by_deadline_danger_first(client: FlaskClient, day: Store) -> None:
    found = rows(page(client, "liu"))
    wanted = ("危急", "100001", "200001", "要人工", "问题", "没听懂")
    assert [next(w for w in wanted if w in row) for row in found] == list(wanted)
    for shown in ("过了 3 分钟", "过了 1 天", "还有 2 小时", "王*花", "138****1234", "不限时"):
        assert any(shown in row for row in found), shown


def test_what_is_not_theirs_is_not_there(client: FlaskClient, day: Store) -> None:
    text = page(client, "liu")
    assert "200002" not in text, "another desk's appointment"
    assert "100002" not in text, "another officer's case"
    assert "100003" not in text, "a complaint about this very clerk"
    assert "13812341234" not in text
    assert "王桂花" not in text


@pytest.mark.parametrize(
    ("username", "codes"),
    [
        ("zhou", {"100001", "100003", "200001", "200002"}),
        ("gao", {"100002"}),
        ("he", {"200001", "200002"}),
        ("shen", {"200001", "200002"}),
    ],
)
def test_each_role_has_a_day_of_its_own(client: FlaskClient, day: Store, username: str, codes: set[str]) -> None:
    text = "".join(rows(page(client, username)))
    assert set(re.findall(r"(?<!\d)[12]0000\d(?!\d)", text)) == codes
    assert ("138****1234" in text) == (username in ("zhou", "he"))


def test_what_residents_said_stays_text(client: FlaskClient, day: Store) -> None:
    text = page(client, "liu")
    assert HOSTILE not in text
    assert "&lt;script&gt;" in text


def test_one_kind_alone_and_the_counts_lead_to_it(client: FlaskClient, day: Store) -> None:
    text = page(client, "liu", "/today?kind=callbacks")
    assert len(rows(text)) == 2
    assert 'href="/today?kind=cases"' in text
    assert len(rows(client.get("/today?kind=%3Cscript%3E").text)) == 6
    part = client.get("/today/waiting?kind=callbacks").text
    assert len(rows(part)) == 2
    assert "<html" not in part


def test_a_look_is_written_down_and_nobody_looks_without_a_name(client: FlaskClient, day: Store) -> None:
    assert client.get("/today").status_code == 302
    gone = client.get("/today/waiting", headers={"HX-Request": "true"})
    assert (gone.status_code, gone.headers["HX-Redirect"]) == (401, "/login")
    page(client, "liu")
    with day.open() as office:
        assert [row.what for row in office.session.scalars(select(LookRow).where(LookRow.kind == "look"))] == [
            "today",
        ]


def acting(client: FlaskClient, move: str, note: str = "", task: int = 1) -> tuple[int, str]:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/today").text)
    assert token
    form = {"note": note, "csrf_token": token[1]}
    answer = client.post(f"/callbacks/{task}/{move}", data=form, follow_redirects=True)
    return answer.status_code, answer.text


def test_a_call_back_is_taken_tried_and_done(client: FlaskClient, day: Store, clock: Clock) -> None:
    page(client, "liu")
    assert "我来回电" in client.get("/callbacks/1").text
    assert acting(client, "take")[0] == 200
    assert "已接手 · 刘干事" in client.get("/callbacks/1").text
    assert "请写明结果" in acting(client, "done")[1]
    assert "过一个小时" in acting(client, "tried", "没人接")[1]
    assert "办完了" in acting(client, "done", "说好了，明天来")[1]
    with day.open() as office:
        row = office.session.get(CallbackRow, 1)
        assert row is not None
        assert (row.state, row.tries, row.note) == ("done", 1, "说好了，明天来")
    assert "危急" not in client.get("/today").text


def test_who_came_second_reads_who_was_quicker(client: FlaskClient, day: Store) -> None:
    with day.open() as office:
        row = office.session.get(CallbackRow, 1)
        assert row is not None
        row.state, row.owner = "taken", "zhou"
        office.commit()
    page(client, "liu")
    assert "周主任已经接手了" in acting(client, "take")[1]


@pytest.mark.parametrize("username", ["gao", "shen"])
def test_a_call_back_out_of_sight_is_none(client: FlaskClient, day: Store, username: str) -> None:
    page(client, username)
    assert client.get("/callbacks/1").status_code in (403, 404)
    assert acting(client, "take")[0] in (403, 404)
    for wrong in ("/callbacks/99", "/callbacks/99999999999999999999", "/callbacks/-1"):
        assert client.get(wrong).status_code in (403, 404)


def test_a_move_that_is_none_is_not_found(client: FlaskClient, day: Store) -> None:
    page(client, "liu")
    assert acting(client, "burn")[0] == 404


def test_what_is_over_leaves_the_list(client: FlaskClient, day: Store, clock: Clock) -> None:
    page(client, "liu")
    clock.now = NOW + timedelta(days=1)
    assert log_in(client) == 302
    text = client.get("/today").text
    assert "200001" not in text, "yesterday's appointment"
    assert "没听懂" in text
