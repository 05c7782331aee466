"""Ledger, callback and reports in a real browser, as a supervisor works: by keyboard, with nothing blocked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hotline.config import Settings
from hotline.store.unit_of_work import Store
from tests.console.axe import grave
from tests.console.conftest import Clock, app_over
from tests.console.ledger_room import PASSWORD, employ
from tests.console.test_in_browser import browsing, press
from tests.ledger.room import ZHOU, Room, picture
from tests.reports.month import filled
from tests.town import Watch

pytestmark = pytest.mark.browser
Opened = tuple[Page, str, list[str]]
NOW = datetime(2026, 12, 2, 1, tzinfo=UTC)


@pytest.fixture
def room(empty_store: Store, settings: Settings) -> Room:
    """A quarter on record, and a problem whose proof is waited for."""
    employ(empty_store)
    filled(empty_store, settings.data_dir)
    return Room(empty_store, settings.data_dir, Watch(NOW))


@pytest.fixture
def opened(room: Room, settings: Settings, clock: Clock) -> Iterator[Opened]:
    """The pages with the supervisor logged in; at the end the browser has complained of nothing."""
    clock.now = NOW
    with browsing(app_over(room.store, settings, clock).test_client()) as (page, url, complaints):
        page.goto(f"{url}/login")
        page.get_by_label("用户名").fill("zhou")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/today")
        yield page, url, complaints
        assert complaints == []


def test_a_problem_is_mended_by_keyboard_with_a_picture_that_is_shown_first(
    room: Room, opened: Opened, tmp_path: Path
) -> None:
    page, url, _ = opened
    row = room.problem(remark="等了一上午")
    for move, reason in (("confirm", ""), ("call", "打过电话")):
        room.make(row, move, ZHOU, reason=reason)
    press(page, "g", "l")
    expect(page.get_by_role("heading", name="回访问题台账")).to_be_visible()
    page.get_by_label("只看超时的").check()
    expect(page).to_have_url(re.compile("late=1"))
    page.goto(f"{url}/ledger/{row}")
    photo = tmp_path / "修好了.png"
    photo.write_bytes(picture((600, 400)))
    page.get_by_label("照片（JPEG、PNG、WebP）或 PDF").set_input_files(photo)
    expect(page.locator(".preview")).to_be_visible()
    page.get_by_role("button", name="交证明").click()
    expect(page.get_by_text("证明已收下。")).to_be_visible()
    expect(page.get_by_role("img", name="整改证明：修好了.png")).to_be_visible()
    bad = tmp_path / "photo.png"
    bad.write_bytes(b"<svg onload=alert(1)>")
    page.get_by_label("照片（JPEG、PNG、WebP）或 PDF").set_input_files(bad)
    page.get_by_role("button", name="交证明").click()
    expect(page.get_by_role("alert").filter(has_text="这不是照片")).to_be_visible()
    opened[2].clear()  # the browser notes every 409; the page has said why
    page.get_by_label("怎么整改的").fill("加开了一个窗口")
    page.get_by_role("button", name="整改", exact=True).click()
    expect(page.get_by_text("已整改，待回访").first).to_be_visible()
    assert room.moves(row)[-1] == "rectify"


def test_charts_are_drawn_under_the_policy_with_a_table_beside_each(opened: Opened) -> None:
    page, url, _ = opened
    page.goto(f"{url}/reports?period=2026-11&by=clerk")
    for chart in page.locator("[data-chart]").all():
        expect(chart.locator("canvas")).to_be_visible()
    drawn = page.evaluate(
        "[...document.querySelectorAll('canvas')].map(c => new Set(c.getContext('2d')"
        ".getImageData(0, 0, c.width, c.height).data).size > 20)"
    )
    assert drawn == [True, True]
    expect(page.get_by_role("region", name="满意率表")).to_contain_text("95%区间")


PAGES = ("/ledger", "/ledger?view=table&stand=all", "/ledger/1", "/surveys", "/surveys/1", "/surveys/1/draw",
         "/surveys/1/people", "/survey-people/1", "/reports?period=2026-11&by=place", "/reports/papers",
         "/reports/board")  # fmt: skip


def test_nothing_serious_stands_in_anybodys_way_on_any_page_at_any_width(opened: Opened) -> None:
    page, url, _ = opened
    found = {}
    for path in PAGES:
        page.set_viewport_size({"width": 1366, "height": 768})
        page.goto(f"{url}{path}")
        page.wait_for_load_state("networkidle")
        if wrong := grave(page):
            found[path] = wrong
        page.set_viewport_size({"width": 390, "height": 844})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found[f"{path} at 390"] = ["it is wider than a telephone"]
    assert found == {}
