"""The case room on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hotline.store.unit_of_work import Store
from tests.cases.room import Room


@pytest.fixture
def room(either_store: Store) -> Iterator[Room]:
    room = Room(either_store)
    yield room
    room.store.close()  # after a restart it is another one
