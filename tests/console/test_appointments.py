"""Appointments in the calendar and by themselves: who sees which, every move, booking, rosters, sheets, feeds."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from hotline.store.tables import AppointmentRow, MessageRow
from hotline.store.unit_of_work import Store
from tests.console.appointment_hall import Hall
from tests.console.conftest import NOW, Clock
from tests.console.office_day import busy_week

SPAN = "start=2026-11-23T00:00:00&end=2026-11-30T00:00:00"


@pytest.fixture
def hall(client: FlaskClient, store: Store) -> Hall:
    return Hall(client, store, busy_week(store))


def shown(hall: Hall, by: str = "window") -> dict[str, Any]:
    found = json.loads(hall.see(f"/appointments/events?by={by}&{SPAN}"))
    return {one["id"]: one for one in found if not one["id"].startswith("duty-")}


@pytest.mark.parametrize("by", ["window", "clerk", "village"])
def test_the_calendar_is_divided_by_window_clerk_or_village(hall: Hall, by: str) -> None:
    hall.enter("wen")
    found = shown(hall, by)
    assert set(found) == set(hall.codes.values())
    one = found[hall.codes["station"]]
    assert one["resourceIds"] == [{"window": "village:V01", "clerk": "gongzw", "village": "V01"}[by]]
    assert "王*花" in one["title"]
    assert one["startEditable"] is True
    page = hall.see(f"/appointments?by={by}")
    assert '"id": "' + one["resourceIds"][0] in page


def test_each_sees_their_own_part_of_the_calendar(hall: Hall) -> None:
    for username, sees in (
        ("liu", {"soon", "later"}),
        ("fu", {"station"}),
        ("hu", set()),
        ("audit", set(hall.codes)),
    ):
        hall.enter(username)
        assert set(shown(hall)) == {hall.codes[name] for name in sees}, username
    hall.enter("audit")
    assert not any(one["startEditable"] for one in shown(hall).values())
    assert hall.drag("soon", starts_at="2026-11-25T09:00:00").status_code == 403
    hall.enter("fu")
    assert hall.client.get(f"/appointments/{hall.codes['soon']}").status_code == 404
    assert hall.move("soon", "cancel").status_code == 404
    assert hall.drag("soon", starts_at="2026-11-25T09:00:00").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "", "by=window", f"by=other&{SPAN}", "by=window&start=x&end=y",
        "by=window&start=2026-11-24T00:00:00&end=2027-11-24T00:00:00", "by=window&start=2026-12-01&end=2026-11-01",
    ],
)  # fmt: skip
def test_a_span_that_is_none_is_not_understood(hall: Hall, query: str) -> None:
    hall.enter("wen")
    assert hall.client.get(f"/appointments/events?{query}").status_code == 400


def test_dragging_moves_it_and_tells_the_resident(hall: Hall) -> None:
    hall.enter("liu")
    at = hall.free("soon", 8)
    answer = hall.drag("soon", starts_at=at)
    assert answer.status_code == 200
    assert "已告知本人" in answer.get_json()["says"]
    assert hall.now("soon").starts_at == datetime.fromisoformat(at)
    with hall.store.open() as office:
        told = office.session.scalars(select(MessageRow.to)).all()
    assert told == ["13900001111"]


def test_a_drag_that_cannot_be_goes_back_and_says_why(hall: Hall) -> None:
    hall.enter("liu")
    before = hall.now("soon")
    night, gone = "2026-11-25T03:00:00", (NOW - timedelta(days=1)).isoformat()
    for sent, says in (
        ({"starts_at": night}, "没有空位"),
        ({"starts_at": gone}, "已经过了"),
        ({"starts_at": hall.free("soon", 3), "version": 7}, "别人刚改过"),
        ({"starts_at": "soon"}, "请选一个时间"),
        ({"starts_at": None}, "请选一个时间"),
    ):
        answer = hall.drag("soon", **sent)
        assert (answer.status_code, says in answer.get_json()["says"]) == (409, True), sent
    headers = {"X-CSRFToken": hall.token}
    path = f"/appointments/{hall.codes['soon']}/drag"
    assert hall.client.post(path, data="[1]", headers=headers, content_type="application/json").status_code == 409
    assert hall.client.post(path, json={"starts_at": night}).status_code == 400, "not from another page"
    assert hall.now("soon") == before


def test_who_drags_again_at_once_drags_what_stands_now(hall: Hall) -> None:
    hall.enter("liu")
    first = hall.drag("soon", starts_at=hall.free("soon", 3)).get_json()
    assert first["version"] == hall.now("soon").version
    assert hall.drag("soon", starts_at=hall.free("soon", 5), version=first["version"]).status_code == 200


def test_every_move_by_its_form_for_the_keyboard(hall: Hall, clock: Clock) -> None:
    hall.enter("liu")
    assert hall.move("later", "change", starts_at=hall.free("later", 5)).status_code == 302
    assert hall.move("later", "cancel").status_code == 302
    assert hall.now("later").status == "cancelled"
    assert hall.move("soon", "helper", agent="周国平").status_code == 302
    assert hall.move("soon", "progress", text="材料齐了").status_code == 302
    assert hall.move("soon", "arrived").status_code == 302
    assert hall.move("soon", "done").status_code == 302
    assert hall.move("soon", "rating", rating="5").status_code == 409
    assert hall.move("soon", "delivery").status_code == 302
    assert hall.move("soon", "rating", rating="5").status_code == 302
    page = hall.see(f"/appointments/{hall.codes['soon']}")
    for said in ("周国平", "材料齐了", "已送达", "非常满意", "刘干事"):
        assert said in page
    clock.now = hall.now("station").starts_at + timedelta(minutes=1)
    hall.enter("fu")
    assert hall.move("station", "no_show").status_code == 302
    assert hall.now("station").status == "no_show"


def test_of_two_who_move_at_once_the_second_reads_who_was_quicker(hall: Hall) -> None:
    hall.enter("wen")
    seen, at = hall.now("soon").version, hall.free("soon", 6)
    assert hall.move("soon", "change", starts_at=hall.free("soon", 4)).status_code == 302
    hall.enter("liu")
    answer = hall.move("soon", "change", starts_at=at, version=seen)
    page = unescape(answer.text)
    assert answer.status_code == 409
    for said in ("别人刚改过", "文所长", "改了时间", f'value="{at}" selected'):
        assert said in page


def test_somebody_at_the_counter_is_booked_for(hall: Hall) -> None:
    hall.enter("liu")
    page = hall.see("/appointments/new?service=1&place=window&village=V04")
    at = re.findall(r'<option value="(2026[^"]+)"', page)[2]
    form = {
        "csrf_token": hall.token, "service": "1", "place": "window", "village": "V04", "starts_at": at,
        "name": "<i>赵四</i>", "number": "138 0000 1234", "note": "坐轮椅",
    }  # fmt: skip
    answer = hall.client.post("/appointments/new", data=form)
    assert answer.status_code == 302
    page = hall.client.get(answer.location).text
    assert "坐轮椅" in page
    assert "<i>赵四" not in page
    again = hall.client.post("/appointments/new", data=form | {"starts_at": "2026-11-25T03:00:00+08:00"})
    assert (again.status_code, "没有空位" in again.text, "坐轮椅" in again.text) == (409, True, True)
    with hall.store.open() as office:
        row = office.session.scalars(select(AppointmentRow).where(AppointmentRow.village == "V04")).one()
        assert (row.number, row.starts_at) == ("13800001234", datetime.fromisoformat(at))
        resident = office.records.resident("13800001234")
        assert resident is not None
        assert office.session.scalars(select(MessageRow.to)).all() == ["13800001234"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": ""}, 409), ({"name": "长" * 41}, 409), ({"number": "abc"}, 409), ({"number": "1" * 30}, 409),
        ({"note": "长" * 201}, 409), ({"starts_at": "x"}, 409), ({"service": "99"}, 400), ({"place": "moon"}, 400),
        ({"village": "V99"}, 400), ({"place": "home"}, 409), ({"name": "a\0b"}, 409),
    ],
)  # fmt: skip
def test_a_booking_that_is_not_right_is_refused(hall: Hall, change: dict[str, str], status: int) -> None:
    hall.enter("liu")
    form = {
        "csrf_token": hall.token, "service": "1", "place": "window", "village": "V04", "name": "赵四",
        "number": "", "starts_at": "2026-11-25T09:00:00+08:00",
    }  # fmt: skip
    assert hall.client.post("/appointments/new", data=form | change).status_code == status
    with hall.store.open() as office:
        assert office.session.scalar(select(func.count()).select_from(AppointmentRow)) == 3
