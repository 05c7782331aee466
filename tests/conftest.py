"""Fixtures every test may use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.config import Settings
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade

pytest_plugins = ("tests.servers",)


@pytest.fixture
def empty_store(tmp_path: Path) -> Iterator[Store]:
    """The database a service would have in this test's folder, with its tables and nothing in them."""
    url = Settings.from_environment({"HOTLINE_DATA_DIR": str(tmp_path)}).database_url
    upgrade(url)
    store = Store(url)
    yield store
    store.close()
