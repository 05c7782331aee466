"""Versions of the lists: on both databases, one of two imports at once wins, and an older one comes back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest

from hotline.domain.errors import Refused
from hotline.domain.lists import Document
from hotline.store.repositories.catalogue import Accepted
from hotline.store.unit_of_work import Store
from hotline.town import current_town, demonstration, document_of

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


@pytest.fixture
def store(either_store: Store) -> Store:
    return either_store


def accept(store: Store, document: Document, based_on: int, *, note: str = "", restored: int | None = None) -> int:
    with store.open() as office:
        by = Accepted(based_on + 1, "liu", note, restored, NOW)
        number = office.catalogue.add(document, based_on=based_on, by=by)
        office.commit()
    return number


def with_groups(groups: int) -> Document:
    first, *rest = demonstration()["villages"]
    return {**demonstration(), "villages": [{**first, "groups": groups}, *rest]}


def test_before_any_import_it_is_the_demonstration_town(store: Store) -> None:
    with store.open() as office:
        assert office.catalogue.newest() == 0
        assert current_town(office).villages["V01"].name == "青山村"
        assert document_of(office, 0) == demonstration()
        with pytest.raises(KeyError):
            document_of(office, 1)


def test_the_newest_counts_and_older_ones_stay_as_they_were(store: Store) -> None:
    assert accept(store, with_groups(20), 0, note="三组并入") == 1
    assert accept(store, with_groups(21), 1) == 2
    assert accept(store, demonstration(), 2, restored=0) == 3
    with store.open() as office:
        assert [document_of(office, n)["villages"][0]["groups"] for n in range(4)] == [7, 20, 21, 7]
        assert current_town(office).villages["V01"].groups == 7
        history = office.catalogue.history()
    assert [(v.number, v.note, v.restored) for v in history] == [(3, "", 0), (2, "", None), (1, "三组并入", None)]
    assert {(v.username, v.at) for v in history} == {("liu", NOW)}


def test_who_imports_on_top_of_an_older_version_is_told(store: Store) -> None:
    accept(store, with_groups(20), 0)
    with pytest.raises(Refused) as lost:
        accept(store, with_groups(21), 0)
    assert (lost.value.reason, lost.value.facts["newest"]) == ("overtaken", 1)


def test_of_imports_at_the_same_time_one_wins_and_the_others_are_told(store: Store) -> None:
    together = Barrier(4)

    def attempt(groups: int) -> int | str:
        together.wait()
        try:
            return accept(store, with_groups(groups), 0)
        except Refused as lost:
            return lost.reason

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(attempt, (20, 21, 22, 23)))
    assert sorted(map(str, outcomes)) == ["1", "overtaken", "overtaken", "overtaken"]
    won = (20, 21, 22, 23)[outcomes.index(1)]
    with store.open() as office:
        assert document_of(office, 1) == with_groups(won)
        assert office.catalogue.newest() == 1
