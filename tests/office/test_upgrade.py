"""The migrations give exactly the tables of the models, on both databases, whoever starts at the same time."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from hotline.store.case_search import WORDS_TABLE
from hotline.store.tables import Table
from hotline.store.unit_of_work import open_engine
from hotline.store.upgrade import downgrade, pending, upgrade
from hotline.store.word_index import LEDGER, TURNS


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'deep' / 'hotline.sqlite'}"
    return str(request.getfixturevalue("postgres_url"))


def differences(url: str) -> list[Any]:
    engine = open_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "compare_server_default": True, "include_name": _of_the_models},
        )
        found: list[Any] = compare_metadata(context, Table.metadata)
    engine.dispose()
    return found


def _of_the_models(name: str | None, _kind: str, _parents: Any) -> bool:
    """Each database makes the index of searched words in its own way, with tables of its own beside it."""
    return not (name or "").startswith((WORDS_TABLE, TURNS, LEDGER))


def tables(url: str) -> set[str]:
    engine = open_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def test_the_migrations_give_the_tables_of_the_models(url: str) -> None:
    upgrade(url)
    assert differences(url) == []


def test_the_comparison_sees_a_missing_table(url: str) -> None:
    assert len(differences(url)) >= len(Table.metadata.tables)


def test_every_revision_goes_down_and_up_again(url: str) -> None:
    upgrade(url)
    downgrade(url)
    assert tables(url) == {"alembic_version"}
    upgrade(url)
    assert differences(url) == []


def test_constraints_and_indexes_have_the_names_of_the_models(url: str) -> None:
    upgrade(url)
    engine = open_engine(url)
    seen = inspect(engine)
    for table in Table.metadata.tables.values():
        assert {i["name"] for i in seen.get_indexes(table.name) if not i.get("duplicates_constraint")} == {
            index.name for index in table.indexes
        }
        assert {u["name"] for u in seen.get_unique_constraints(table.name)} == {
            c.name for c in table.constraints if type(c).__name__ == "UniqueConstraint"
        }
    engine.dispose()


def test_what_is_pending_is_told_before_and_gone_after(url: str) -> None:
    assert pending(url)[0] == "0001"
    upgrade(url)
    assert pending(url) == []


def test_processes_that_start_together_upgrade_once(url: str) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(upgrade, [url] * 4)) == [None] * 4
        if url.startswith("sqlite"):  # a new file is where SQLite does not wait by itself
            for n in range(10):
                assert list(pool.map(upgrade, [f"{url}.{n}"] * 4)) == [None] * 4
    assert differences(url) == []
