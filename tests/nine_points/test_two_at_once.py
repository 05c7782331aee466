"""Point 9, two at once: whoever comes second reads who changed what and when, and nothing of theirs is lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from hotline.store.tables import ContactWishRow, GrievanceRow, ResidentRow
from hotline.store.unit_of_work import Store
from tests.console.test_in_browser import press
from tests.nine_points.bookings import books, row_of
from tests.nine_points.complaints import writes
from tests.nine_points.conftest import Sits
from tests.nine_points.handsets import Lines
from tests.nine_points.rung import Rung

pytestmark = pytest.mark.browser

AT = re.compile(r"\d\d:\d\d")


def test_an_appointment_moved_by_two(sits: Sits, records: Store) -> None:
    first, second = sits("supervisor"), sits("window")
    booked = books(first, "龚先到", "13907379901")
    for desk in (first, second):
        desk.goes(f"/appointments/{booked.code}?move=change")
    first.page.get_by_label("改到什么时候？").select_option(index=3)
    first.page.locator("#move-change").get_by_role("button", name="改时间").click()
    first.sees("改好时间，已告知本人")
    meant = row_of(records, booked.code).starts_at
    second.page.get_by_label("改到什么时候？").select_option(index=6)
    second.page.locator("#move-change").get_by_role("button", name="改时间").click()
    notice = second.page.locator("[role=alert][data-focus]")
    expect(notice).to_contain_text("别人刚改过，请再看一遍")
    expect(notice).to_contain_text("王主任")
    expect(notice).to_contain_text("改了时间")
    expect(notice).to_contain_text(AT)
    second.was_refused(409)
    second.reads()
    after = row_of(records, booked.code)
    assert (after.starts_at, after.version) == (meant, 2)


def test_a_case_worked_by_two_keeps_what_the_second_wrote(sits: Sits, records: Store, telephones: Lines) -> None:
    with telephones.plugged("13907379902") as hers:
        code = writes(hers, "龚秀兰", "垃圾桶满了没人拖", records)
    first, second = sits("supervisor"), sits("window")
    first.goes(f"/cases/{code}")
    second.goes(f"/cases/{code}")
    first.page.locator("#move-sign summary").click()
    first.page.locator("#move-sign").get_by_role("button", name="签收").click()
    expect(first.page.get_by_role("status").first).to_contain_text("已签收")
    form = second.page.locator("#move-classify")
    form.locator("summary").click()
    form.locator("textarea").fill("是垃圾的事，不是路灯")
    form.get_by_role("button", name="改分类").click()
    notice = second.page.locator("[role=alert][data-focus]")
    expect(notice).to_contain_text("王主任")
    expect(notice).to_contain_text("签收")
    expect(notice).to_contain_text(AT)
    expect(second.page.get_by_text("是垃圾的事，不是路灯").first).to_be_attached()
    second.was_refused(409)
    with records.open() as office:
        case = office.session.scalars(select(GrievanceRow).where(GrievanceRow.code == code)).one()
        assert case.status == "signed"


def test_an_answer_put_right_by_two_says_whose_word_stands_there(sits: Sits, rung: Rung, records: Store) -> None:
    first, second = sits("window"), sits("supervisor")
    for desk in (first, second):
        desk.page.goto(f"/calls/{rung.sid}")
        expect(desk.page.locator("#review[data-ready]")).to_be_visible()
    for desk, words in ((first, "我要来办一个老年证"), (second, "我来办个老年证")):
        press(desk.page, "e")
        desk.page.get_by_label("来电人说的是").fill(words)
        press(desk.page, "Enter", "s")
    notice = second.page.locator(".beside:not([hidden])")
    expect(notice).to_contain_text("刘芳")
    expect(notice).to_contain_text("我要来办一个老年证")
    expect(notice).to_contain_text(AT)
    second.reads()
    press(second.page, "s")
    expect(second.page.locator("#review-status")).to_contain_text("存好了 1 句")
    with records.open() as office:
        assert "我来办个老年证" in office.transcripts.corrections(rung.sid).values()


def test_wishes_of_a_resident_written_by_two(sits: Sits, rung: Rung, records: Store) -> None:
    with records.open() as office:
        row = office.session.scalars(select(ResidentRow).where(ResidentRow.number.endswith(rung.number))).one()
    first, second = sits("supervisor"), sits("window")
    for desk in (first, second):
        desk.goes(f"/residents/{row.id}")
    first.page.get_by_label("喜欢按键").check()
    first.page.get_by_role("button", name="保存").click()
    first.sees("保存好了。")
    second.page.get_by_label("退订").check()
    second.page.get_by_role("button", name="保存").click()
    notice = second.page.get_by_role("alert").first
    expect(notice).to_contain_text("别人刚改过")
    expect(notice).to_contain_text("王主任")
    expect(notice).to_contain_text(AT)
    second.was_refused(409)
    second.reads()
    with records.open() as office:
        wish = office.session.get_one(ContactWishRow, row.number)
        assert wish.keypad
        assert wish.opted_out_at is None


def test_a_call_back_is_taken_by_one(sits: Sits, records: Store, telephones: Lines) -> None:
    with telephones.plugged("13907379903") as his:
        his.writes("请给我回个电话")
    first, second = sits("window"), sits("supervisor")
    for desk in (first, second):
        desk.page.locator("tr[data-row]", has_text="139****9903").get_by_role("link").first.click()
        desk.page.wait_for_url("**/callbacks/*")
        desk.reads()
    for desk in (first, second):
        desk.page.get_by_role("button", name="我来回电").click()
        desk.page.wait_for_load_state("load")
    expect(second.page.locator("main [role=status]").first).to_contain_text("刘芳")
    second.reads()
