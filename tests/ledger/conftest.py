"""The ledger's room on each database."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.store.unit_of_work import Store
from tests.ledger.room import Room


@pytest.fixture
def room(either_store: Store, tmp_path: Path) -> Room:
    return Room(either_store, tmp_path)
