"""The pages in English, for tests: compiled anew, and every Chinese word that is left on a page."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from sqlalchemy import MetaData

import hotline
from hotline.console.languages import TRANSLATIONS
from hotline.store.unit_of_work import Store
from hotline.town import read_town

ENGLISH = TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po"
RUN = re.compile(r"[\u4e00-\u9fff]+")
MASKED = re.compile(r"[\u4e00-\u9fff]\*+[\u4e00-\u9fff]?")
SENT = {"href", "hx-get", "hx-post", "action", "value", "data-row", "content"}
"""Attributes nobody reads."""
ITS_OWN_NAME = {"中文"}


@cache
def compiled() -> None:
    """The catalogue as the pages read it."""
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "compile", "-i", str(ENGLISH)]
    subprocess.run([*command, "-o", str(ENGLISH.with_suffix(".mo"))], check=True)


@cache
def texts_of_pages() -> frozenset[str]:
    """Every Chinese text the catalogue has an English for."""
    with ENGLISH.open("rb") as file:
        return frozenset(str(message.id) for message in read_po(file, locale="en") if message.id)


@cache
def names_of_lists() -> frozenset[str]:
    """What the town calls its services and topics; some are called as a text of the pages is."""
    town = read_town()
    return frozenset(one.spoken for one in (*town.services.values(), *town.topics.values()))


class Shown(HTMLParser):
    """What a person sees or hears of a page: text and attributes with words in them."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        self.texts += [value for name, value in attrs if value and name not in SENT]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)


def data_of(store: Store) -> str:
    """Every Chinese word that is data: of the records, and of the town's lists."""
    tables = MetaData()
    tables.reflect(store.engine)
    with store.engine.connect() as connection:
        cells = [
            cell for table in tables.sorted_tables for row in connection.execute(table.select()) for cell in row
        ]
    lists = (Path(hotline.__file__).parent / "data").glob("*.tsv")
    return "\n".join([*(text for cell in cells for text in _strings(cell)), *(f.read_text("utf8") for f in lists)])


def _strings(cell: Any) -> Iterator[str]:
    if isinstance(cell, str) and cell[:1] in ("[", "{"):
        try:
            cell = json.loads(cell)
        except ValueError:
            yield str(cell)
            return
    if isinstance(cell, str):
        yield cell
    elif isinstance(cell, dict):
        for value in cell.values():
            yield from _strings(value)
    elif isinstance(cell, list | tuple):
        for value in cell:
            yield from _strings(value)


def left_in_chinese(page: str, data: str, told: re.Pattern[str]) -> set[str]:
    """Words of the page in Chinese that are no data; `told` is what people said in the records, masked."""
    shown = Shown()
    shown.feed(page)
    found = set()
    for text in shown.texts:
        if text.strip() in names_of_lists():
            continue
        runs = RUN.findall(MASKED.sub("", told.sub("", text)))
        found |= {run for run in runs if run not in data or run in texts_of_pages()}
    return found - ITS_OWN_NAME
