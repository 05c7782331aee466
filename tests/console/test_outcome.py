"""Another outcome for a call: the resident is told, the history says who did it, a refusal says why."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline.config import Settings
from hotline.domain.grievances import Told
from hotline.store.tables import AppointmentRow, CaseEventRow, GrievanceRow, MessageRow
from hotline.store.unit_of_work import Store
from tests.console.conftest import NOW, Clock, app_over, log_in
from tests.console.recorded_call import SAIDS, SID, a_colleague, two_minutes
from tests.console.test_review import form_token

Post = Callable[..., Any]
LAMP, WATER = "G4", "G1"


@pytest.fixture
def post(client: FlaskClient) -> Post:
    """Sends a form of the page of a call as htmx does."""
    log_in(client)
    token = form_token(client, "/calls")

    def send(path: str, **form: Any) -> Any:
        headers = {"HX-Request": "true", "X-CSRFToken": token}
        return client.post(path, data=form, headers=headers)

    return send


def texts(store: Store) -> list[str]:
    with store.open() as office:
        return list(office.session.scalars(select(MessageRow.body).order_by(MessageRow.id)))


def times(client: FlaskClient, path: str) -> list[str]:
    return re.findall(r'value="(2[^"]+)"', client.get(path).text)


def test_what_was_booked_is_moved_and_called_off_with_the_resident_told(
    client: FlaskClient, store: Store, a_call: int, post: Post
) -> None:
    free = times(client, "/calls/CA1/times?code=307294")
    moved = post("/calls/CA1/appointments/307294/move", starts_at=free[5], version=1)
    assert moved.status_code == 200
    assert "短信会告诉居民" in moved.text
    assert "刘干事 改了时间" in moved.text
    stale = post("/calls/CA1/appointments/307294/cancel", version=1)
    assert stale.status_code == 409
    assert "别人刚改过" in stale.text
    assert "刘干事 改了时间" in stale.text, "who changed what meanwhile"
    assert post("/calls/CA1/appointments/307294/cancel", version=2).status_code == 200
    with store.open() as office:
        row = office.session.scalars(select(AppointmentRow)).one()
        assert row.status == "cancelled"
        assert [move.by for move in office.appointments.moves(row.id)] == ["staff:liu", "staff:liu"]
    assert len(texts(store)) == 2


def test_a_booking_the_machine_missed_is_made_once_for_whoever_rang(
    client: FlaskClient, store: Store, settings: Settings, post: Post
) -> None:
    two_minutes(store, settings)
    form = {"service": "1", "village": "V01", "place": "window"}
    free = times(client, f"/calls/{SID}/times?service=1&village=V01&place=window")
    lacking = post(f"/calls/{SID}/appointments", **form, starts_at="", name="李四")
    assert lacking.status_code == 409
    assert "请选一个时间" in lacking.text
    assert 'value="李四"' in lacking.text, "nothing typed is lost"
    booked = post(f"/calls/{SID}/appointments", **form, starts_at=free[0], name="")
    assert booked.status_code == 200
    assert "约好了，预约号" in booked.text
    with store.open() as office:
        row = office.session.scalars(select(AppointmentRow)).one()
        assert (row.name, row.conversation, row.number) == ("王桂花", "c9", "13900000009")
        assert [move.by for move in office.appointments.moves(row.id)] == ["staff:liu"]
    (text,) = texts(store)
    assert row.code in text


def test_a_case_the_machine_missed_is_opened_in_the_callers_words_and_put_right(
    client: FlaskClient, store: Store, settings: Settings, post: Post
) -> None:
    two_minutes(store, settings)
    opened = post(f"/calls/{SID}/cases", topic=LAMP, village="V01", where="村小学旁边", story="", name="")
    assert opened.status_code == 200, opened.text
    with store.open() as office:
        row = office.session.scalars(select(GrievanceRow)).one()
        assert row.story == SAIDS[4].heard
        assert (row.name, row.recording) == ("王桂花", "2026/t4.wav")
        first = office.session.scalars(select(CaseEventRow).order_by(CaseEventRow.id)).first()
        assert first is not None
        assert (first.move, first.actor) == ("accept", "liu")
    assert any(row.code in text for text in texts(store))
    path, told = f"/calls/{SID}/cases/{row.code}/classify", len(texts(store))
    same = post(path, topic=LAMP, village="V01", version=row.version)
    assert (same.status_code, "都没有变" in same.text) == (409, True)
    right = post(path, topic=WATER, village="V01", version=row.version, reason="是水不是灯")
    assert right.status_code == 200, right.text
    assert len(texts(store)) > told
    assert "刘干事 改分类" in right.text
    stale = post(path, topic=LAMP, village="V01", version=row.version)
    assert (stale.status_code, "别人刚改过" in stale.text) == (409, True)


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("appointments/307294/move", {"starts_at": "2026-11-26T09:00:00", "version": 1}, 409),
        ("appointments/307294/move", {"starts_at": "<script>", "version": 1}, 409),
        ("appointments/000000/cancel", {"version": 1}, 409),
        ("appointments", {"service": "999", "village": "V01", "place": "window"}, 409),
        ("appointments", {"service": "1", "village": "V01", "place": "moon"}, 409),
        ("cases", {"topic": "G99", "village": "V01"}, 409),
        ("cases", {"topic": LAMP, "village": "V01", "story": "x" * 1001, "name": "王"}, 409),
        ("cases", {"topic": LAMP, "village": "V01", "story": "路灯坏了"}, 409),
        ("cases/123456/classify", {"topic": LAMP, "village": "V01", "version": 1}, 409),
    ],
)
def test_what_cannot_be_done_says_why_and_changes_nothing(
    client: FlaskClient, store: Store, a_call: int, post: Post, path: str, form: dict[str, Any], status: int
) -> None:
    answer = post(f"/calls/CA1/{path}", **form)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert "<script>" not in answer.text
    assert texts(store) == []


def test_nobody_changes_what_lies_out_of_sight(
    client: FlaskClient, store: Store, settings: Settings, clock: Clock, a_call: int, post: Post
) -> None:
    with store.open() as office:
        told = Told(topic="G15", story="窗口的人态度差", village="V01", group="", where="", name="", number="1",
                    callback_number="")  # fmt: skip
        office.grievances.add(told, code="444444", sign_by=NOW, conversation="c1")
        office.commit()
    assert client.get("/calls/CA1").status_code == 404, "something confidential was told in it"
    assert post("/calls/CA1/appointments/307294/cancel", version=1).status_code == 404
    assert client.get("/calls/CA1/times?code=307294").status_code == 404
    a_colleague(store, "cun", "二村", role="village", place="")
    other = app_over(store, settings, clock).test_client()
    log_in(other, username="cun")
    headers = {"X-CSRFToken": form_token(other, "/calls")}
    assert other.post("/calls/CA1/cases", data={}, headers=headers).status_code == 404
