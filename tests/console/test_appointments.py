"""Appointments in the calendar and by themselves: who sees which, every move, booking, rosters, sheets, feeds."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from hotline.domain.appointments import Appointment
from hotline.domain.duty import DayKind, Duty, Line, Person
from hotline.store.feed_tokens import FeedTokens
from hotline.store.tables import AppointmentRow, LookRow, MessageRow, WaitingRow
from hotline.store.unit_of_work import Store
from tests.console.conftest import NOW, Clock
from tests.console.office_day import busy_week, enter, hire

SPAN = "start=2026-11-23T00:00:00&end=2026-11-30T00:00:00"


@dataclass
class Hall:
    """Somebody logged in among the appointments of a week."""

    client: FlaskClient
    store: Store
    codes: dict[str, str]
    token: str = ""

    def enter(self, username: str) -> None:
        self.token = enter(self.client, username)

    def see(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, path
        return unescape(answer.text)

    def now(self, which: str) -> Appointment:
        with self.store.open() as office:
            found = office.appointments.by_code(self.codes[which])
            assert found is not None
            return found

    def move(self, which: str, move: str, **form: Any) -> TestResponse:
        sent = {"csrf_token": self.token, "version": self.now(which).version, "move": move} | form
        return self.client.post(f"/appointments/{self.codes[which]}/moves", data=sent)

    def drag(self, which: str, **sent: Any) -> TestResponse:
        path = f"/appointments/{self.codes[which]}/drag"
        body = {"version": self.now(which).version} | sent
        return self.client.post(path, json=body, headers={"X-CSRFToken": self.token})

    def free(self, which: str, nth: int = 0) -> str:
        page = self.see(f"/appointments/{self.codes[which]}?move=change")
        return re.findall(r'<option value="(2026[^"]+)"', page)[nth]


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
    for said in ("周国平", "材料齐了", "已送达", "5/5", "刘干事"):
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


def test_who_waits_is_shown_masked_with_what_is_held(hall: Hall) -> None:
    with hall.store.open() as office:
        row = WaitingRow(
            service="1", place="window", village="V01", name="黄秋菊", number="13611112222",
            wish="2026-11-26/morning", minutes=15, name_recording="", for_whom="", text_to="", state="asked",
            lapses=1, offer=None, held_until=NOW + timedelta(minutes=20),
            last_offered=None, conversation="", joined_at=NOW,
        )  # fmt: skip
        office.session.add(row)
        office.commit()
    hall.enter("liu")
    page = hall.see("/appointments/waiting")
    for said in ("黄*菊", "136****2222", "2026-11-26 上午", "已问，留到11月24日 09:50", "1次没回"):
        assert said in page
    hall.enter("hu")
    assert "黄*菊" not in hall.see("/appointments/waiting")


def test_rosters_show_who_works_when_and_a_supervisor_swaps_duty(hall: Hall) -> None:
    with hall.store.open() as office:
        nine, six = time(8), time(18)
        duties = [
            Duty(Line.ORDINARY, DayKind.WORKING, nine, six, n + 1, Person(name, f"1380000000{n}"))
            for n, name in enumerate(("甲一", "乙二"))
        ]
        office.duty.replace(duties)
        office.commit()
    hall.enter("liu")
    page = hall.see("/appointments/rosters?day=2026-11-24")
    assert "刘芳 09:00-12:00 14:00-17:00" in page
    assert "白天：甲一、乙二" in page
    assert "13800000000" not in page
    form = {"day": "2026-11-25", "one": "甲一", "other": "乙二"}
    assert hall.client.post("/appointments/swaps", data=form | {"csrf_token": hall.token}).status_code == 403
    hall.enter("wen")
    form["csrf_token"] = hall.token
    assert hall.client.post("/appointments/swaps", data=form).status_code == 302
    assert "2026-11-25：甲一 ⇄ 乙二" in hall.see("/appointments/rosters?day=2026-11-25")
    again = hall.client.post("/appointments/swaps", data=form)
    assert (again.status_code, "已经换过班" in again.text) == (409, True)
    assert hall.client.post("/appointments/swaps", data=form | {"day": "soon"}).status_code == 400


def test_the_days_sheet_is_for_ones_own_desk_and_the_look_is_written_down(hall: Hall) -> None:
    hall.enter("liu")
    page = hall.client.get("/appointments/sheet?desk=window:1&day=2026-11-24")
    assert "李大山" in page.text
    nonce = re.search(r'<style nonce="([^"]+)">', page.text)
    assert nonce is not None
    assert nonce[1] in page.headers["Content-Security-Policy"]
    assert "李大山" not in hall.see("/appointments/sheet?desk=village:V01&day=2026-11-24")
    with hall.store.open() as office:
        looks = [(look.what, look.reason) for look in office.session.scalars(select(LookRow))]
    assert looks == [("day sheet of window:1 2026-11-24", "日程单")]
    hall.enter("audit")
    assert hall.client.get("/appointments/sheet?desk=window:1").status_code == 403


def test_ones_own_calendar_address_is_shown_once_and_can_be_ended(hall: Hall) -> None:
    hall.enter("liu")
    assert "排班表上没有您" in hall.see("/appointments/feed")
    assert hall.client.post("/appointments/feed", data={"csrf_token": hall.token}).status_code == 409
    with hall.store.open() as office:
        others = FeedTokens(office.session).issue("wen", "liuf", NOW)
        own = FeedTokens(office.session).issue("liu", "liuf", NOW)
        office.commit()
    page = hall.see("/appointments/feed")
    assert str(own) not in page
    assert str(others) not in page
    end = {"csrf_token": hall.token}
    assert hall.client.post("/appointments/feed/1/end", data=end).status_code == 404
    assert hall.client.post("/appointments/feed/2/end", data=end).status_code == 302
    assert "已停用" in hall.see("/appointments/feed")


def test_a_clerk_on_the_rosters_gets_an_address(hall: Hall, store: Store) -> None:
    hire(store, (("liuf", "刘芳", "clerk", "window:1", ""),))
    hall.enter("liuf")
    page = hall.client.post("/appointments/feed", data={"csrf_token": hall.token}).text
    found = re.search(r"/feeds/([A-Za-z0-9_-]{43})\.ics", page)
    assert found is not None
    with store.open() as office:
        opened = FeedTokens(office.session).opens(found[1], NOW)
    assert opened is not None
    assert (opened.clerk, opened.in_full) == ("liuf", False)
    assert found[1] not in hall.see("/appointments/feed")
