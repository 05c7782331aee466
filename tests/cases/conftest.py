"""The case room on each database."""

from __future__ import annotations

import pytest

from hotline.store.unit_of_work import Store
from tests.cases.room import Room


@pytest.fixture
def room(either_store: Store) -> Room:
    return Room(either_store)
