"""The pages in a real browser: nothing is blocked by their own policy, and the recording can be heard."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright
from werkzeug.serving import make_server

from tests.console.conftest import PASSWORD

pytestmark = pytest.mark.browser


@contextmanager
def browsing(client: FlaskClient, *switches: str) -> Iterator[tuple[Page, str, list[str]]]:
    """A page, where the console answers, and what the browser complained of; `switches` are Chromium's."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "the browser tests need Debian's chromium: apt-get install chromium"
    server = make_server("127.0.0.1", 0, client.application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    complaints: list[str] = []
    expect.set_options(timeout=30_000)  # a slow machine is no fault of the page

    def complain(said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"}:
            complaints.append(said.text)

    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", *switches])
            page = browser.new_page()
            page.on("console", complain)
            yield page, f"http://127.0.0.1:{server.server_port}", complaints
            browser.close()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def press(page: Page, *keys: str) -> None:
    """Press `keys` one after the other, as a person does who sees the page; what binds them runs before `load`."""
    page.wait_for_load_state("load")
    for key in keys:
        page.keyboard.press(key)


def test_a_clerk_logs_in_reads_a_call_and_hears_it(client: FlaskClient, a_call: int) -> None:
    with browsing(client) as (page, url, complaints):
        page.goto(f"{url}/calls")
        page.get_by_label("用户名").fill("liu")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.get_by_role("link", name="通话", exact=True).click()
        page.get_by_role("link", name="11月24日").click()
        expect(page.get_by_text("您要办什么事？")).to_be_visible()
        expect(page.locator("#review[data-ready]")).to_be_visible()
        press(page, "Space")
        expect(page.locator(".ch.lit")).to_be_visible()
        press(page, "e")
        page.get_by_label("来电人说的是").fill("办医保，谢谢")
        press(page, "Enter")
        press(page, "s")
        expect(page.get_by_text("存好了 1 句")).to_be_visible()
        page.reload()
        expect(page.locator(".said")).to_have_text("办医保，谢谢")
        page.get_by_role("button", name="退出").click()
        expect(page.get_by_role("button", name="登录")).to_be_visible()
        assert complaints == []
