"""Going through calls again: the queue, what is put right, who was quicker, what `hotline learn` gets."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from hotline.commands.learn import _corrected
from hotline.config import Settings
from hotline.store.tables import CallReviewRow
from hotline.store.unit_of_work import Store
from tests.console.conftest import NOW, Clock, app_over, log_in
from tests.console.recorded_call import SAIDS, SID, a_colleague, two_minutes

FIRST = SAIDS[0].said
NAME = "我叫王桂花"


@pytest.fixture
def turns(store: Store, settings: Settings) -> dict[str, int]:
    return two_minutes(store, settings)


def form_token(client: FlaskClient, path: str = f"/calls/{SID}") -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def save(client: FlaskClient, given: Any, sid: str = SID) -> Any:
    headers = {"X-CSRFToken": form_token(client)}
    return client.post(f"/calls/{sid}/corrections", json=given, headers=headers)


def right(turn: Any, text: Any, seen: Any = 0) -> dict[str, Any]:
    return {"id": turn, "seen": seen, "text": text}


def answers(client: FlaskClient, sid: str = SID) -> list[dict[str, Any]]:
    found = re.search(r'id="answers">(.+?)</script>', client.get(f"/calls/{sid}").text, re.S)
    assert found
    read: list[dict[str, Any]] = json.loads(found[1])
    return read


def test_doubtful_words_come_with_what_else_they_may_be(client: FlaskClient, turns: dict[str, int]) -> None:
    log_in(client)
    first = answers(client)[0]
    assert [(s["text"], s["choices"]) for s in first["spots"] if s["doubtful"]] == [("医宝", ["医保", "衣包"])]
    assert "".join(s["text"] for s in first["spots"]) == SAIDS[0].heard
    assert sum(s["doubtful"] for one in answers(client) for s in one["spots"]) == 3


def test_what_is_put_right_arrives_where_it_is_learnt_from(
    client: FlaskClient, store: Store, turns: dict[str, int]
) -> None:
    log_in(client)
    answer = save(client, [right(turns[FIRST], f"  {FIRST} ")])
    assert (answer.status_code, answer.json["stale"]) == (200, [])
    assert answer.json["kept"][0]["id"] == turns[FIRST]
    with store.open() as office:
        (learnt,) = _corrected(office)
    assert (learnt.said, learnt.heard[0]) == (FIRST, SAIDS[0].heard)
    page = client.get(f"/calls/{SID}").text
    assert "刘干事改的" in page
    assert SAIDS[0].heard in page, "what the machine heard stays"


def test_two_clerks_at_one_answer_read_who_was_quicker_and_lose_nothing(
    client: FlaskClient, store: Store, settings: Settings, clock: Clock, turns: dict[str, int]
) -> None:
    a_colleague(store, "chen", "陈明")
    other = app_over(store, settings, clock).test_client()
    log_in(client)
    log_in(other, username="chen")
    assert save(other, [right(turns[FIRST], "我想把医保续一下")]).status_code == 200
    mine = [
        right(turns[FIRST], FIRST),
        {"id": turns[SAIDS[1].said], "seen": 0, "text": "去窗口"},
    ]
    told = save(client, mine).json
    assert [one["id"] for one in told["kept"]] == [turns[SAIDS[1].said]], "the rest is kept"
    (stale,) = told["stale"]
    assert "陈明" in stale["says"]
    assert "我想把医保续一下" in stale["says"]
    again = save(client, [{"id": turns[FIRST], "seen": stale["seen"], "text": FIRST}]).json
    assert len(again["kept"]) == 1
    with store.open() as office:
        assert office.transcripts.corrections()[turns[FIRST]] == FIRST


def test_names_and_numbers_are_masked_and_what_is_masked_cannot_be_put_right(
    client: FlaskClient, store: Store, turns: dict[str, int]
) -> None:
    log_in(client)
    page = client.get(f"/calls/{SID}").text
    assert "王桂花" not in page
    assert "13900000009" not in page
    assert next(one for one in answers(client) if one["id"] == turns[NAME])["locked"]
    assert save(client, [right(turns[NAME], "我叫黄桂花")]).status_code == 400
    with store.open() as office:
        assert office.transcripts.corrections() == {}


@pytest.mark.parametrize(
    "given",
    [
        None, [], {}, "x", [1], [{"id": 1}], [right("1", "好")], [{**right(1, "好"), "id": True}], [right(1, 5)],
        [right(2**40, "好")], [right(-1, "好")], [right(99, "好")], [right(1, "")], [right(1, " ")],
        [right(1, "好" * 501)], [right(1, "a\0b")], [right(1, "我叫＊＊＊")], [right(1, "好")] * 201,
        [right(1, "好"), right(1, "")],
    ],
)  # fmt: skip
def test_corrections_that_are_none_keep_nothing(
    client: FlaskClient, store: Store, turns: dict[str, int], given: Any
) -> None:
    log_in(client)
    answer = save(client, given)
    assert answer.status_code == 400
    assert "没存上" in answer.json["says"]
    with store.open() as office:
        assert office.transcripts.corrections() == {}


def test_a_turn_of_another_call_is_not_put_right_from_this_one(
    client: FlaskClient, store: Store, a_call: int, turns: dict[str, int]
) -> None:
    log_in(client)
    assert save(client, [right(a_call, "好")]).status_code == 400
    assert save(client, [right(a_call, "好")], "CA404").status_code == 404


def test_nobody_corrects_without_logging_in_or_from_another_page(
    client: FlaskClient, turns: dict[str, int]
) -> None:
    given = [right(turns[FIRST], "好")]
    assert client.post(f"/calls/{SID}/corrections", json=given).location == "/login"
    log_in(client)
    assert client.post(f"/calls/{SID}/corrections", json=given).status_code == 400


def test_words_of_callers_are_never_markup(client: FlaskClient, store: Store, turns: dict[str, int]) -> None:
    log_in(client)
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
    assert save(client, [right(turns[FIRST], evil)]).status_code == 200
    page = client.get(f"/calls/{SID}").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert answers(client)[0]["spots"][0]["text"] == evil


def test_the_least_certain_call_waits_first_until_somebody_has_been_through_it(
    client: FlaskClient, store: Store, clock: Clock, a_call: int, turns: dict[str, int]
) -> None:
    log_in(client)
    page = client.get("/review").text
    assert page.index("/calls/CA9") < page.index("/calls/CA1")
    assert "52%" in page
    assert "13900000009" not in page
    assert client.get("/review/next").location == "/calls/CA9"
    assert client.get("/review/next?after=CA9").location == "/calls/CA1"
    assert done(client, version=0, seconds=95).location == "/review/next?after=CA9"
    assert "/calls/CA9" not in client.get("/review").text
    assert "刘干事 11月24日 09:30 复查过，用时 1:35" in client.get("/calls/CA9").text


def done(client: FlaskClient, *, version: int, seconds: int) -> Any:
    form = {"version": version, "seconds": seconds, "csrf_token": form_token(client)}
    return client.post(f"/calls/{SID}/reviewed", data=form)


def test_two_clerks_through_one_call_are_told(
    client: FlaskClient, store: Store, settings: Settings, clock: Clock, turns: dict[str, int]
) -> None:
    a_colleague(store, "chen", "陈明")
    other = app_over(store, settings, clock).test_client()
    log_in(client)
    log_in(other, username="chen")
    client.get(f"/calls/{SID}")
    assert "刘干事正在听这通电话" in other.get(f"/calls/{SID}").text
    assert "/calls/CA9" not in other.get("/review").text, "nobody is sent to what another has open"
    assert done(other, version=0, seconds=10).location == "/review/next?after=CA9"
    assert done(client, version=0, seconds=20).location == "/calls/CA9"
    assert "陈明 09:30 已经复查过这通电话" in client.get("/calls/CA9").text
    with store.open() as office:
        row = office.session.get(CallReviewRow, SID)
        assert row is not None
        assert (row.reviewed_by, row.seconds, row.reviewed_at) == ("chen", 10, NOW)


@pytest.mark.parametrize("form", [{}, {"version": "x"}, {"version": "7", "seconds": "-5"}])
def test_a_review_that_saw_something_else_is_not_kept(
    client: FlaskClient, store: Store, turns: dict[str, int], form: dict[str, str]
) -> None:
    log_in(client)
    answer = client.post(f"/calls/{SID}/reviewed", data=form | {"csrf_token": form_token(client)})
    assert answer.location == "/calls/CA9"
    with store.open() as office:
        row = office.session.get(CallReviewRow, SID)
        assert row is not None
        assert row.reviewed_by == ""


def test_an_auditor_reads_but_neither_writes_nor_holds(
    client: FlaskClient, store: Store, turns: dict[str, int]
) -> None:
    a_colleague(store, "shen", "审计", role="auditor", place="")
    log_in(client, username="shen")
    page = client.get(f"/calls/{SID}").text
    assert 'data-writes="no"' in page
    assert "补一个预约" not in page
    assert client.get("/review").status_code == 403
    assert save(client, [right(turns[FIRST], "好")]).status_code == 403
    with store.open() as office:
        assert office.session.get(CallReviewRow, SID) is None


def test_another_village_sees_and_corrects_nothing(
    client: FlaskClient, store: Store, turns: dict[str, int]
) -> None:
    a_colleague(store, "cun", "二村", role="village", place="")
    log_in(client, username="cun")
    headers = {"X-CSRFToken": form_token(client, "/calls")}
    assert client.get(f"/calls/{SID}").status_code == 404
    assert "/calls/CA9" not in client.get("/review").text
    given = [right(turns[FIRST], "好")]
    assert client.post(f"/calls/{SID}/corrections", json=given, headers=headers).status_code == 404
    assert client.post(f"/calls/{SID}/reviewed", headers=headers).status_code == 404
