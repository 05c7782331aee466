"""Point 1, today: what waits is ordered by deadline, and danger comes in by itself, with a quiet sound."""

from __future__ import annotations

from datetime import datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from hotline.store.tables import AppointmentRow, CallbackRow, GrievanceRow, LedgerRow
from hotline.store.unit_of_work import Office, Store
from tests.console.test_in_browser import press
from tests.nine_points.conftest import Sits
from tests.nine_points.handsets import Lines

pytestmark = pytest.mark.browser

CALLER, OTHER = "13907379101", "13907379102"
TO_SIGN = ("accepted", "returned", "dispatched")
TO_CALL = ("proposed", "confirmed", "reopened")


def listening(page: Page) -> None:
    """The page keeps a mark that a reload would take, and another when it sounds."""
    page.evaluate("document.addEventListener('hotline:sounded', () => { document.body.dataset.sounded = 'yes' })")
    page.evaluate("document.body.dataset.here = 'yes'")


def test_danger_is_told_and_stands_on_top_of_an_open_page_with_a_sound(
    sits: Sits, telephones: Lines, records: Store
) -> None:
    desk = sits("window")
    page = desk.page
    desk.reads()
    listening(page)
    with telephones.plugged(OTHER) as calm, telephones.plugged(CALLER) as frightened:
        calm.writes("请给我回个电话")
        expect(page.locator("tr[data-row]", has_text="139****9102")).to_be_visible()
        assert page.locator("body").get_attribute("data-sounded") is None, "nobody is startled by a wish"
        page.get_by_role("button", name="开提示音").click()
        expect(page.get_by_role("button", name="关提示音")).to_be_visible()
        page.evaluate("delete document.body.dataset.sounded")
        assert "119" in frightened.writes("屋里煤气漏了，气味好大，头晕得很")
        expect(page.locator("[data-danger]")).to_be_visible()
        expect(page.locator("body")).to_have_attribute("data-sounded", "yes")
    top = page.locator("tr[data-row]").first
    expect(top).to_contain_text("危急")
    expect(page.locator("tr.danger-row", has_text="139****9101")).to_be_visible()
    expect(page.locator("body")).to_have_attribute("data-here", "yes")
    desk.reads()
    with records.open() as office:
        task = office.session.scalars(
            select(CallbackRow).where(CallbackRow.number.endswith(CALLER[-10:]), CallbackRow.reason == "danger")
        ).one()
        assert "煤气" in task.text
    page.locator(f"#w-callbacks-{task.id}").focus()
    press(page, "Enter")
    page.wait_for_url(f"**/callbacks/{task.id}")
    press(page, "t")
    desk.sees("您接手了")
    desk.reads()
    with records.open() as office:
        assert office.session.get_one(CallbackRow, task.id).owner == "window"


def due(office: Office, kind: str, name: str) -> datetime:
    """By when one thing of the page must be done, read off the records."""
    session = office.session
    if kind == "callbacks":
        task = session.get_one(CallbackRow, int(name))
        return task.next_try_at or task.due_at
    if kind == "appointments":
        return session.scalars(select(AppointmentRow.starts_at).where(AppointmentRow.code == name)).one()
    if kind == "cases":
        case = session.scalars(select(GrievanceRow).where(GrievanceRow.code == name)).one()
        return case.sign_by if case.status in TO_SIGN or case.answer_by is None else case.answer_by
    entry = session.get_one(LedgerRow, int(name))
    return (entry.call_by or entry.due) if entry.state in TO_CALL else entry.due


@pytest.mark.parametrize("who", ["window", "supervisor"])
def test_the_rest_is_ordered_by_deadline(sits: Sits, records: Store, telephones: Lines, who: str) -> None:
    with telephones.plugged(f"1390737911{len(who) % 10}") as calm:
        calm.writes("请给我回个电话")
    desk = sits(who)
    rows = desk.page.locator("tr[data-row]")
    ids = [
        str(row.locator("a[id^=w-]").get_attribute("id")) for row in rows.all() if row.locator("a[id^=w-]").count()
    ]
    urgent = desk.page.locator("tr.danger-row").count()
    dated = [tuple(one.removeprefix("w-").split("-", 1)) for one in ids[urgent:]]
    dated = [(kind, name) for kind, name in dated if kind not in ("unheard", "notes")]
    assert [one for one in ids if "unheard" in one or "notes" in one] == ids[urgent + len(dated) :]
    with records.open() as office:
        ends = [due(office, kind, name) for kind, name in dated]
    assert len(ends) >= 2
    assert ends == sorted(ends)
