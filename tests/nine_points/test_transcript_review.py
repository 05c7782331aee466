"""Point 2, transcript review: a call that really rang is heard again, put right by keyboard, and booked anew."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from hotline.domain.calendar import TOWN_TIME
from hotline.store.tables import AppointmentRow, CallRow, CorrectionRow, TurnRow
from hotline.store.unit_of_work import Office, Store
from ivr.scripts.wording import spoken_times
from tests.console.test_in_browser import press
from tests.nine_points.conftest import Sits
from tests.nine_points.desk import Desk
from tests.nine_points.handsets import Lines
from tests.nine_points.rung import Rung
from tests.nine_points.waiting import came

pytestmark = pytest.mark.browser

DRAWN = """() => {
    const inside = document.querySelector('#wave > div').shadowRoot;
    return [...inside.querySelectorAll('canvas')].some(canvas => canvas.width > 100 && canvas.getContext('2d')
        .getImageData(0, 0, canvas.width, canvas.height).data.some(byte => byte > 0));
}"""
LIT = "() => [...document.querySelectorAll('.ch')].findIndex(one => one.classList.contains('lit'))"


def opened(desk: Desk, rung: Rung) -> Page:
    """The call on the page, its first recording before one."""
    desk.page.goto(f"/calls/{rung.sid}")
    expect(desk.page.locator("#review[data-ready]")).to_be_visible()
    return desk.page


def heard_twice(records: Store, rung: Rung) -> Sequence[TurnRow]:
    """The answers of the call, once the second pass has been through all of them."""

    def look(office: Office) -> Sequence[TurnRow] | None:
        turns = office.session.scalars(select(TurnRow).where(TurnRow.call == rung.sid).order_by(TurnRow.id)).all()
        return turns if all(turn.careful is not None for turn in turns if turn.audio) else None

    return came(records, look, within_s=300)


def test_words_light_up_as_they_are_played_slower_faster_and_round(sits: Sits, rung: Rung) -> None:
    desk = sits("window")
    page = desk.page
    press(page, "g", "h")
    expect(page.get_by_role("heading", name="复查录音")).to_be_visible()
    desk.reads()
    expect(page.locator(f'a[href="/calls/{rung.sid}"]')).to_be_visible()
    opened(desk, rung)
    page.wait_for_function(DRAWN)
    desk.reads()
    beside = opened(sits("supervisor"), rung)
    expect(beside.locator("[role=status]", has_text="刘芳正在听这通电话")).to_be_visible()
    for key, told in (("]", "1.25×"), ("[", "1×"), ("[", "0.75×"), ("l", "来回放")):
        press(page, key)
        expect(page.locator("#review-status")).to_have_text(told)
    expect(page.locator(".ch.lit")).to_be_visible()
    first = page.evaluate(LIT)
    page.wait_for_function(f"() => ({LIT})() > {first}")
    page.wait_for_function(f"() => ({LIT})() <= {first}")  # round and round
    press(page, "l", " ")
    expect(page.locator("#review-status")).to_have_text("不再来回放")
    for taken in page.locator(".taken").all():
        expect(taken).to_contain_text("机器理解成")


def test_doubtful_words_are_put_right_by_keyboard_alone_and_go_to_learn(
    sits: Sits, rung: Rung, records: Store
) -> None:
    turns = heard_twice(records, rung)
    desk = sits("window")
    page = opened(desk, rung)
    assert page.locator(".careful").count() >= 3, "the second hearing stands beside the first"
    assert page.locator(".careful mark").count() >= 1, "and where it differs is marked"
    press(page, "n")
    doubt = page.locator("button.doubt[aria-current]")
    expect(doubt).to_be_visible()
    place = page.locator(".turn[aria-current]").get_attribute("id")
    choice = page.locator('#choices button[data-does="2"]')
    other = choice.inner_text().removeprefix("2").strip()
    press(page, "2")
    said = page.locator(f"#{place} .said")
    expect(said).to_contain_text(other)
    press(page, "s")
    expect(page.locator("#review-status")).to_have_text("存好了 1 句")
    kept = said.inner_text()
    page.reload()
    expect(said).to_have_text(kept)
    desk.reads()
    with records.open() as office:
        right = office.session.scalars(select(CorrectionRow).order_by(CorrectionRow.id.desc())).first()
        assert right is not None
        assert (right.text, right.username) == (kept, "window")
        assert right.turn in {turn.id for turn in turns}
        assert office.transcripts.corrections(rung.sid)[right.turn] == kept


def test_a_whole_answer_is_written_anew_and_the_call_is_done_with(sits: Sits, rung: Rung, records: Store) -> None:
    desk = sits("window")
    page = opened(desk, rung)
    press(page, "e")
    page.get_by_label("来电人说的是").fill("我想来办个老年优待证")
    press(page, "Enter", "d")
    expect(page.get_by_text("这通复查完了。")).to_be_visible()
    with records.open() as office:
        assert "我想来办个老年优待证" in office.transcripts.corrections(rung.sid).values()
        review = office.reviews.of(rung.sid)
        assert review is not None
        assert review.reviewed_by == "window"


def test_the_appointment_of_the_call_is_moved_and_the_resident_reads_it(
    sits: Sits, rung: Rung, records: Store, telephones: Lines
) -> None:
    desk = sits("window")
    page = opened(desk, rung)

    def booked(office: Office) -> AppointmentRow | None:
        talk = select(CallRow.conversation).where(CallRow.sid == rung.sid).scalar_subquery()
        return office.session.scalars(select(AppointmentRow).where(AppointmentRow.conversation == talk)).first()

    before = came(records, booked, within_s=1)
    with telephones.plugged(rung.number) as hers:
        page.get_by_text("改时间", exact=True).click()
        page.wait_for_selector(f"#move-{before.code} optgroup", state="attached")
        page.get_by_label("改到什么时候").select_option(index=4)
        seen = hers.so_far
        page.get_by_role("button", name="改时间，告诉居民").click()
        expect(page.locator("#outcome")).to_contain_text("短信会告诉居民")
        expect(page.locator("#outcome")).to_contain_text("刘芳 改了时间")
        after = came(records, booked, within_s=1)
        assert after.version == before.version + 1
        assert after.starts_at != before.starts_at
        at = after.starts_at.astimezone(TOWN_TIME).replace(tzinfo=None)
        assert spoken_times([at.isoformat()]) in hers.reads("预约已改到", since=seen)
    desk.reads()
