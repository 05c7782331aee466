"""Names and numbers become findable with the transaction that wrote them, and only with it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hotline.store.tables import KnownNameRow, KnownNumberRow
from hotline.store.unit_of_work import Store
from hotline.store.word_index import heed, unlearn


@pytest.fixture
def store(either_store: Store) -> Store:
    return either_store


def known(store: Store) -> set[str]:
    with store.open() as office:
        return {
            *office.session.scalars(select(KnownNameRow.name)),
            *office.session.scalars(select(KnownNumberRow.number)),
        }


def test_kept_with_what_was_written(store: Store) -> None:
    with store.open() as office:
        office.records.know_resident("13812341234", name="王桂花")
        office.commit()
    assert known(store) == {"王桂花", "13812341234"}


def test_several_at_once_and_again(store: Store) -> None:
    for _ in range(2):
        with store.open() as office:
            heed(office.session, ("王桂花", "曾繁荣", ""), ("13812341234", "110"))
            office.commit()
    assert known(store) == {"王桂花", "曾繁荣", "13812341234"}


def test_what_is_dropped_leaves_no_name_behind(store: Store) -> None:
    with store.open() as office:
        office.records.know_resident("13812341234", name="王桂花")
        office.session.rollback()
        office.records.know_resident("13812345678", name="曾繁荣")
        office.commit()
    assert known(store) == {"曾繁荣", "13812345678"}


def test_a_savepoint_taken_back_takes_no_earlier_name_with_it(store: Store) -> None:
    with store.open() as office:
        office.records.know_resident("13812341234", name="王桂花")
        office.session.begin_nested().rollback()
        office.commit()
    assert known(store) == {"王桂花", "13812341234"}


def test_who_is_erased_in_the_same_transaction_is_not_found_after_it(store: Store) -> None:
    with store.open() as office:
        office.records.know_resident("13812341234", name="王桂花")
        unlearn(office.session, ["王桂花"], "13812341234")
        office.commit()
    assert known(store) == set()
