"""What stands in the way of people with other eyes and hands on a page, by axe-core."""

from __future__ import annotations

from playwright.sync_api import Page

from hotline.console.built import BUILT

AXE = BUILT.parent.parent / "front" / "node_modules" / "axe-core" / "axe.min.js"
_FOUND = """axe.run(document, {resultTypes: ['violations'], preload: false}).then(r => r.violations
    .filter(v => ['serious', 'critical'].includes(v.impact)).map(v => `${v.id}: ${v.nodes[0].html}`))"""


def grave(page: Page) -> list[str]:
    """What is serious or worse."""
    page.evaluate(f"{AXE.read_text('utf8')};0")
    found: list[str] = page.evaluate(_FOUND)
    return found
