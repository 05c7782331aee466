"""What is done through the API: by the rules of the office, once, over nobody's change; the resident is told."""

from __future__ import annotations

from typing import get_args

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotline.api.case_moves import BY_ITSELF, Move
from hotline.domain.case_life import MOVES
from hotline.store.tables import AppointmentRow, CallbackRow, GrievanceRow, LookRow, MessageRow
from ivr.casework import _MOVES as MADE
from tests.api.conftest import MONDAY, Served

BOOKED, CASE = "/appointments/307294", "/grievances/118822"


def send(served: Served, who: str, path: str, body: object = None, **headers: str) -> TestResponse:
    """One move, of the state as it is now unless an If-Match is given."""
    key = headers.pop("key", f"{who}-{path.replace('/', '-')}-{len(served.sent)}")
    sent = {"Idempotency-Key": key, **{name.replace("_", "-"): value for name, value in headers.items()}}
    if "If-Match" not in sent:
        read = served.ask(who, path.rpartition("/")[0])
        sent["If-Match"] = read.headers.get("ETag", "")
    return served.ask(who, path, "POST", json=body or {}, headers=sent)


def texts(served: Served, number: str = "13812341234") -> list[str]:
    with served.store.open() as office:
        found = office.session.scalars(select(MessageRow).where(MessageRow.to == number).order_by(MessageRow.id))
        return [row.body for row in found]


def test_an_appointment_is_moved_the_resident_told_and_the_code_stays(on_either: Served) -> None:
    moved = send(on_either, "window", f"{BOOKED}/change", {"starts_at": MONDAY})
    assert (moved.status_code, moved.json["starts_at"]) == (201, MONDAY), moved.text  # type: ignore[index]
    assert moved.headers["Location"] == f"/api{BOOKED}"
    assert moved.headers["ETag"] == on_either.ask("window", BOOKED).headers["ETag"]
    told, offered = texts(on_either)[-2:]
    assert "307294" in told
    assert "有空位了" in offered, "whoever waited is offered the place at once"
    assert len(on_either.sent) == 2
    told = on_either.ask("auditor", f"{BOOKED}/moves").json
    assert told
    assert [(row["what"], row["by"]) for row in told["items"]] == [("moved", "staff:window")]
    assert told["items"][0]["facts"] == {"from": "2026-11-28T09:00:00+08:00", "starts_at": MONDAY}


def test_a_move_is_for_the_state_that_was_read(on_either: Served) -> None:
    etag = on_either.ask("window", BOOKED).headers["ETag"]
    assert send(on_either, "window", f"{BOOKED}/arrived", If_Match=etag).status_code == 201
    late = send(on_either, "supervisor", f"{BOOKED}/cancel", If_Match=etag)
    assert (late.status_code, late.mimetype) == (412, "application/problem+json")
    headers = {"Idempotency-Key": "no-etag-0001"}
    assert on_either.ask("window", f"{BOOKED}/done", "POST", json={}, headers=headers).status_code == 428
    with on_either.store.open() as office:
        row = office.session.scalars(select(AppointmentRow).where(AppointmentRow.code == "307294")).one()
    assert row.status == "arrived"


def test_a_repeated_move_is_made_once_and_answered_the_same(on_either: Served) -> None:
    etag = on_either.ask("window", BOOKED).headers["ETag"]
    first, second = (send(on_either, "window", f"{BOOKED}/cancel", If_Match=etag, key="cancel-01") for _ in "12")
    assert (first.status_code, second.status_code) == (201, 201)
    assert (first.json, first.headers["ETag"]) == (second.json, second.headers["ETag"])
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(on_either.sent) == 2, "told once, and offered once to who waited"


def test_what_the_office_says_no_to_is_a_word_for_programs_and_a_sentence(served: Served) -> None:
    refused = {
        f"{BOOKED}/no-show": ({}, 409, "too_early"),
        f"{BOOKED}/delivery": ({}, 409, "not_helped"),
        f"{CASE}/moves": ({"move": "sign"}, 403, "not_yours"),
        "/callbacks/1/done": ({"note": "x"}, 409, "not_yours"),
    }
    for path, (body, status, reason) in refused.items():
        answer = send(served, "window", path, body)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
        assert answer.json
        assert answer.json["reason"] == reason
        assert answer.json["detail"].endswith((".", "take."))
    taken = send(served, "window", f"{BOOKED}/change", {"starts_at": "2026-11-30T03:00:00+08:00"})
    assert (taken.status_code, taken.json["reason"]) == (409, "taken")  # type: ignore[index]
    assert served.sent == []


def test_who_did_not_come_is_rung_by_a_person(served: Served) -> None:
    served.watch.passes(days=5)
    assert send(served, "window", f"{BOOKED}/no-show").status_code == 201
    with served.store.open() as office:
        row = office.session.scalars(select(CallbackRow).where(CallbackRow.reason == "no_show")).one()
    assert (row.number, row.text) == ("13812341234", "307294")


def test_a_helper_case_goes_its_way(on_either: Served) -> None:
    steps = (
        ("helper", {"agent": "张三"}, ("in_hand", None)),
        ("progress", {"text": "已送县里，问13812341234"}, ("in_hand", None)),
        ("delivery", {}, ("delivered", None)),
        ("rating", {"rating": 5}, ("rated", 5)),
    )
    for what, body, (state, rating) in steps:
        answer = send(on_either, "village", f"{BOOKED}/{what}", body)
        assert answer.status_code == 201, answer.text
        assert answer.json == {"code": "307294", "agent": "张三", "state": state, "rating": rating}
    again = send(on_either, "village", f"{BOOKED}/rating", {"rating": 1}, key="another-01")
    assert (again.status_code, again.json["reason"]) == (409, "not_delivered")  # type: ignore[index]
    told = on_either.ask("village", f"{BOOKED}/moves").json
    assert told
    assert told["helper"]["rating"] == 5
    assert told["items"][1]["facts"] == {"text": "已送县里，问138****1234"}


def test_a_case_goes_its_way_from_the_desk_to_the_archive(on_either: Served) -> None:
    steps = (
        ("window", {"move": "dispatch"}, "dispatched"),
        ("supervisor", {"move": "sign"}, "signed"),
        ("supervisor", {"move": "extend", "days": 3, "reason": "等配件"}, "signed"),
        ("supervisor", {"move": "pause", "reason": "缺身份证"}, "signed"),
        ("supervisor", {"move": "resume"}, "signed"),
        ("supervisor", {"move": "answer", "reason": "水管换好了"}, "answered"),
        ("supervisor", {"move": "review"}, "reviewed"),
        ("window", {"move": "call_back"}, "called_back"),
        ("window", {"move": "reopen", "reason": "还是没水"}, "handling"),
        ("supervisor", {"move": "answer", "reason": "又修了一次"}, "answered"),
        ("supervisor", {"move": "urge", "reason": "群众等太久"}, "answered"),
    )
    for n, (who, body, status) in enumerate(steps):
        answer = send(on_either, who, f"{CASE}/moves", body, key=f"step-{n:04}")
        assert answer.status_code == 201, (body, answer.text)
        assert (answer.json["status"], answer.json["version"]) == (status, n + 1)  # type: ignore[index]
        assert answer.headers["ETag"] == on_either.ask(who, CASE).headers["ETag"]
    told = on_either.ask("window", f"{CASE}/moves").json
    assert told
    assert [row["move"] for row in told["items"]][:3] == ["accept", "dispatch", "sign"]
    assert told["open"] == []
    assert on_either.ask("supervisor", f"{CASE}/moves").json["open"] == ["review", "send_back", "urge"]  # type: ignore[index]
    assert len(on_either.sent) == len(texts(on_either)) - 1 > 5


def test_the_api_makes_every_move_that_staff_can_make() -> None:
    assert set(get_args(Move)) == set(MADE) == set(MOVES) - BY_ITSELF


def test_a_refusal_an_answer_and_a_hand_over_carry_their_reason_to_the_resident(served: Served) -> None:
    for n, move in enumerate(("refuse", "accept_anew", "hand_over", "accept_anew", "answer_at_once")):
        body = {"move": move, "reason": f"说明{n}"}
        assert send(served, "window", f"{CASE}/moves", body, key=f"reason-{n:03}").status_code == 201
        assert (f"说明{n}" in texts(served)[-1]) or move == "accept_anew"


def test_a_repeat_joins_the_case_that_goes_on_and_is_parted_again(served: Served) -> None:
    merged = send(served, "window", "/grievances/400002/moves", {"move": "merge", "into": "118822"})
    assert (merged.status_code, merged.json["status"]) == (201, "merged")  # type: ignore[index]
    assert served.ask("window", CASE).json["tellers"] == 2  # type: ignore[index]
    parted = send(
        served, "supervisor", "/grievances/400002/moves", {"move": "part", "reason": "两件事"}, key="part-001"
    )
    assert parted.json["status"] == "accepted"  # type: ignore[index]


def test_nothing_is_moved_out_of_ones_part_or_into_anothers(served: Served) -> None:
    tries = (
        ("station", "/grievances/400002/moves", {"move": "dispatch"}, 404),
        ("station", f"{CASE}/moves", {"move": "merge", "into": "400002"}, 404),
        ("station", f"{CASE}/moves", {"move": "classify", "changes": {"village_id": "V02"}}, 403),
        ("village", "/appointments/400001/cancel", {}, 404),
        ("village", "/callbacks/2/take", {}, 404),
        ("village", "/messages/2/withdraw", {}, 404),
    )
    for who, path, body, status in tries:
        assert send(served, who, path, body, If_Match='"x"').status_code in {status, 412}, path
    etag = served.ask("station", CASE).headers["ETag"]
    moving = {"move": "merge", "into": "400002"}
    assert send(served, "station", f"{CASE}/moves", moving, If_Match=etag).status_code == 404


def test_what_becomes_confidential_leaves_the_sight_of_who_made_it_so(served: Served) -> None:
    body = {"move": "classify", "changes": {"kind": "report"}}
    answer = send(served, "window", f"{CASE}/moves", body)
    assert (answer.status_code, "ETag" in answer.headers) == (201, False)
    assert served.ask("window", CASE).status_code == 404
    assert served.ask("administrator", CASE).status_code == 404
    assert served.ask("supervisor", CASE).status_code == 200


def test_whoever_a_case_is_about_can_neither_find_nor_move_it(served: Served) -> None:
    with served.store.open() as office:
        row = office.session.scalars(select(GrievanceRow).where(GrievanceRow.code == "118822")).one()
        row.accused = ["window"]
        office.commit()
    assert send(served, "window", f"{CASE}/moves", {"move": "dispatch"}, If_Match='"x"').status_code == 404
    found = served.ask("window", "/grievances?q=水管").json
    assert found
    assert [item["code"] for item in found["items"]] == ["400002"]


@pytest.mark.parametrize(
    "body",
    [
        {}, {"move": "accept"}, {"move": "join"}, {"move": ["sign"]}, {"move": "sign", "actor": "zhou"},
        {"move": "extend", "reason": "x"}, {"move": "extend", "days": 11}, {"move": "extend", "days": "3"},
        {"move": "extend", "days": 0}, {"move": "merge"}, {"move": "classify"}, {"move": "refuse"},
        {"move": "sign", "days": 3}, {"move": "close", "into": "400002"}, {"move": "dispatch", "reason": "\0"},
        {"move": "dispatch", "reason": " "}, {"move": "answer", "reason": "x" * 501},
        *({"move": "classify", "changes": changes} for changes in (
            {}, {"kind": "nothing"}, {"topic_id": "G99"}, {"village_id": "V99"}, {"accused": ["x"] * 11},
            {"status": "closed"}, {"confidential": False}, {"tell_by": "pigeon"}, {"urgency": None},
        )),
    ],
)  # fmt: skip
def test_a_move_that_is_none_changes_nothing(served: Served, body: dict[str, object]) -> None:
    answer = send(served, "supervisor", f"{CASE}/moves", body)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json"), answer.text
    assert served.ask("supervisor", CASE).json["version"] == 0  # type: ignore[index]


def test_every_move_is_written_down_under_the_name_of_who_made_it(served: Served) -> None:
    send(served, "window", f"{CASE}/moves", {"move": "dispatch"})
    with served.store.open() as office:
        looks = [(row.username, row.what) for row in office.session.scalars(select(LookRow))]
    assert ("window", "api: moved grievance 118822: dispatch") in looks
