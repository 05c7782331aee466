"""What staff take in: a case from the counter, a letter or 12345, and who waits for a place; once, and told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotline.store.tables import GrievanceRow, MessageRow, StaffRow, WaitingRow
from tests.api.conftest import BOOKING, Served

LETTER: dict[str, object] = {
    "source": "letter", "reference": "信2026-17", "topic_id": "G4", "story": "水口村头的路灯坏了一个月",
    "village_id": "V01", "name": "李大爷", "number": "13900001111",
}  # fmt: skip
WAITER = {
    **{name: BOOKING[name] for name in ("service_id", "place", "name", "village_id", "number")},
    "wish": "any",
}


def tell(served: Served, who: str = "window", key: str = "letter-0001", **other: object) -> TestResponse:
    body = {name: value for name, value in (LETTER | other).items() if value is not None}
    return served.ask(who, "/grievances", "POST", json=body, headers={"Idempotency-Key": key})


def wait(served: Served, who: str = "window", key: str = "waiter-001", **other: object) -> TestResponse:
    return served.ask(who, "/waiting", "POST", json=WAITER | other, headers={"Idempotency-Key": key})


def test_a_letter_becomes_a_case_with_its_clocks_and_its_unit(on_either: Served) -> None:
    answer = tell(on_either)
    assert answer.status_code == 201, answer.text
    told = answer.json
    assert told
    assert (told["status"], told["unit"], told["officer"]) == ("dispatched", "规划建设办", "郭建国")
    assert told["sign_by"]
    assert told["answer_by"]
    read = on_either.ask("window", f"/grievances/{told['code']}")
    assert read.json
    assert (read.json["source"], read.json["reference"]) == ("letter", "信2026-17")
    assert read.headers["ETag"] == answer.headers["ETag"]
    moves = on_either.ask("window", f"/grievances/{told['code']}/moves").json
    assert moves
    assert [(m["move"], m["by"]) for m in moves["items"]] == [("accept", "window"), ("dispatch", "machine")]
    with on_either.store.open() as office:
        message = office.session.scalars(select(MessageRow).where(MessageRow.to == "13900001111")).one()
    assert told["code"] in message.body
    assert message.kind == "step", "what came by post need not wake anybody"
    assert on_either.sent == [message.id]


def test_a_repeated_request_opens_nothing_more(on_either: Served) -> None:
    first, second = tell(on_either), tell(on_either)
    assert (second.status_code, second.json) == (201, first.json)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(on_either.sent) == 1


def test_one_letter_is_one_case_whoever_types_it_in_at_once(on_either: Served) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: tell(on_either, "supervisor", f"typist-{n:03}"), range(6)))
    assert sorted(a.status_code for a in answers) == [201, *[409] * 5]
    refused = next(a for a in answers if a.status_code == 409)
    assert refused.json
    assert refused.json["reason"] == "known"
    with on_either.store.open() as office:
        assert (
            len(office.session.scalars(select(GrievanceRow).where(GrievanceRow.reference == "信2026-17")).all())
            == 1
        )
    assert tell(on_either, key="another-source", source="city").status_code == 201


def test_a_letter_without_a_name_or_number_is_a_case_all_the_same(served: Served) -> None:
    answer = tell(served, name=None, number=None, reference=None)
    assert (answer.status_code, served.sent) == (201, [])
    assert tell(served, key="letter-0002", name=None, number=None, reference=None).status_code == 201


def test_a_complaint_about_staff_is_the_supervisors_from_then_on(served: Served) -> None:
    answer = tell(served, topic_id="G15", kind="complaint", story="窗口的刘芳态度差", accused=["刘芳"])
    assert answer.json
    assert (answer.status_code, answer.json["confidential"], answer.json["status"]) == (201, True, "accepted")
    assert "ETag" not in answer.headers
    path = f"/grievances/{answer.json['code']}"
    assert [served.ask(who, path).status_code for who in ("window", "village", "supervisor")] == [404, 404, 200]


def test_what_the_city_sent_here_is_not_sent_back_by_itself(served: Served) -> None:
    network = {"topic_id": "G3", "story": "宽带断了三天"}
    came = tell(served, source="city", reference="12345-0009", **network)
    told = tell(served, key="walk-in-001", source="walk_in", reference=None, **network)
    assert came.json
    assert told.json
    assert (came.json["status"], told.json["status"]) == ("accepted", "handed_over")


@pytest.mark.parametrize(
    ("who", "other", "status"),
    [
        ("village", {}, 201),
        ("village", {"village_id": "V02"}, 403),
        ("village", {"village_id": None}, 403),
        ("station", {"village_id": "V02"}, 403),
        ("supervisor", {"village_id": None}, 201),
        ("administrator", {}, 403),
        ("auditor", {}, 403),
        ("window", {"source": "line"}, 422),
        ("window", {"source": None}, 422),
        ("window", {"topic_id": "G99"}, 422),
        ("window", {"village_id": "V99"}, 422),
        ("window", {"story": "   "}, 422),
        ("window", {"story": "水\0"}, 422),
        ("window", {"story": "水" * 4001}, 422),
        ("window", {"kind": "revolt"}, 422),
        ("window", {"urgency": "now"}, 422),
        ("window", {"number": "x"}, 422),
        ("window", {"reference": "with space"}, 422),
        ("window", {"status": "closed"}, 422),
    ],
)
def test_everybody_opens_within_their_own_part_and_nothing_odd(
    served: Served, who: str, other: dict[str, object], status: int
) -> None:
    assert tell(served, who, **other).status_code == status


def test_repeats_are_suggested_within_ones_sight_and_masked(served: Served) -> None:
    more = {"topic_id": "G1", "village_id": "V01", "group": "三组", "where": "祠堂边", "reference": None}
    again = tell(served, story="我是王桂花，水管没水好几天了", **more)
    assert again.json
    found = served.ask("window", f"/grievances/{again.json['code']}/repeats").json
    assert found
    assert [one["code"] for one in found["items"]] == ["118822"]
    assert 0.55 <= found["items"][0]["likeness"] <= 1
    assert "13812341234" not in str(found)
    assert "王桂花" not in found["items"][0]["story"]
    assert served.ask("village", "/grievances/400002/repeats").status_code == 404


def test_who_waits_is_on_the_list_once_and_offered_what_is_free(on_either: Served) -> None:
    first = wait(on_either)
    assert first.json
    assert (first.status_code, first.json["state"], first.json["name"]) == (201, "waiting", "李*爷"), first.text
    assert wait(on_either).headers["Idempotency-Replayed"] == "true"
    assert wait(on_either, key="waiter-002").json == first.json, "once for a matter"
    with on_either.store.open() as office:
        rows = office.session.scalars(select(WaitingRow).where(WaitingRow.number == "13900001111")).all()
        offers = office.session.scalars(select(MessageRow).where(MessageRow.kind == "offer")).all()
    assert len(rows) == 1
    assert [m.to for m in offers] == ["13812341234", "13955556666"], "who waited before is asked before"


def test_who_says_no_at_the_counter_leaves_and_the_next_is_asked(served: Served) -> None:
    for n, number in enumerate(("13900001111", "13900002222")):
        wait(served, key=f"waiter-{n:03}", number=number, wish="2026-11-30T09:00")
    asked = [one for one in served.ask("window", "/waiting").json["items"] if one["state"] == "asked"]  # type: ignore[index]
    gone = served.ask("window", f"/waiting/{asked[-1]['id']}/leave", "POST", json={},
                      headers={"Idempotency-Key": "leave-00001"})  # fmt: skip
    assert gone.json
    assert (gone.status_code, gone.json["state"]) == (201, "left")
    twice = served.ask("window", f"/waiting/{asked[-1]['id']}/leave", "POST", json={},
                       headers={"Idempotency-Key": "leave-00002"})  # fmt: skip
    assert twice.json
    assert (twice.status_code, twice.json["reason"]) == (409, "not_waiting")
    assert served.ask("window", "/waiting/99/leave", "POST", json={},
                      headers={"Idempotency-Key": "leave-00003"}).status_code == 404  # fmt: skip


@pytest.mark.parametrize(
    ("who", "other", "status"),
    [
        ("window", {"place": "home"}, 403),
        ("visits", {"place": "window"}, 403),
        ("village", {"place": "village", "village_id": "V02"}, 403),
        ("village", {"place": "village"}, 201),
        ("window", {"wish": "sometime"}, 422),
        ("window", {"wish": "2026-13-45"}, 422),
        ("window", {"service_id": "999"}, 422),
        ("window", {"number": None}, 422),
        ("supervisor", {"place": "car"}, 409),
        ("auditor", {}, 403),
    ],
)
def test_who_may_put_whom_on_the_list(served: Served, who: str, other: dict[str, object], status: int) -> None:
    assert wait(served, who, **other).status_code == status


def test_a_clerk_at_one_of_several_windows_books_for_any(served: Served) -> None:
    with served.store.open() as office:
        office.session.get_one(StaffRow, "window").place = "window:2"
        office.commit()
    assert served.book().status_code == 201
    assert wait(served).status_code == 201
