"""A clerk goes through a call of two minutes without touching the mouse; how long that takes is printed."""

from __future__ import annotations

import time

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from hotline.config import Settings
from hotline.store.unit_of_work import Store
from tests.console.axe import grave
from tests.console.conftest import PASSWORD
from tests.console.recorded_call import SAIDS, SID, two_minutes
from tests.console.test_in_browser import browsing, press

pytestmark = pytest.mark.browser
WRONG = (0, 2, 4)


def log_in(page: Page, url: str) -> None:
    page.goto(f"{url}/login")
    page.get_by_label("用户名").fill("liu")
    page.get_by_label("密码").fill(PASSWORD)
    press(page, "Enter")
    expect(page.get_by_role("heading", name="今天")).to_be_visible()


def plays_round_and_slower(page: Page) -> None:
    for key, told in (("l", "来回放"), ("]", "1.25×"), ("[", "1×"), ("[", "0.75×"), ("[", "0.75×")):
        press(page, key)
        expect(page.locator("#review-status")).to_have_text(told)


def test_three_words_are_put_right_by_keyboard_alone(
    client: FlaskClient, store: Store, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    turns = two_minutes(store, settings)
    with browsing(client) as (page, url, complaints):
        log_in(page, url)
        press(page, "g", "h")
        expect(page.get_by_role("heading", name="复查录音")).to_be_visible()
        press(page, "x")
        expect(page.locator("#review[data-ready]")).to_be_visible()
        began, keys = time.monotonic(), 0
        for key in ("n", "1", "1", "1", "s"):
            press(page, key)
            keys += 1
        expect(page.get_by_text("存好了 3 句")).to_be_visible()
        took = time.monotonic() - began
        for place in WRONG:
            expect(page.locator(".said").nth(place)).to_have_text(SAIDS[place].said)
        press(page, "g", "d")  # after g a key belongs to the menu
        plays_round_and_slower(page)
        assert complaints == []
        assert grave(page) == []
        complaints.clear()  # axe itself sets a style the policy forbids
        press(page, "d")
        expect(page.get_by_text("没有要复查的电话了。").first).to_be_visible()
        assert complaints == []
    with store.open() as office:
        assert office.transcripts.corrections() == {
            turns[SAIDS[place].said]: SAIDS[place].said for place in (0, 2, 4)
        }
        review = office.reviews.of(SID)
        assert review is not None
        assert review.reviewed_by == "liu"
    with capsys.disabled():
        print(f"\nreview of a two-minute call, three words put right: {keys} keys, {took:.1f} s of machine time")


def test_an_appointment_is_moved_beside_the_recording(client: FlaskClient, store: Store, a_call: int) -> None:
    with browsing(client) as (page, url, complaints):
        page.set_viewport_size({"width": 390, "height": 844})
        log_in(page, url)
        page.goto(f"{url}/calls/CA1")
        page.get_by_text("改时间", exact=True).click()
        page.wait_for_selector("#move-307294 optgroup", state="attached")
        page.get_by_label("改到什么时候").select_option(index=4)
        page.get_by_role("button", name="改时间，告诉居民").click()
        expect(page.locator("#outcome")).to_contain_text("短信会告诉居民")
        expect(page.locator("#outcome")).to_contain_text("刘干事 改了时间")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert complaints == []
        assert grave(page) == []
    with store.open() as office:
        moved = office.appointments.by_code("307294")
        assert moved is not None
        assert moved.version == 2
