"""Today, search and calls under way in a real browser against the real service: by keyboard, and live."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from hotline.clock import utc_now
from hotline.config import Settings
from hotline.store.unit_of_work import Store
from tests.console.a_day import employ, plant
from tests.console.axe import grave
from tests.console.conftest import PASSWORD
from tests.console.serving import served
from tests.console.test_events import told
from tests.console.test_in_browser import press
from tests.console.test_live import under_way

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(store: Store, settings: Settings) -> Iterator[tuple[Page, list[str]]]:
    """A clerk's browser, logged in on a day with work, and what it complained of."""
    employ(store)
    plant(store, utc_now())
    with store.open() as office:
        under_way(office, "CAone", "13812341234", [("errand", "办医保"), ("name", "我叫王桂花")], began=utc_now())
        office.commit()
    chromium = shutil.which("chromium")
    assert chromium
    complaints: list[str] = []
    with served(settings) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 768}, base_url=url)
        page.set_default_timeout(60_000)
        page.on(
            "console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None
        )
        page.goto("/login")
        page.get_by_label("用户名").fill("liu")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/today")
        yield page, complaints
        browser.close()


def test_a_clerks_morning_by_keyboard(desk: tuple[Page, list[str]], store: Store) -> None:
    page, complaints = desk
    assert grave(page) == []
    press(page, "j")
    expect(page.locator(":focus")).to_have_attribute("id", "w-callbacks-1")
    press(page, "Enter")
    page.wait_for_url("**/callbacks/1")
    press(page, "t")
    expect(page.get_by_text("您接手了")).to_be_visible()
    assert grave(page) == []
    page.goto("/today")
    page.get_by_role("button", name="开提示音").click()
    expect(page.get_by_role("button", name="关提示音")).to_be_visible()
    page.evaluate("document.addEventListener('hotline:sounded', () => { document.title = 'sounded'; })")
    page.wait_for_timeout(3000)
    told(store, "300009", urgency="danger")
    expect(page.locator("[data-danger]")).to_contain_text("300009", timeout=20_000)
    expect(page.get_by_text("水管破了")).to_be_visible(timeout=20_000)
    assert page.title() == "sounded"
    assert complaints == []


def test_search_and_live_calls(desk: tuple[Page, list[str]]) -> None:
    page, complaints = desk
    press(page, "/")
    page.keyboard.type("wgh")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="预约")).to_be_visible()
    page.get_by_label("说过的话").fill("自来水")
    expect(page.locator("mark")).to_have_text("自来水")
    assert "wgh" not in page.url
    assert grave(page) == []
    page.goto("/live")
    expect(page.get_by_text("138****1234")).to_be_visible()
    assert grave(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto("/today")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert complaints == []
