"""Every page each role reaches, over the whole town: nothing serious for axe-core, none wider than a telephone."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from hotline.config import Settings
from hotline.store.unit_of_work import Store
from tests.console.axe import grave
from tests.console.conftest import app_over
from tests.console.screenshots import ROLES, addresses
from tests.nine_points.conftest import Sits

pytestmark = pytest.mark.browser

LAPTOP, TELEPHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
WIDER = "document.documentElement.scrollWidth > innerWidth"


@pytest.mark.parametrize("who", ROLES)
def test_every_page_is_fit_for_everybody(sits: Sits, records: Store, settings: Settings, who: str) -> None:
    app = app_over(records, settings, hasher=PasswordHasher())  # a quick hash would log the others out
    found = addresses(app, who)
    assert len(found) >= 12
    desk, wrong = sits(who), []
    page = desk.page
    for rule, address in found.items():
        page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
        page.goto(address, wait_until="load")
        if page.evaluate("document.doctype === null"):
            continue  # a part that a page fetches, no page
        wrong += [f"{rule}: {said}" for said in desk.complaints]
        wrong += [f"{rule}: {one}" for one in grave(page)]
        desk.complaints.clear()
        page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
        if page.evaluate(WIDER):
            wrong.append(f"{rule}: wider than a telephone")
    assert wrong == [], "\n".join(wrong)
