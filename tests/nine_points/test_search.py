"""Point 3, search: over what was said, reported, booked and told; nothing that is typed stands in an address."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from hotline.masking import Mask
from hotline.store.tables import AppointmentRow, LedgerRow
from hotline.store.unit_of_work import Store
from tests.console.test_in_browser import press
from tests.nine_points.conftest import Sits
from tests.nine_points.rung import Rung

pytestmark = pytest.mark.browser


def types(page: Page, text: str) -> None:
    """Into the field of the page, which answers by itself."""
    field = page.get_by_label("说过的话")
    with page.expect_response("**/search") as answered:
        field.fill(text)
    assert answered.value.ok
    expect(page.locator("#found")).to_be_visible()


def test_chinese_initials_the_end_of_a_number_and_a_code_find_the_same_booking(
    sits: Sits, rung: Rung, records: Store
) -> None:
    with records.open() as office:
        booked = office.session.scalars(
            select(AppointmentRow).where(AppointmentRow.number.endswith(rung.number[-10:]))
        ).first()
        assert booked is not None
    desk = sits("supervisor")
    page = desk.page
    link = page.locator(f'#found a[href="/appointments/{booked.code}"]')
    press(page, "/")
    page.keyboard.type("wgh")
    press(page, "Enter")
    page.wait_for_url("**/search")
    desk.reads()
    for typed in (booked.name, "wgh", rung.number[-4:], booked.code):
        types(page, typed)
        expect(link).to_be_visible()
        expect(page.locator("#found")).to_contain_text(Mask.over(None).name(booked.name))
        assert typed not in page.url
        assert booked.name not in page.locator("#found").inner_text(), "found by a name, shown without it"
    desk.reads()
    link.click()
    page.wait_for_url(f"**/appointments/{booked.code}")


def test_what_was_said_is_found_by_its_words_and_by_pinyin_and_marked(sits: Sits, rung: Rung) -> None:
    desk = sits("window")
    desk.goes("/search")
    call = desk.page.locator(f'#found a[href^="/calls/{rung.sid}"]')
    for typed in ("老年", "laonian"):
        types(desk.page, typed)
        expect(call.first).to_be_visible()
    types(desk.page, "老年")
    expect(desk.page.locator("#found mark").first).to_have_text("老年")
    types(desk.page, "没有人说过的话语")
    desk.sees("没有找到")
    desk.reads()


def test_the_ledger_is_found_by_what_residents_complained_of(sits: Sits, records: Store) -> None:
    with records.open() as office:
        row = office.session.scalars(
            select(LedgerRow).where(LedgerRow.words != "", ~LedgerRow.confidential).order_by(LedgerRow.id.desc())
        ).first()
        assert row is not None
    desk = sits("supervisor")
    desk.goes("/search")
    types(desk.page, row.words[:6])
    expect(desk.page.locator('#found a[href^="/ledger/"]').first).to_be_visible()
