"""Point 8, security: what is not a clerk's stays shut, a mask is lifted with a reason, every look is on record."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from hotline.masking import Mask
from hotline.store.tables import AppointmentRow, LookRow, TurnRow
from hotline.store.unit_of_work import Store
from tests.console.hostile import MARK
from tests.nine_points.complaints import writes
from tests.nine_points.conftest import Sits
from tests.nine_points.desk import Desk
from tests.nine_points.handsets import Lines
from tests.nine_points.rung import Rung

pytestmark = pytest.mark.browser

HOSTILE = f"路灯坏了<script>document.body.id='{MARK}';alert(1)</script><img src=x onerror=alert(2)>"


@pytest.mark.parametrize("path", ["/admin", "/admin/staff", "/admin/audit", "/studio", "/surveys", "/reports"])
def test_a_clerk_meets_a_shut_door_at_pages_of_others(sits: Sits, path: str) -> None:
    desk = sits("window")
    desk.page.goto(path)
    desk.sees("这一页要别的岗位来看")
    desk.was_refused(403)
    desk.reads()
    assert desk.page.locator("nav.side a[href^='/admin']").count() == 0


def test_a_villages_clerk_finds_no_record_of_another_village(sits: Sits, rung: Rung, records: Store) -> None:
    """The village's clerk keeps V01; the caller is from another one."""
    with records.open() as office:
        row = AppointmentRow
        query = select(row).where(row.number.endswith(rung.number), row.village != "V01")
        booked = office.session.scalars(query).first()
        assert booked is not None
    desk = sits("village")
    for path in (f"/appointments/{booked.code}", f"/calls/{rung.sid}"):
        desk.page.goto(path)
        desk.sees("没有这一页，或者它不归您看")
        desk.was_refused(404)


def test_a_mask_is_lifted_with_a_reason_and_the_trail_says_so(sits: Sits, rung: Rung, records: Store) -> None:
    with records.open() as office:
        booked = office.session.scalars(
            select(AppointmentRow).where(AppointmentRow.number.endswith(rung.number))
        ).first()
        assert booked is not None
    desk = sits("supervisor")
    page = desk.page
    desk.goes(f"/appointments/{booked.code}")
    main = page.locator("main")
    expect(main).to_contain_text(Mask.over(None).number(booked.number))
    assert booked.number not in page.content()
    page.get_by_text("显示姓名、号码").click()
    page.get_by_label("别的原因（至少四个字）").fill("本人来窗口核对")
    page.get_by_role("button", name="显示十分钟").click()
    expect(main).to_contain_text(booked.number)
    expect(main).to_contain_text(booked.name)
    desk.reads()
    page.get_by_role("button", name="现在就遮住").click()
    expect(main).not_to_contain_text(booked.number)
    auditor = sits("auditor")
    auditor.goes(f"/admin/audit?who=supervisor&kind=unmask&what={booked.code}")
    line = auditor.page.locator("tbody tr").first
    expect(line).to_contain_text(f"{booked.code} 的姓名和号码")
    expect(line).to_contain_text("本人来窗口核对")


def test_every_recording_that_is_heard_stands_in_the_trail(sits: Sits, rung: Rung, records: Store) -> None:
    desk = sits("window")
    with desk.page.expect_response("**/turns/*/audio") as heard:
        desk.page.goto(f"/calls/{rung.sid}")
    assert heard.value.ok
    turn = heard.value.url.split("/")[-2]
    with records.open() as office:
        looks = select(LookRow.what).where(LookRow.username == "window")
        assert f"audio of turn {turn}" in set(office.session.scalars(looks))
        assert office.session.get_one(TurnRow, int(turn)).call == rung.sid
    auditor = sits("auditor")
    auditor.goes("/admin/audit?who=window&check=1")
    expect(auditor.page.get_by_role("status")).to_contain_text("链条完好")
    expect(auditor.page.locator("tbody")).to_contain_text(f"第 {turn} 句录音")


def test_a_password_is_not_guessed(door: Callable[[], Desk], records: Store) -> None:
    desk = door()
    page = desk.page
    desk.goes("/login")
    for _ in range(6):
        page.get_by_label("用户名").fill("visits")
        page.get_by_label("密码").fill("not this one either")
        page.get_by_role("button", name="登录").click()
        page.wait_for_load_state("load")
    expect(page.get_by_role("alert")).to_contain_text("试得太多了")
    desk.reads()
    desk.complaints.clear()  # the browser notes every refusal; the page has said why
    with records.open() as office:
        tries = office.session.scalars(
            select(LookRow).where(LookRow.username == "visits", LookRow.kind == "failed")
        ).all()
    assert len(tries) == 5, "what is not looked at is no try"


def test_hostile_texts_are_shown_as_texts(sits: Sits, records: Store, telephones: Lines) -> None:
    with telephones.plugged("13907379801") as theirs:
        code = writes(theirs, "邓恶意", HOSTILE, records)
    desk = sits("supervisor")
    page = desk.page
    for path in ("/today", "/cases", f"/cases/{code}", "/cases/table"):
        desk.goes(path)
        assert page.locator("main img[src=x]").count() == 0
        assert page.locator("body").get_attribute("id") != MARK
    page.goto(f"/cases/{code}")
    expect(page.locator("main")).to_contain_text("<script>")
    page.goto("/search")
    page.get_by_label("说过的话").fill(code)
    expect(page.locator("#found")).to_contain_text(code)
    assert desk.asked == [], "no dialog"
