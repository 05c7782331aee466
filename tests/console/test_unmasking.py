"""Names and numbers in full: for a reason, of one record, for ten minutes, in one session, and written down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import session
from sqlalchemy import select

from hotline.console import unmasking
from hotline.console.paths import inside
from hotline.store.tables import LookRow
from tests.api.conftest import PEOPLE
from tests.console.hall import SECRET, Hall, town_hall

WHY = "她要我们回电话"
OF_V01 = {
    "appointment": "307294", "call": "CA1", "callback": "1", "case": "118822", "message": "1", "resident": "1",
    "waiting": "1", "call_out": "1",
}  # fmt: skip
OF_V02 = {
    "appointment": "400001", "call": "CA2", "callback": "2", "case": "400002", "message": "2", "resident": "2",
    "waiting": "2", "call_out": "2",
}  # fmt: skip


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with town_hall(tmp_path) as hall:
        yield hall


def shown(hall: Hall, who: str, kind: str, name: str) -> str:
    """What a page says of somebody in this person's session now."""
    with hall.as_(who).session_transaction() as kept:
        cookie = dict(kept)
    with hall.app.test_request_context():
        session.update(cookie)
        return unmasking.mask_for(kind, name, ["王桂花"]).words("王桂花 13812341234")


def looks(hall: Hall) -> list[tuple[str, str, str]]:
    with hall.store.open() as office:
        rows = office.session.scalars(select(LookRow).where(LookRow.what.startswith("unmask")))
        return [(row.username, row.what, row.reason) for row in rows]


MASKED, WHOLE = "王*花 138****1234", "王桂花 13812341234"


def test_a_reason_lifts_the_mask_of_one_record_in_one_session_for_ten_minutes(hall: Hall) -> None:
    assert shown(hall, "window", "case", "118822") == MASKED
    answer = hall.post("window", "/unmask", kind="case", id="118822", reason=WHY, back="/today?x=1")
    assert answer == (302, "/today?x=1")
    assert shown(hall, "window", "case", "118822") == WHOLE
    assert shown(hall, "window", "case", "400002") == MASKED
    assert shown(hall, "window", "call", "118822") == MASKED
    assert shown(hall, "supervisor", "case", "118822") == MASKED
    assert looks(hall) == [("window", "unmask case 118822", WHY)]
    hall.clock.passes(minutes=9, seconds=59)
    assert shown(hall, "window", "case", "118822") == WHOLE
    hall.clock.passes(seconds=1)
    assert shown(hall, "window", "case", "118822") == MASKED


def test_what_is_typed_goes_before_what_is_chosen_and_it_is_covered_on_wish(hall: Hall) -> None:
    hall.post("window", "/unmask", kind="call", id="CA1", reason="核对来办事的人", other="  她  忘了带证件 ")
    assert looks(hall)[0][2] == "她 忘了带证件"
    assert shown(hall, "window", "call", "CA1") == WHOLE
    hall.post("window", "/unmask/end", kind="call", id="CA1", back="/calls")
    assert shown(hall, "window", "call", "CA1") == MASKED


@pytest.mark.parametrize("reason", ["", "abc", "    ", "好的吗", "x" * 201, "a\u202ebcd efg", "a\0bcdefg"])
def test_a_reason_that_says_nothing_lifts_nothing(hall: Hall, reason: str) -> None:
    assert hall.post("window", "/unmask", kind="case", id="118822", reason=reason) == (302, "/")
    assert shown(hall, "window", "case", "118822") == MASKED
    assert looks(hall) == []
    assert "至少四个字" in hall.as_("window").get("/today").text


@pytest.mark.parametrize("kind", OF_V01)
def test_a_village_lifts_only_what_is_its_own(hall: Hall, kind: str) -> None:
    assert hall.post("village", "/unmask", kind=kind, id=OF_V01[kind], reason=WHY)[0] == 302
    assert hall.post("village", "/unmask", kind=kind, id=OF_V02[kind], reason=WHY)[0] == 404
    assert looks(hall) == [("village", f"unmask {kind} {OF_V01[kind]}", WHY)]


@pytest.mark.parametrize("who", PEOPLE)
def test_what_is_secret_is_the_supervisors_alone(hall: Hall, who: str) -> None:
    for kind, name in (("case", SECRET), ("call", "CA3")):
        status, _ = hall.post(who, "/unmask", kind=kind, id=name, reason=WHY)
        assert status == (302 if who == "supervisor" else 404), kind


@pytest.mark.parametrize("who", ["administrator", "auditor"])
def test_who_does_not_work_on_cases_learns_nobody_who_told_one(hall: Hall, who: str) -> None:
    for kind in ("case", "call", "callback", "ledger"):
        assert hall.post(who, "/unmask", kind=kind, id=OF_V01.get(kind, "1"), reason=WHY)[0] == 404, kind
    assert hall.post(who, "/unmask", kind="appointment", id="307294", reason=WHY)[0] == 302


@pytest.mark.parametrize(
    ("kind", "name"),
    [("case", ""), ("case", "118822 "), ("case", "'"), ("nothing", "1"), ("resident", "-1"), ("resident",
      "1" * 30),
     ("resident", "１"), ("call", "../CA1"), ("", ""), ("message", "2147483648")],
)  # fmt: skip
def test_what_is_no_record_is_not_found(hall: Hall, kind: str, name: str) -> None:
    assert hall.post("supervisor", "/unmask", kind=kind, id=name, reason=WHY)[0] == 404
    assert looks(hall) == []


def test_at_most_twenty_records_are_open_at_once(hall: Hall) -> None:
    with hall.store.open() as office:
        for n in range(25):
            office.records.know_resident(f"138000000{n:02d}", name="某人", village="V01")
        office.commit()
    for n in range(3, 25):
        hall.clock.passes(seconds=1)
        assert hall.post("window", "/unmask", kind="resident", id=str(n), reason=WHY)[0] == 302
    assert [n for n in range(3, 25) if shown(hall, "window", "resident", str(n)) == MASKED] == [3, 4]


def test_another_log_in_begins_with_everything_masked(hall: Hall) -> None:
    hall.post("window", "/unmask", kind="case", id="118822", reason=WHY)
    hall.post("window", "/logout")
    hall._clients.clear()
    assert shown(hall, "window", "case", "118822") == MASKED


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil", "javascript:alert(1)",
     "/\t/evil.example",
     "", "evil", "/a\r\nSet-Cookie: x=1", "/" + "a" * 600, "http:/evil", "/\u202egpj"],
)  # fmt: skip
def test_nothing_leads_out_of_the_pages(address: str) -> None:
    assert inside(address, "/home") == "/home"


@pytest.mark.parametrize("address", ["/", "/calls/CA1#turn-3", "/calls?page=2&q=%E5%8C%BB"])
def test_what_is_inside_stays(address: str) -> None:
    assert inside(address, "/home") == address
