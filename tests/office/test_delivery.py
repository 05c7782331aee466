"""A message's state goes forward only, in whatever order and however early the carrier reports."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from hotline.clock import utc_now
from hotline.domain.messages import REPORTED, further
from hotline.store.delivery import apply_status, settle_early, take_sid
from hotline.store.tables import MessageRow, Table
from hotline.store.unit_of_work import Office, Store


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    store = Store(f"sqlite:///{tmp_path}/hotline.sqlite")
    Table.metadata.create_all(store.engine)
    with store.open() as office:
        yield office
    store.close()


def a_message(office: Office, sid: str = "SM1", state: str = "queued") -> MessageRow:
    row = MessageRow(reason=f"r{sid}", to="1", body="b", state=state, sid=sid, created_at=utc_now())
    office.session.add(row)
    office.session.flush()
    return row


@pytest.mark.parametrize("order", list(permutations(["queued", "sending", "sent", "delivered"])))
def test_whatever_the_order_of_reports_the_last_state_stands(office: Office, order: tuple[str, ...]) -> None:
    row = a_message(office)
    for state in order:
        assert apply_status(office, "SM1", state)
    assert row.state == "delivered"


def test_an_end_is_not_taken_back_by_another(office: Office) -> None:
    row = a_message(office)
    apply_status(office, "SM1", "undelivered", "30003")
    apply_status(office, "SM1", "delivered")
    assert (row.state, row.error) == ("undelivered", "30003")
    apply_status(office, "SM1", "read")
    assert row.state == "read"


def test_every_state_a_carrier_may_report_has_a_place() -> None:
    assert all(further("waiting", ours) == ours for ours in REPORTED.values())


@pytest.mark.parametrize("state", ["", "exploded", "DELIVERED", "x" * 10_000])
def test_an_unknown_state_changes_nothing(office: Office, state: str) -> None:
    row = a_message(office)
    assert not apply_status(office, "SM1", state)
    assert row.state == "queued"


@pytest.mark.parametrize("sid", ["", "SM-unknown", "S" * 100_000])
def test_a_report_on_a_message_nobody_sent_is_answered_no(office: Office, sid: str) -> None:
    assert not apply_status(office, sid, "sent")


def test_a_report_that_comes_before_the_sid_is_kept_for_it(office: Office) -> None:
    row = a_message(office, sid="", state="sending")
    assert not apply_status(office, "SM9", "delivered")
    assert not apply_status(office, "SM9", "sent")
    take_sid(office, row, "SM9")
    assert (row.state, row.sid) == ("delivered", "SM9")
    assert settle_early(office) == 0


def test_a_report_kept_while_the_sid_was_stored_is_settled_by_the_sweep(office: Office) -> None:
    apply_status(office, "SM7", "undelivered", "30003")
    row = a_message(office, sid="SM7")
    assert settle_early(office) == 1
    assert (row.state, row.error) == ("undelivered", "30003")
    assert settle_early(office) == 0
