"""Point 4, reports: figures with charts that are drawn, and a bulletin that Word opens."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.nine_points.conftest import Sits

pytestmark = pytest.mark.browser

DRAWN = """() => [...document.querySelectorAll('[data-chart]')].every(chart => {
    const one = chart.querySelector('canvas');
    return one && new Set(one.getContext('2d').getImageData(0, 0, one.width, one.height).data).size > 20;
})"""


def saved(page: Page, link: str, folder: Path) -> Path:
    """What a link of the page gives to be kept."""
    with page.expect_download() as given:
        page.get_by_role("link", name=link).first.click()
    path = folder / given.value.suggested_filename
    given.value.save_as(path)
    return path


def test_charts_are_drawn_with_their_numbers_beside_them_and_go_to_excel(sits: Sits, tmp_path: Path) -> None:
    desk = sits("supervisor")
    page = desk.page
    desk.goes("/reports")
    page.get_by_label("按什么分").select_option(value="place")
    page.get_by_role("button", name="看", exact=True).click()
    page.wait_for_load_state("load")
    assert page.locator("[data-chart]").count() >= 1
    page.wait_for_function(DRAWN)
    expect(page.get_by_role("region", name="每周趋势表")).to_contain_text("周（")
    desk.sees("95%")
    desk.reads()
    book = openpyxl.load_workbook(saved(page, "Excel", tmp_path))
    assert book.sheetnames


def test_a_bulletin_is_drafted_and_opens_in_word(sits: Sits, tmp_path: Path) -> None:
    desk = sits("supervisor")
    page = desk.page
    desk.goes("/reports/papers")
    page.get_by_role("button", name="起草").first.click()
    page.wait_for_load_state("load")
    if "/papers/" not in page.url:
        page.get_by_role("link", name="看").first.click()
    expect(page.locator("iframe#paper")).to_be_visible()
    desk.reads()
    paper = saved(page, "Word", tmp_path)
    assert zipfile.is_zipfile(paper)
    text = "\n".join(one.text for one in docx.Document(str(paper)).paragraphs)
    assert "通报" in text
    assert "满意" in text
