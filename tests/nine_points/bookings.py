"""Appointments booked at the counter, and where they stand in the calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from hotline.store.tables import AppointmentRow
from hotline.store.unit_of_work import Store
from tests.nine_points.desk import Desk

PIXELS_AN_HOUR = 4 * 23


@dataclass(frozen=True)
class Booked:
    """One appointment that somebody at the counter has made."""

    code: str
    at: datetime


def books(desk: Desk, name: str, number: str, *, hour: int = 9) -> Booked:
    """By the form of the page: 老年证 at a window, on the next day that still has this whole hour."""
    page = desk.page
    desk.goes("/appointments/new")
    page.get_by_label("办什么").select_option(value="12")
    page.get_by_label("在哪里").select_option(value="window")
    page.get_by_label("哪个村的人").select_option(value="V01")
    page.get_by_role("button", name="看空位").click()
    times = page.get_by_label("什么时候")
    offered = times.locator(f'option[value*="T{hour:02}:00"]')
    expect(offered.first).to_be_attached()
    at = str(offered.nth(1).get_attribute("value"))  # not the next one: that may be this very day
    times.select_option(value=at)
    page.get_by_label("名字").fill(name)
    page.get_by_label("电话（会发短信").fill(number)
    page.get_by_role("button", name="约好").click()
    page.wait_for_url(re.compile(r"/appointments/\d{6}$"))
    return Booked(page.url.rpartition("/")[2], datetime.fromisoformat(at))


def row_of(records: Store, code: str) -> AppointmentRow:
    with records.open() as office:
        return office.session.scalars(select(AppointmentRow).where(AppointmentRow.code == code)).one()


def shown(desk: Desk, booked: Booked, masked: str) -> Locator:
    """The appointment in the calendar of its day; the calendar is turned there by its own button."""
    page = desk.page
    page.set_viewport_size({"width": 1366, "height": 1100})  # the whole day without scrolling
    page.goto("/appointments")
    event = page.locator(".ec-event:not(.ec-bg-event)", has_text=masked)
    title = page.locator(".ec-title")
    wanted = f"{booked.at.month}月{booked.at.day}日"
    while wanted not in title.inner_text():
        before = title.inner_text()
        page.get_by_role("button", name="往后").click()
        expect(title).not_to_have_text(before)
    expect(event).to_be_visible()
    return event


def drag(page: Page, event: Locator, hours: float) -> None:
    """Down by so many hours of the calendar, as a hand does it."""
    event.hover()  # waits until it stands still
    box = event.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + min(box["height"] / 2, 10)
    page.mouse.move(x, y)
    page.mouse.down()
    for part in range(1, 9):
        page.mouse.move(x, y + hours * PIXELS_AN_HOUR * part / 8)
    page.mouse.up()
