"""People of every role before the pages, and rows of the ledger for them to work on."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from hotline.config import Settings
from hotline.store.unit_of_work import Store
from tests.console.conftest import NOW, Clock, app_over, log_in
from tests.console.office_day import hire
from tests.ledger.room import Room
from tests.town import Watch

PASSWORD = "a good long one"
STAFF = (
    ("zhou", "周正平", "supervisor", "", ""),
    ("zeng", "曾令军", "clerk", "window", ""),
    ("liuf", "刘芳", "clerk", "window:1", ""),
    ("gong", "符长青", "village", "", "V01"),
    ("shi", "石国华", "village", "", "V03"),
    ("audit", "苏审计", "auditor", "", ""),
    ("root", "何美玲", "administrator", "", ""),
)


def employ(store: Store) -> None:
    """Everybody who works here."""
    hire(store, STAFF)


def room_over(store: Store, settings: Settings) -> Room:
    employ(store)
    return Room(store, settings.data_dir, Watch(NOW))


def entering(store: Store, settings: Settings, clock: Clock) -> Callable[[str], FlaskClient]:
    """Logs somebody in, in a browser of their own."""
    app = app_over(store, settings, clock)

    def enter(username: str) -> FlaskClient:
        client = app.test_client()
        assert log_in(client, PASSWORD, username) == 302
        return client

    return enter


def sent(client: FlaskClient, page: str, path: str, **form: Any) -> Any:
    """A form of a page, sent to `path` with the page's own token and whatever version it has."""
    text = client.get(page).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', text)
    version = re.search(r'name="version" value="(\d+)"', text)
    assert token
    own = {"csrf_token": token[1]} | ({"version": version[1]} if version else {})
    return client.post(path, data=own | form)
