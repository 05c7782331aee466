"""Every page of the address map in a real browser: nothing serious for axe-core, and none over 500 KB."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest

from tests.console.axe import grave
from tests.console.conftest import PASSWORD
from tests.console.hall import Hall, town_hall
from tests.console.test_hostile import html_pages, whole
from tests.console.test_in_browser import browsing

HEAVIEST = 500_000
LOADED = "performance.getEntriesByType('resource').map(entry => entry.name)"
SIZES = ((1366, 768), (390, 844))

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with town_hall(tmp_path_factory.mktemp("pages")) as hall:
        yield hall


def weight(hall: Hall, who: str, path: str) -> int:
    """Bytes of what lies there, compressed; data: addresses weigh with the page they stand in."""
    if not path.startswith("/"):
        return 0
    return len(gzip.compress(hall.as_(who).get(path, buffered=True).data))


@pytest.mark.parametrize("who", ["window", "supervisor", "administrator"])
def test_every_page_can_be_read_by_everybody_and_is_light(hall: Hall, who: str) -> None:
    wrong: list[str] = []
    pages = {rule: path for rule, path in html_pages(hall, who).items() if whole(hall, who, path)}
    with browsing(hall.as_(who)) as (page, url, complaints):
        page.goto(f"{url}/login")
        page.fill("#username", who)
        page.fill("#password", PASSWORD)
        page.click("form.door button")
        for rule, path in pages.items():
            page.goto(f"{url}{path}", wait_until="load")
            loaded = [path, *page.evaluate(LOADED)]
            if (heavy := sum(weight(hall, who, one.removeprefix(url)) for one in loaded)) > HEAVIEST:
                wrong.append(f"{rule}: {heavy} bytes compressed")
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                wrong += [f"{rule} at {width}: {found}" for found in grave(page)]
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    wrong.append(f"{rule} at {width}: wider than the screen")
            page.set_viewport_size({"width": 1366, "height": 768})
            wrong += [f"{rule}: {said}" for said in complaints]
            complaints.clear()
    assert wrong == [], "\n".join(wrong)
