"""Lists in pages: filtered, searched, counted when asked; nothing skipped, nothing twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.api.pages import Order
from hotline.domain.appointments import Wanted
from hotline.domain.calendar import Place
from hotline.store.tables import AppointmentRow
from tests.api.conftest import NOW, Served


def book_many(served: Served, number: int) -> None:
    """Appointments of which many begin at the same time."""
    with served.store.open() as office:
        for n in range(number):
            at = NOW + timedelta(days=7 + n // 10)
            wanted = Wanted("1", Place.WINDOW, at, f"人{n}", "V03", "13700000000")
            office.appointments.add(wanted, code=f"{500_000 + n}", seat=n, conversation=f"m{n}")
        office.commit()


def walk(served: Served, path: str, limit: int) -> list[str]:
    """Every code, page by page."""
    codes: list[str] = []
    after = ""
    while True:
        page = served.ask("supervisor", f"{path}&limit={limit}{after}").json
        assert page
        codes += [item["code"] for item in page["items"]]
        if page["next"] is None:
            return codes
        after = f"&after={page['next']}"


@pytest.mark.parametrize("limit", [1, 7, 25])
def test_pages_together_are_the_whole_list_in_order(on_either: Served, limit: int) -> None:
    book_many(on_either, 25)
    codes = walk(on_either, "/appointments?village_id=V03", limit)
    assert codes == [f"{500_000 + n}" for n in range(25)]


def test_a_row_written_meanwhile_moves_no_other(served: Served) -> None:
    book_many(served, 5)
    first = served.ask("supervisor", "/appointments?village_id=V03&limit=2").json
    assert first
    with served.store.open() as office:
        wanted = Wanted("1", Place.WINDOW, NOW + timedelta(days=1), "插队", "V03", "13700000000")
        office.appointments.add(wanted, code="499999", seat=0, conversation="x")
        office.commit()
    second = served.ask("supervisor", f"/appointments?village_id=V03&after={first['next']}").json
    assert second
    assert [item["code"] for item in second["items"]] == ["500002", "500003", "500004"]


def test_a_total_comes_only_when_asked_for(served: Served) -> None:
    book_many(served, 12)
    assert served.ask("supervisor", "/appointments?limit=1").json["total"] is None  # type: ignore[index]
    assert served.ask("supervisor", "/appointments?limit=1&total=true").json["total"] == 14  # type: ignore[index]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("status=booked", ["307294", "400001"]),
        ("status=cancelled", []),
        ("village_id=V02", ["400001"]),
        ("place=home", ["400001"]),
        ("service_id=2", []),
        ("q=桂", ["307294"]),
        ("q=13955556666", ["400001"]),
        ("q=1395555", []),
        ("q=307294", ["307294"]),
        ("q=%25", []),
        ("q=_", []),
        ("q='+or+1=1+--", []),
        ("q=\\", []),
        ("since=2026-11-28&until=2026-11-28", ["307294", "400001"]),
        ("since=2026-11-29", []),
        ("until=2026-11-27", []),
    ],
)
def test_what_is_asked_for_is_found_and_nothing_else(readable: Served, query: str, codes: list[str]) -> None:
    answer = readable.ask("supervisor", f"/appointments?{query}")
    assert answer.status_code == 200, answer.text
    assert [item["code"] for item in answer.json["items"]] == codes  # type: ignore[index]


@pytest.mark.parametrize(
    "after",
    ["x", "WzFd", "W10", "bnVsbA", "WyJ4IiwgMV0", "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwxXQ", "=", "_-_-", "e30",
     "WyIyMDI2LTExLTI4VDAxOjAwOjAwKzAwOjAwIiwgOTk5OTk5OTk5OTk5OTk5OTk5OTk5OV0",
     "WyIyMDI2LTExLTI4VDAxOjAwOjAwIiwgMV0", "W1tbW1tb" * 20],
)  # fmt: skip
def test_a_place_that_is_none_is_declined(readable: Served, after: str) -> None:
    assert readable.ask("supervisor", f"/appointments?after={after}").status_code == 422


@given(at=st.datetimes(min_value=NOW.replace(year=2001, tzinfo=None)).filter(lambda d: d.year < 2199),
       number=st.integers(1, 2**31 - 1))  # fmt: skip
def test_a_place_is_read_as_it_was_written(at: object, number: int) -> None:
    order = Order((AppointmentRow.starts_at, AppointmentRow.id))
    row = AppointmentRow(id=number, starts_at=at.replace(tzinfo=NOW.tzinfo))  # type: ignore[attr-defined]
    assert order.read_place(order.place_of(row)) == [row.starts_at, row.id]
