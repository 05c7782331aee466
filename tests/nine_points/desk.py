"""Somebody's chair before the console: a browser window, and what the browser complained of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, expect

from tests.console.axe import grave
from tests.console.test_in_browser import press
from tests.console.town_pages import PASSWORD

PATIENCE_MS = 60_000
"""A machine of two cores that listens, speaks and draws at once is slow; that is no fault of the page."""


@dataclass
class Desk:
    """One person's browser."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """What dialogs have asked; all were said yes to."""

    @classmethod
    def of(cls, browser: Browser, url: str) -> Desk:
        """A laptop of the town hall, nobody logged in."""
        context = browser.new_context(
            viewport={"width": 1366, "height": 768}, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=url
        )
        desk = cls(context.new_page(), url)
        desk.page.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        desk.page.on("console", desk._complain)
        desk.page.on("pageerror", lambda error: desk.complaints.append(str(error)))
        desk.page.on("dialog", desk._agree)
        return desk

    def comes_in(self, who: str, password: str = PASSWORD) -> None:
        """By the door, as every morning."""
        self.page.goto("/login")
        self.page.get_by_label("用户名").fill(who)
        self.page.get_by_label("密码").fill(password)
        press(self.page, "Enter")
        self.page.wait_for_url(re.compile("/(today|me)$"))

    def goes(self, path: str) -> None:
        """To an address, and looks whether everybody could read what is there."""
        self.page.goto(path)
        self.reads()

    def reads(self) -> None:
        """The page as it is now stands in nobody's way."""
        self.page.wait_for_load_state("load")
        before = len(self.complaints)
        assert grave(self.page) == [], self.page.url
        del self.complaints[before:]  # axe itself sets a style that the policy forbids

    def was_refused(self, status: int) -> None:
        """The page has said why; the browser notes the status beside it."""
        noted = [one for one in self.complaints if str(status) in one]
        assert noted, self.complaints
        self.complaints[:] = [one for one in self.complaints if one not in noted]

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def leaves(self) -> list[str]:
        """Closes the window; what the browser complained of."""
        self.page.context.close()
        return self.complaints

    def _agree(self, dialog: Dialog) -> None:
        self.asked.append(dialog.message)
        dialog.accept()

    def _complain(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.complaints.append(f"{said.text} {said.location.get('url', '')}")
