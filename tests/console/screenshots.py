"""`make screenshots`: every page as every role that may open it, at three sizes, with an index to leaf through."""

from __future__ import annotations

import argparse
import html
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright

from hotline.console.crawl import open_to, pages_of, reached
from tests.api.conftest import PEOPLE
from tests.console.hall import token_of
from tests.console.town_pages import PASSWORD, app_of, served, simulated

SIZES = {"laptop": (1366, 768), "desk": (1920, 1080), "phone": (390, 844)}
ROLES = ("window", "village", "supervisor", "administrator", "auditor")
"""One person of each role: pages of the other clerks look the same."""


def addresses(app: Flask, who: str) -> Mapping[str, str]:
    """By rule, what this person reaches."""
    client = app.test_client()
    form = {"username": who, "password": PASSWORD, "csrf_token": token_of(client)}
    assert client.post("/login", data=form).status_code == 302
    return reached(app, client)


def log_in(page: Page, url: str, who: str) -> None:
    page.goto(f"{url}/login")
    page.fill("#username", who)
    page.fill("#password", PASSWORD)
    page.click("form.door button")


def shoot(browser: Browser, url: str, who: str, found: Mapping[str, str], folder: Path) -> list[str]:
    """A picture of each page at each size; the names of the files."""
    made = []
    for size, (width, height) in SIZES.items():
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        page = context.new_page()
        log_in(page, url, who)
        for rule, address in found.items():
            name = f"{re.sub(r'[^a-z0-9]+', '-', rule.lower()).strip('-') or 'root'}.{who}.{size}.png"
            page.goto(f"{url}{address}", wait_until="load")
            if page.evaluate("document.doctype === null"):
                continue  # a part that a page fetches, no page
            page.wait_for_timeout(250)
            page.screenshot(path=folder / name)
            made.append(name)
        context.close()
    return made


def index(folder: Path, made: list[str], missing: Mapping[str, list[str]]) -> None:
    """All pictures on one page, by page, and which pages nobody reached."""
    rows = []
    for name in sorted(made):
        title = html.escape(name.removesuffix(".png"))
        rows.append(f'<figure><a href="{name}"><img loading="lazy" width="420" src="{name}" alt="{title}"></a>'
                    f"<figcaption>{title}</figcaption></figure>")  # fmt: skip
    lost = "".join(f"<li>{who}: {html.escape(', '.join(rules))}</li>" for who, rules in missing.items() if rules)
    style = "body{font:16px sans-serif;display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0}ul{width:100%}"
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Pages</title><style>{style}</style>'
    (folder / "index.html").write_text(f"{head}<ul>{lost}</ul>{''.join(rows)}</html>\n", "utf8")


def about_a_town(what_for: str | None) -> argparse.ArgumentParser:
    """Asks which simulated town is looked at."""
    asked = argparse.ArgumentParser(description=what_for)
    asked.add_argument("--weeks", type=int, default=2)
    asked.add_argument("--residents", type=int, default=300)
    asked.add_argument(
        "--town", type=Path, default=Path("build/town"), help="Data folder, simulated if not there."
    )
    return asked


@contextmanager
def looked_at(app: Flask) -> Iterator[tuple[Browser, str]]:
    """A browser, and where the pages are."""
    with served(app) as url, sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser, url
        browser.close()


def main() -> None:
    asked = about_a_town(__doc__)
    asked.add_argument("--out", type=Path, default=Path("build/screenshots"))
    asked.add_argument("--as", dest="who", choices=tuple(PEOPLE), action="append")
    given = asked.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    app = app_of(simulated(given.town, given.weeks, given.residents))
    people = given.who or ROLES
    found = {who: addresses(app, who) for who in people}
    rules = pages_of(app)
    missing = {
        who: [rule.rule for rule in rules if open_to(app, rule, PEOPLE[who][0]) and rule.rule not in found[who]]
        for who in people
    }
    with looked_at(app) as (browser, url):
        made = [name for who in people for name in shoot(browser, url, who, found[who], given.out)]
    index(given.out, made, missing)
    print(f"{len(made)} pictures: {given.out / 'index.html'}")


if __name__ == "__main__":
    main()
