"""Who waits, who works when, the day's sheet, and one's own calendar address."""

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline.domain.duty import DayKind, Duty, Line, Person
from hotline.store.feed_tokens import FeedTokens
from hotline.store.tables import LookRow, WaitingRow
from hotline.store.unit_of_work import Store
from tests.console.appointment_hall import Hall
from tests.console.conftest import NOW
from tests.console.office_day import busy_week, hire


@pytest.fixture
def hall(client: FlaskClient, store: Store) -> Hall:
    return Hall(client, store, busy_week(store))


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
    for said in ("黄*菊", "136****2222", "11月26日 上午", "已问，留到11月24日 09:50", "1次没回"):
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
    assert "刘芳 09:00-12:00 14:00-17:00" in " ".join(re.sub("<[^>]+>", "", page).split())
    assert "白天：甲一、乙二" in page
    assert "13800000000" not in page
    form = {"day": "2026-11-25", "one": "甲一", "other": "乙二"}
    assert hall.client.post("/appointments/swaps", data=form | {"csrf_token": hall.token}).status_code == 403
    hall.enter("wen")
    form["csrf_token"] = hall.token
    assert hall.client.post("/appointments/swaps", data=form).status_code == 302
    assert "11月25日 星期三：甲一 ⇄ 乙二" in hall.see("/appointments/rosters?day=2026-11-25")
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
        looks = [
            (look.what, look.reason)
            for look in office.session.scalars(select(LookRow).where(LookRow.kind == "look"))
        ]
    assert looks[-1:] == [("day sheet of window:1 2026-11-24", "日程单")]
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
