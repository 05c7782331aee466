"""Point 4, appointments: dragged to a free hour, refused at night, and the lists beside the calendar."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from hotline.domain.calendar import TOWN_TIME
from hotline.store.tables import LookRow, WaitingRow
from hotline.store.unit_of_work import Store
from tests.nine_points.bookings import books, drag, row_of, shown
from tests.nine_points.conftest import Sits
from tests.nine_points.handsets import Lines

pytestmark = pytest.mark.browser


def test_a_booking_dragged_to_a_free_hour_is_moved_and_the_resident_reads_it(
    sits: Sits, records: Store, telephones: Lines
) -> None:
    desk = sits("supervisor")
    with telephones.plugged("13907379201") as his:
        booked = books(desk, "易水生", "13907379201")
        assert "预约成功" in his.reads(booked.code)
        desk.reads()
        event = shown(desk, booked, "易*生")
        seen = his.so_far
        drag(desk.page, event, 1)
        expect(desk.page.locator("#said")).to_contain_text("已告知本人")
        assert "预约已改到" in his.reads(booked.code, since=seen)
    after = row_of(records, booked.code)
    assert after.starts_at.astimezone(TOWN_TIME) == booked.at + timedelta(hours=1)
    assert after.version == 2
    expect(desk.page.locator(".ec-event:not(.ec-bg-event)", has_text="10:00 易*生")).to_be_visible()
    desk.reads()


def test_a_booking_dragged_into_the_night_goes_back_and_says_why(sits: Sits, records: Store) -> None:
    desk = sits("supervisor")
    booked = books(desk, "易春花", "13907379202", hour=15)
    event = shown(desk, booked, "易*花")
    drag(desk.page, event, 4.5)
    expect(desk.page.locator("#said")).to_contain_text("没有空位")
    desk.was_refused(409)
    expect(desk.page.locator(".ec-event:not(.ec-bg-event)", has_text="15:00 易*花")).to_be_visible()
    assert row_of(records, booked.code).version == 1


def test_a_calendar_by_clerk_and_by_village_a_roster_and_a_day_sheet(sits: Sits, records: Store) -> None:
    desk = sits("supervisor")
    page = desk.page
    booked = books(desk, "易冬生", "13907379203")
    for by in ("clerk", "village"):
        desk.goes(f"/appointments?by={by}")
        expect(page.locator(".ec-event, .ec-day").first).to_be_attached()
    desk.goes("/appointments/rosters")
    expect(page.get_by_role("region", name="谁在哪里")).to_contain_text("窗口")
    desk.goes("/appointments/sheet")
    page.get_by_label("哪一天").fill(booked.at.date().isoformat())
    row = row_of(records, booked.code)
    page.get_by_label("哪里").select_option(value=row.desk)
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="打开").click()
    sheet = opened.value
    expect(sheet.get_by_text("易冬生")).to_be_visible()
    sheet.close()
    with records.open() as office:
        looks = office.session.scalars(select(LookRow.what).where(LookRow.username == "supervisor")).all()
    assert any(what.startswith(f"day sheet of {row.desk}") for what in looks)


def test_who_found_no_place_stands_on_the_waiting_list(sits: Sits, records: Store, telephones: Lines) -> None:
    """The simulated town has nobody who goes from house to house."""
    with telephones.plugged("13907379204") as his:
        assert "要等吗" in his.writes("我叫易等闲，石桥村的，想请你们上门来办残疾证，礼拜三上午")
        assert "有了空位就告诉您" in his.writes("要得")
    with records.open() as office:
        wait = office.session.scalars(select(WaitingRow).where(WaitingRow.number.endswith("13907379204"))).one()
        assert (wait.name, wait.place, wait.state) == ("易等闲", "home", "waiting")
    desk = sits("supervisor")
    desk.goes("/appointments/waiting")
    row = desk.page.get_by_role("region", name="候补").locator("tr", has_text="139****9204")
    expect(row).to_contain_text("易*闲")
    expect(row).to_contain_text("排着")
