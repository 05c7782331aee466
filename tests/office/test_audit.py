"""The audit trail: whatever is changed, taken out, put in or reordered is found, on both databases."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from hotline.domain.audit import FIRST, Head, Line, seal, verify
from hotline.store.audit import checked, head_of
from hotline.store.tables import LookRow
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import downgrade, upgrade

NOW = datetime(2026, 11, 24, 1, 30, 0, 123456, tzinfo=UTC)


def chain(n: int) -> tuple[list[tuple[Line, str]], Head]:
    lines, last = [], FIRST
    for place in range(1, n + 1):
        line = Line(place, NOW + timedelta(seconds=place), "liu", "look", f"call CA{place}", "")
        last = seal(last, line)
        lines.append((line, last))
    return lines, Head(n, last)


@given(st.integers(1, 12), st.data())
def test_one_line_that_is_other_than_it_was_is_named(n: int, data: st.DataObject) -> None:
    lines, head = chain(n)
    assert verify(lines, head).whole
    at = data.draw(st.integers(0, n - 1))
    line, sealed = lines[at]
    other = data.draw(
        st.sampled_from(
            [replace(line, what="call CA0"), replace(line, username="li"), replace(line, reason=" "),
             replace(line, kind="unmask"), replace(line, at=line.at + timedelta(microseconds=1))]
        )
    )  # fmt: skip
    lines[at] = (other, sealed)
    found = verify(lines, head)
    assert (found.broken, found.why, found.lines) == (at + 1, "changed", at)


def test_moving_text_from_one_field_to_the_next_is_a_change() -> None:
    line = Line(1, NOW, "liu", "look", "a", "b")
    assert seal(FIRST, line) != seal(FIRST, replace(line, what="ab", reason=""))
    assert seal(FIRST, line) != seal(FIRST, replace(line, what='a","x":"', reason="b"))


@pytest.fixture
def store(either_url: str) -> Iterator[Store]:
    store = Store(either_url)
    for n in range(1, 6):
        with store.open() as office:
            office.session.add(LookRow(username="liu", what=f"call CA{n}", reason="", at=NOW))
            office.session.add(LookRow(username="liu", what=f"audio {n}", reason="她要回电话", at=NOW))
            office.commit()
    yield store
    store.close()


def tamper(store: Store, *statements: str) -> None:
    """As somebody who owns the database would: past what the database itself refuses."""
    drop = ["DROP TRIGGER looks_stay ON looks"]
    if store.engine.dialect.name == "sqlite":
        drop = ["DROP TRIGGER looks_stay_update", "DROP TRIGGER looks_stay_delete"]
    with store.engine.begin() as connection:
        for statement in (*drop, *statements):
            connection.execute(text(statement))


def found(store: Store, noted: Head | None = None) -> tuple[int, str]:
    with store.open() as office:
        verdict = checked(office.session, noted)
    return verdict.broken, verdict.why


def test_a_trail_nobody_touched_is_whole(store: Store) -> None:
    with store.open() as office:
        verdict = checked(office.session)
    assert (verdict.whole, verdict.lines, verdict.head.place) == (True, 10, 10)


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        (["UPDATE looks SET what = 'call CA9' WHERE place = 4"], (4, "changed")),
        (["UPDATE looks SET reason = '' WHERE place = 2"], (2, "changed")),
        (["UPDATE looks SET username = 'wang' WHERE place = 10"], (10, "changed")),
        (["UPDATE looks SET seal = 'x' WHERE place = 1"], (1, "changed")),
        (["DELETE FROM looks WHERE place = 5"], (5, "missing")),
        (["DELETE FROM looks WHERE place = 1"], (1, "missing")),
        (["DELETE FROM looks WHERE place = 10"], (10, "short")),
        (["DELETE FROM looks"], (1, "short")),
        (["UPDATE looks SET place = 99 WHERE place = 3", "UPDATE looks SET place = 3 WHERE place = 4",
          "UPDATE looks SET place = 4 WHERE place = 99"], (3, "changed")),
        (["DELETE FROM looks WHERE place = 6", "UPDATE looks SET place = -place WHERE place > 6",
          "UPDATE looks SET place = -place - 1 WHERE place < 0",
          "UPDATE audit_head SET place = 9"], (6, "changed")),
        (["UPDATE audit_head SET seal = 'x'"], (10, "other")),
        (["UPDATE audit_head SET place = 11"], (11, "short")),
    ],
)  # fmt: skip
def test_what_was_done_to_it_is_found(store: Store, statements: list[str], says: tuple[int, str]) -> None:
    tamper(store, *statements)
    assert found(store) == says


COLUMNS = "(username, what, reason, at, kind, place, seal)"


@pytest.mark.parametrize(
    ("place", "says"), [("NULL", (11, "extra")), ("0", (1, "missing")), ("11", (11, "changed"))]
)
def test_a_line_put_in_is_found(store: Store, place: str, says: tuple[int, str]) -> None:
    put = (
        f"INSERT INTO looks {COLUMNS} SELECT username, 'x', '', at, kind, {place}, seal FROM looks WHERE place = 3"  # noqa: S608 -- an intruder's
    )
    tamper(store, put)
    assert found(store) == says


def test_a_chain_written_anew_shows_against_a_head_noted_elsewhere(store: Store) -> None:
    with store.open() as office:
        noted = head_of(office.session)
        office.session.add(LookRow(username="liu", what="later", reason="", at=NOW))
        office.commit()
    assert found(store, noted) == (0, "")
    forged = seal(FIRST, Line(1, NOW, "liu", "look", "call CA1", ""))
    head = f"UPDATE audit_head SET place = 1, seal = '{forged}'"  # noqa: S608 -- an intruder's
    tamper(store, "DELETE FROM looks WHERE place > 1", head)
    assert found(store) == (0, ""), "whole in itself"
    assert found(store, noted) == (10, "short")


def test_the_database_itself_refuses_to_change_a_line(store: Store) -> None:
    for statement in ("UPDATE looks SET what = ''", "DELETE FROM looks"):
        with pytest.raises(DatabaseError, match="only added to"), store.engine.begin() as connection:
            connection.execute(text(statement))
    assert found(store) == (0, "")


def test_a_transaction_that_is_dropped_leaves_no_gap(store: Store) -> None:
    with store.open() as office:
        office.session.add(LookRow(username="liu", what="dropped", reason="", at=NOW))
        office.session.flush()
    with store.open() as office:
        office.session.add(LookRow(username="liu", what="kept", reason="", at=NOW))
        office.session.flush()
        office.session.rollback()
        office.session.add(LookRow(username="liu", what="kept at last", reason="", at=NOW))
        office.commit()
    with store.open() as office:
        assert checked(office.session).lines == 11


def test_many_at_once_make_one_chain(store: Store) -> None:
    def many(n: int) -> None:
        shuffled = random.Random(n)
        for m in range(20):
            with store.open() as office:
                for _ in range(shuffled.randint(1, 3)):
                    office.session.add(LookRow(username=f"u{n}", what=f"page {m}", reason="", at=NOW))
                office.commit()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(many, range(8)))
    with store.open() as office:
        verdict = checked(office.session)
    assert verdict.whole
    assert verdict.lines >= 170


def test_looks_from_before_the_chain_are_its_beginning(either_url: str) -> None:
    downgrade(either_url, "0014")
    store = Store(either_url)
    with store.engine.begin() as connection:
        for n in range(3):
            put = (
                "INSERT INTO looks (username, what, reason, at) VALUES ('liu', :what, '', '2026-11-24 01:30:00.5')"
            )
            connection.execute(text(put), {"what": f"call CA{n}"})
    upgrade(either_url)
    with store.open() as office:
        assert (checked(office.session).whole, checked(office.session).lines) == (True, 3)
    store.close()


def test_a_savepoint_taken_back_leaves_the_chain_whole(either_url: str) -> None:
    upgrade(either_url)
    store = Store(either_url)
    with store.open() as office:
        office.note(LookRow(username="liu", kind="look", what="before", reason="", at=NOW))
        office.session.flush()
        inside = office.session.begin_nested()
        office.note(LookRow(username="liu", kind="look", what="within", reason="", at=NOW))
        office.session.flush()
        inside.rollback()
        office.commit()
    with store.open() as office:
        found = checked(office.session)
        assert (found.whole, found.lines) == (True, 1)
    store.close()
