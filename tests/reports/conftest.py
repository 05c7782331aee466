"""The quarter of `month` on record, on a database of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.store.unit_of_work import Store
from tests.reports.month import filled
from tests.town import migrated


@pytest.fixture(scope="package")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, int]]:
    """A database with everything in it, and which row is which."""
    folder = tmp_path_factory.mktemp("month")
    shutil.copy(migrated(), folder / "town.sqlite")
    store = Store(f"sqlite:///{folder / 'town.sqlite'}")
    rows = filled(store, folder)
    store.close()
    return str(folder / "town.sqlite"), rows


@pytest.fixture
def store(kept: tuple[str, dict[str, int]], tmp_path: Path) -> Iterator[Store]:
    shutil.copy(kept[0], tmp_path / "town.sqlite")
    store = Store(f"sqlite:///{tmp_path / 'town.sqlite'}")
    yield store
    store.close()


@pytest.fixture
def rows(kept: tuple[str, dict[str, int]]) -> dict[str, int]:
    return kept[1]
