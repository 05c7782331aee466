"""The ledger's room on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.store.unit_of_work import Store
from tests.ledger.room import Room


@pytest.fixture
def room(either_store: Store, tmp_path: Path) -> Iterator[Room]:
    room = Room(either_store, tmp_path)
    yield room
    room.store.close()  # after a restart it is another one
