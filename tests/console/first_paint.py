"""`python -m tests.console.first_paint`: when something is first seen of each page, with an empty cache."""

from __future__ import annotations

import statistics
from collections.abc import Mapping

from playwright.sync_api import Browser
from rich.console import Console
from rich.table import Table

from tests.api.conftest import PEOPLE
from tests.console.screenshots import SIZES, about_a_town, addresses, log_in, looked_at
from tests.console.town_pages import app_of, simulated

BAR_MS = 1000
_PAINTED = """() => new Promise((tell) => new PerformanceObserver((seen) => {
  for (const one of seen.getEntriesByName("first-contentful-paint")) tell(one.startTime);
}).observe({ type: "paint", buffered: true }))"""


def painted(browser: Browser, url: str, who: str, found: Mapping[str, str], times: int) -> dict[str, list[float]]:
    """Milliseconds by rule, nothing in the browser's cache."""
    width, height = SIZES["laptop"]
    ways = browser.new_context(viewport={"width": width, "height": height})
    log_in(ways.new_page(), url, who)
    cookies = ways.storage_state()
    seen: dict[str, list[float]] = {rule: [] for rule in found}
    for rule, address in list(found.items()) * times:
        context = browser.new_context(viewport={"width": width, "height": height}, storage_state=cookies)
        page = context.new_page()
        page.goto(f"{url}{address}", wait_until="load")
        seen[rule].append(float(page.evaluate(_PAINTED)))
        context.close()
    ways.close()
    return seen


def main() -> None:
    asked = about_a_town(__doc__)
    asked.add_argument("--as", dest="who", choices=tuple(PEOPLE), default="supervisor")
    asked.add_argument("--times", type=int, default=3)
    given = asked.parse_args()
    app = app_of(simulated(given.town, given.weeks, given.residents))
    found = addresses(app, given.who)
    with looked_at(app) as (browser, url):
        seen = painted(browser, url, given.who, found, given.times)
    table = Table("page", "n", "median ms", "slowest ms", title=f"first paint, bar {BAR_MS} ms")
    for rule, ms in sorted(seen.items(), key=lambda one: -max(one[1])):
        table.add_row(rule, str(len(ms)), f"{statistics.median(ms):.0f}", f"{max(ms):.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()
