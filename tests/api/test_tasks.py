"""Call-backs, messages, the roster and wishes through the API; and cases found as the command line finds them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import select

from hotline.domain.case_life import Actor
from hotline.store.case_search import Sought
from hotline.store.tables import CallbackStepRow, ContactWishRow, MessageRow
from tests.api.conftest import Served
from tests.api.test_moves import send

SWAP = {"day": "2026-11-25", "one": "刘芳", "other": "周正平"}


def test_who_takes_a_call_back_first_owns_it(on_either: Served) -> None:
    everybody = ("window", "station", "village", "visits")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda who: send(on_either, who, "/callbacks/1/take"), everybody))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    owner = next(answer.json["owner"] for answer in answers if answer.status_code == 201)  # type: ignore[index]
    done = send(on_either, owner, "/callbacks/1/done", {"note": "王桂花说修好了"})
    assert (done.status_code, done.json["state"], done.json["note"]) == (201, "done", "王*花说修好了")  # type: ignore[index]
    with on_either.store.open() as office:
        steps = [(row.what, row.username) for row in office.session.scalars(select(CallbackStepRow))]
    assert steps == [("taken", owner), ("done", owner)]


def test_a_call_back_that_nobody_answered_is_tried_in_office_time(served: Served) -> None:
    send(served, "window", "/callbacks/1/take")
    tried = send(served, "window", "/callbacks/1/tried", {"note": "没人接"})
    assert (tried.status_code, tried.json["tries"]) == (201, 1)  # type: ignore[index]
    assert tried.json["next_try_at"] == "2026-11-24T10:30:00+08:00"  # type: ignore[index]
    past = send(
        served, "window", "/callbacks/1/tried", {"next_try_at": "2026-11-24T09:00:00+08:00"}, key="past-001"
    )
    assert (past.status_code, past.json["reason"]) == (409, "not_ahead")  # type: ignore[index]
    assert send(served, "window", "/callbacks/1/give-back").json["state"] == "open"  # type: ignore[index]
    assert served.ask("window", "/callbacks?owner=window").json["items"] == []  # type: ignore[index]


def test_a_message_is_taken_back_while_it_waits_and_sent_again_if_it_did_not_arrive(on_either: Served) -> None:
    assert send(on_either, "window", "/messages/1/withdraw").json["state"] == "withdrawn"  # type: ignore[index]
    gone = send(on_either, "window", "/messages/1/withdraw", key="again-001")
    assert (gone.status_code, gone.json["reason"]) == (409, "not_waiting")  # type: ignore[index]
    fresh = send(on_either, "window", "/messages/1/retry")
    assert (fresh.status_code, fresh.json["state"]) == (201, "waiting")  # type: ignore[index]
    assert fresh.json["id"] != 1  # type: ignore[index]
    assert on_either.sent == [fresh.json["id"]]  # type: ignore[index]
    twice = send(on_either, "supervisor", "/messages/1/retry")
    assert (twice.status_code, twice.json["reason"]) == (409, "sent_again")  # type: ignore[index]
    with on_either.store.open() as office:
        row = office.session.get(MessageRow, 2)
        assert row
        row.state = "delivered"
        office.commit()
    assert send(on_either, "window", "/messages/2/retry").json["reason"] == "nothing_to_send"  # type: ignore[index]


def test_two_change_places_on_a_day_once(on_either: Served) -> None:
    who = on_either.ask("window", "/duty?at=2026-11-25T09:00:00%2B08:00").json
    assert who
    assert [one["name"] for one in who["ordinary"]] == ["刘芳"]
    assert who["ordinary"][0]["number"] == "137****0001"
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda n: send(on_either, "supervisor", "/duty/swaps", SWAP, key=f"swap-{n:04}"), range(4))
        )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    who = on_either.ask("window", "/duty?at=2026-11-25T09:00:00%2B08:00&unmask=rings+her").json
    assert who
    assert [(one["name"], one["number"]) for one in who["ordinary"]] == [("周正平", "13700000002")]
    assert who["swaps"] == [SWAP]


@pytest.mark.parametrize(
    ("other", "status", "reason"),
    [
        ({"one": "路人"}, 422, "not_on_the_roster"),
        ({"one": "周正平"}, 422, "same_person"),
        ({"day": "2026-11-29"}, 409, "neither_on_duty"),
        ({"day": "tomorrow"}, 422, ""),
    ],
)
def test_a_swap_that_makes_no_sense_is_declined(
    served: Served, other: dict[str, str], status: int, reason: str
) -> None:
    answer = send(served, "supervisor", "/duty/swaps", SWAP | other)
    assert (answer.status_code, answer.json["reason"]) == (status, reason)  # type: ignore[index]


def test_a_resident_is_opted_out_and_in_again_over_nobodys_change(on_either: Served) -> None:
    path = "/residents/1/wishes"
    etag = {"If-Match": on_either.ask("village", path).headers["ETag"]}
    out = on_either.ask("village", path, "PATCH", json={"opted_out": True, "channel": "voice"}, headers=etag)
    assert (out.status_code, out.json["channel"], out.json["opted_out_by"]) == (200, "voice", "staff")  # type: ignore[index]
    assert on_either.ask("village", path, "PATCH", json={"opted_out": False}, headers=etag).status_code == 412
    assert on_either.ask("village", path, "PATCH", json={"opted_out": False}).status_code == 428
    fresh = {"If-Match": out.headers["ETag"]}
    back = on_either.ask("village", path, "PATCH", json={"opted_out": False, "channel": "none"}, headers=fresh)
    assert (back.json["opted_out"], back.json["channel"]) == (False, "")  # type: ignore[index]
    for body in ({"opted_out": "yes"}, {"channel": "pigeon"}, {"opted_out": None}, {"number": "1"}):
        assert on_either.ask("village", path, "PATCH", json=body, headers=fresh).status_code == 422
    with on_either.store.open() as office:
        row = office.session.get(ContactWishRow, "13812341234")
    assert row
    assert row.opted_out_at is None


@pytest.mark.parametrize(
    "text", ["水管", "水", "没水", "祠堂", "118822", "王桂", "%", "水管 OR 没", '"', "*", "没有这样的"]
)
def test_cases_are_found_as_the_command_line_finds_them(readable: Served, text: str) -> None:
    with readable.store.open() as office:
        found = office.grievances.search(Sought(text=text), Actor("supervisor", "supervisor"))
    answer = readable.ask("supervisor", "/grievances", query_string={"q": text, "total": "true"}).json
    assert answer
    assert [item["code"] for item in answer["items"]] == [case.code for case in found]
    assert answer["total"] == len(found)
    own = readable.ask("village", "/grievances", query_string={"q": text}).json
    assert own
    assert [item["code"] for item in own["items"]] == [case.code for case in found if case.village == "V01"]


def test_found_cases_come_in_pages(readable: Served) -> None:
    first = readable.ask("supervisor", "/grievances?q=水管&limit=1").json
    assert first
    second = readable.ask("supervisor", f"/grievances?q=水管&limit=1&after={first['next']}").json
    assert second
    assert [first["items"][0]["code"], second["items"][0]["code"]] == ["400002", "118822"]
    assert second["next"] is None


def test_who_told_a_case_is_no_way_to_find_it_for_those_who_may_not_know(readable: Served) -> None:
    for who, status in {"window": 200, "supervisor": 200, "administrator": 403, "auditor": 403}.items():
        answer = readable.ask(who, "/grievances?told_by=王桂")
        assert answer.status_code == status
    found = readable.ask("window", "/grievances?told_by=13955556666").json
    assert found
    assert [item["code"] for item in found["items"]] == ["400002"]
    for who in ("administrator", "auditor"):
        for path in ("/grievances/118822", "/grievances/118822?unmask=because+I+can", "/grievances?q=水管"):
            assert "王桂花" not in readable.ask(who, path).text


def test_the_waiting_list_is_in_the_order_of_coming(served: Served) -> None:
    listed = served.ask("supervisor", "/waiting").json
    assert listed
    assert [(one["name"], one["state"], one["wish"]) for one in listed["items"]] == [
        ("王*花", "waiting", "any"), ("赵*", "waiting", "any"),
    ]  # fmt: skip
    joined = datetime.fromisoformat(listed["items"][0]["joined_at"])
    assert joined == served.watch.now
    assert served.ask("supervisor", "/waiting?state=left").json["items"] == []  # type: ignore[index]
