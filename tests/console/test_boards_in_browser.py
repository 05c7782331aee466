"""Cases, appointments and residents in a real browser: dragged, by keyboard, on a telephone, and before axe."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Locator, Page, expect

from hotline.config import Settings
from hotline.domain.calendar import Place
from hotline.store.unit_of_work import Store
from tests.console.axe import grave
from tests.console.conftest import PASSWORD
from tests.console.office_day import busy_day, busy_week, desk
from tests.console.one_person import live
from tests.console.test_in_browser import browsing, press

pytestmark = pytest.mark.browser
Town = tuple[Page, str, list[str], dict[str, str]]


@pytest.fixture
def town(client: FlaskClient, store: Store, settings: Settings) -> Iterator[Town]:
    """A supervisor's browser among cases, appointments and residents."""
    codes = busy_day(store) | busy_week(store) | {"person": str(live(store, settings))}
    with browsing(client) as (page, url, complaints):
        page.goto(f"{url}/login")
        page.get_by_label("用户名").fill("wen")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/today")
        yield page, url, complaints, codes


def test_a_card_dragged_to_the_next_column_opens_the_form_of_the_move(town: Town) -> None:
    page, url, complaints, codes = town
    page.goto(f"{url}/cases")
    card = page.locator(f'[data-card="{codes["sent"]}"]')
    card.drag_to(page.locator("section", has_text="办理中").last)
    form = page.locator("#move-sign")
    expect(form).to_have_attribute("open", "")
    form.get_by_role("button", name="签收").click()
    expect(page.get_by_role("status").first).to_contain_text("已签收")
    page.locator(f'[data-card="{codes["new"]}"]').drag_to(page.locator("section", has_text="待回访").last)
    expect(page.get_by_text("现在不能放到那里")).to_be_visible()
    assert complaints == []


def test_the_same_by_keyboard_with_a_ready_sentence(town: Town) -> None:
    page, url, complaints, codes = town
    page.goto(f"{url}/cases")
    page.locator(f'[data-card="{codes["work"]}"] a').focus()
    press(page, "m")
    answer = page.locator("#move-answer")
    answer.locator("summary").press("Enter")
    answer.get_by_label("常用答复").select_option(label="已经修好")
    expect(answer.get_by_label("怎么办的、结果怎样？")).to_have_value(
        "您反映的垃圾、厕所问题，环卫所已经到现场处理好了。还有不对的地方，请再打热线。"
    )
    answer.get_by_role("button", name="反馈").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("已反馈")
    assert complaints == []


def test_an_appointment_dragged_to_a_free_hour_is_moved_and_to_the_night_goes_back(town: Town) -> None:
    page, url, complaints, _codes = town
    page.set_viewport_size({"width": 1366, "height": 1100})
    page.goto(f"{url}/appointments")
    event = page.locator(".ec-event:not(.ec-bg-event)", has_text="李*山")
    expect(event).to_be_visible()
    with page.expect_response(re.compile(r"/appointments/events")):  # the rows come again after a move
        drag(page, event, 46)  # two quarters of an hour down
    expect(page.locator("#said")).to_contain_text("已告知本人")
    expect(page.locator(".ec-event:not(.ec-bg-event)", has_text="11:00 李*山")).to_be_visible()
    drag(page, page.locator(".ec-event:not(.ec-bg-event)", has_text="李*山"), 46 * 3)  # into the noon rest
    expect(page.locator("#said")).to_contain_text("没有空位")
    expect(page.locator(".ec-event:not(.ec-bg-event)", has_text="11:00 李*山")).to_be_visible()
    assert [said for said in complaints if "409" not in said] == []


WHOLE = """cell => [...cell.querySelectorAll('span')].every(part => {
    const inner = part.getBoundingClientRect(), outer = cell.getBoundingClientRect();
    return part.scrollWidth <= part.clientWidth + 1 && inner.right <= outer.right && inner.bottom <= outer.bottom;
})"""


def test_a_short_appointment_shows_when_and_who_whole_in_one_line(town: Town, store: Store) -> None:
    page, url, complaints, _codes = town
    with store.open() as office:
        short = desk(office)
        short.codes = itertools.count(500_001)
        short.book("12", Place.WINDOW, 5, name="王志明", village="V01")
        office.commit()
    page.set_viewport_size({"width": 1366, "height": 1100})
    page.goto(f"{url}/appointments")
    cell = page.locator(".ec-event.is-short", has_text="王*明")
    expect(cell).to_be_visible()
    assert cell.evaluate(WHOLE), "nothing is cut"
    told = cell.get_attribute("aria-label") or ""
    assert re.fullmatch(r"(\d+:\d\d) 王\*明 老年人优待证 · \S+ 已预约 · \1–\d+:\d\d", told)
    assert cell.get_attribute("title") == told
    for other in page.locator(".ec-event:not(.ec-bg-event):not(.is-short)").all():
        assert other.locator(".who").evaluate("who => who.getClientRects().length") == 1, (
            "a name stays in one piece"
        )
    assert complaints == []


def drag(page: Page, event: Locator, down: int) -> None:
    """Down by so many pixels, as a hand does it."""
    event.hover()  # waits until it stands still
    box = event.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + down / 2, steps=4)
    page.mouse.move(x, y + down, steps=4)
    page.mouse.up()


@pytest.mark.parametrize("width", [1366, 390])
def test_every_page_is_fit_for_everybody(town: Town, width: int) -> None:
    page, url, complaints, codes = town
    page.set_viewport_size({"width": width, "height": 844})
    person = f"/residents/{codes['person']}"
    for path in (
        "/cases", "/cases/table", f"/cases/{codes['new']}", "/cases/replies", "/appointments",
        f"/appointments/{codes['soon']}", "/appointments/new?service=1&place=window&village=V01",
        "/appointments/rosters", "/appointments/waiting", "/appointments/feed", "/appointments/sheet",
        "/residents", person, f"{person}/erase",
    ):  # fmt: skip
        page.goto(url + path)
        page.wait_for_load_state("networkidle")
        assert grave(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    assert complaints == []
