"""Who only looks waits for nobody, sees one moment, writes nothing, and is on record."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from hotline.clock import utc_now
from hotline.store.audit import checked
from hotline.store.tables import LookRow, ResidentRow
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade


def _look(what: str) -> LookRow:
    return LookRow(username="liu", what=what, reason="", at=utc_now())


def _resident(number: str) -> ResidentRow:
    return ResidentRow(number=number, name="王桂花", village="V01", created_at=utc_now())


def _how_many(store: Store) -> int:
    with store.reading() as office:
        return office.session.scalar(select(func.count()).select_from(ResidentRow)) or 0


def test_a_look_waits_for_no_writer_and_sees_what_is_kept(empty_store: Store) -> None:
    with empty_store.open() as writer:
        writer.session.add(_resident("13907370001"))
        writer.session.flush()
        assert _how_many(empty_store) == 0
        writer.commit()
    assert _how_many(empty_store) == 1


def test_a_writer_waits_for_no_look(empty_store: Store) -> None:
    with empty_store.reading() as reader:
        assert reader.session.scalars(select(ResidentRow)).all() == []
        with empty_store.open() as writer:
            writer.session.add(_resident("13907370001"))
            writer.commit()
        assert reader.session.scalars(select(ResidentRow)).all() == []  # one moment, however long it takes
    assert _how_many(empty_store) == 1


def test_what_was_looked_at_is_sealed_and_what_was_read_stays_readable(empty_store: Store) -> None:
    with empty_store.open() as office:
        office.session.add(_resident("13907370001"))
        office.commit()
    with empty_store.reading() as office:
        person = office.session.scalars(select(ResidentRow)).one()
        office.note(_look("resident 1"))
        office.commit()
    assert person.name == "王桂花"
    with empty_store.reading() as office:
        assert office.session.scalars(select(LookRow.what)).all() == ["resident 1"]
        assert checked(office.session).whole


def test_a_look_that_was_not_kept_is_not_on_record(empty_store: Store) -> None:
    with empty_store.reading() as office:
        office.note(_look("resident 1"))
    with empty_store.reading() as office:
        assert office.session.scalars(select(LookRow.what)).all() == []


def test_nothing_is_written_by_who_only_looks(empty_store: Store) -> None:
    with empty_store.reading() as office:
        office.session.add(_resident("13907370001"))
        with pytest.raises(OperationalError, match="readonly"):
            office.session.flush()
    with empty_store.open() as office:  # the same connection, for writing again
        office.session.add(_resident("13907370002"))
        office.commit()
    assert _how_many(empty_store) == 1


@pytest.mark.parametrize("change", ["new", "dirty"])
def test_a_change_is_not_lost_silently(empty_store: Store, change: str) -> None:
    with empty_store.open() as office:
        office.session.add(_resident("13907370001"))
        office.commit()
    with empty_store.reading() as office:
        if change == "new":
            office.session.add(_look("resident 1"))
        else:
            office.session.scalars(select(ResidentRow)).one().name = "王菊花"
        with pytest.raises(RuntimeError, match=r"Store\.open"):
            office.commit()


def test_a_look_is_kept_on_postgresql_too(postgres_url: str) -> None:
    upgrade(postgres_url)
    store = Store(postgres_url)
    try:
        with store.reading() as office:
            assert office.session.scalars(select(ResidentRow)).all() == []
            office.note(_look("resident 1"))
            office.commit()
        with store.reading() as office:
            assert office.session.scalars(select(LookRow.what)).all() == ["resident 1"]
            assert checked(office.session).whole
    finally:
        store.close()
