"""The ledger's room on each database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade
from tests.ledger.room import Room
from tests.town import migrated


@pytest.fixture(params=["sqlite", "postgresql"])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'town.sqlite'}"
        shutil.copy(migrated(), tmp_path / "town.sqlite")
    else:
        url = str(request.getfixturevalue("postgres_url"))
        upgrade(url)
    room = Room(Store(url), tmp_path)
    yield room
    room.store.close()
