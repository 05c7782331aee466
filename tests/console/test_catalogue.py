"""Every text of the staff's pages has its English, with the same places to fill in."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from tests.console.conftest import log_in, token
from tests.console.english import ENGLISH, compiled

ROOT = Path(__file__).parent.parent.parent
FILLED = re.compile(r"%\(\w+\)s|%%|\{\w*\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def texts(message: Message) -> list[tuple[str, str]]:
    """A message with its translation; one and many apart."""
    if isinstance(message.id, (tuple, list)):
        return [(message.id[0], said) for said in message.string]
    return [(message.id, str(message.string))]


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="en")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What `make words` finds."""
    pot = tmp_path_factory.mktemp("words") / "messages.pot"
    told = re.search(r"pybabel -q (extract .*?) -o \S+ \.\n", (ROOT / "Makefile").read_text("utf8"), re.DOTALL)
    assert told, "the test runs the very command of the Makefile"
    words = told[1].replace("\\\n", " ").split()
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", *words, "-o", str(pot), "."]
    subprocess.run(command, cwd=ROOT / "hotline", check=True, capture_output=True)
    return catalogue(pot)


@pytest.fixture(scope="module")
def english() -> Catalog:
    return catalogue(ENGLISH)


def test_every_text_has_its_english(found: Catalog, english: Catalog) -> None:
    ids = [message.id for message in found if message.id]
    assert len(ids) > 300
    known = {message.id: message for message in english if message.id}
    missing = [one for one in ids if one not in known or not all(said for _, said in texts(known[one]))]
    assert missing == [], "run `make words` and translate these"


def test_english_fills_in_the_same_and_is_english(english: Catalog) -> None:
    wrong = [
        (text, said)
        for message in english
        if message.id
        for text, said in texts(message)
        if set(FILLED.findall(text)) != set(FILLED.findall(said)) or CHINESE.search(said)
    ]
    assert wrong == []
    assert [message.id for message in english if message.id and message.fuzzy] == []


def test_nothing_is_translated_that_no_page_says(found: Catalog, english: Catalog) -> None:
    ids = {message.id for message in found}
    assert [message.id for message in english if message.id not in ids] == []
    assert list(english.obsolete) == []


def test_who_chose_english_reads_english(client: FlaskClient) -> None:
    compiled()
    log_in(client)
    form = {"language": "en", "csrf_token": token(client)}
    client.post("/language", data=form, headers={"Referer": "http://localhost/ledger"})
    page = client.get("/ledger").text
    for said in ("Callback ledger", "Praise → made known", "Only what is late", 'lang="en"'):
        assert said in page
    body = re.sub(r"<button[^>]*name=\"language\".*?</button>", "", page, flags=re.DOTALL)
    assert set(CHINESE.findall(body)) <= set("刘干事"), "nothing but the clerk's own name is left in Chinese"
