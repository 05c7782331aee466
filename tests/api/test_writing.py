"""What is written through the API: once, by whom it may be, and over nobody's change."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hotline.domain.appointments import Move, cancel
from hotline.store.tables import ApiAnswerRow, AppointmentRow, CorrectionRow, MessageRow, ResidentRow
from tests.api.conftest import BOOKING, MONDAY, Served


def booked(served: Served) -> int:
    with served.store.open() as office:
        query = select(func.count()).select_from(AppointmentRow).where(AppointmentRow.number == "13900001111")
        return office.session.scalar(query) or 0


def test_a_booking_holds_the_place_knows_the_resident_and_texts_the_code(on_either: Served) -> None:
    answer = on_either.book()
    assert answer.status_code == 201, answer.text
    view = answer.json
    assert view
    assert answer.headers["Location"] == f"/api/appointments/{view['code']}"
    assert (view["name"], view["number"], view["starts_at"]) == ("李*爷", "139****1111", MONDAY)
    again = on_either.ask("window", f"/appointments/{view['code']}")
    assert (again.status_code, again.json) == (200, view)
    with on_either.store.open() as office:
        resident = office.records.resident("13900001111")
        message = office.session.scalars(select(MessageRow).where(MessageRow.to == "13900001111")).one()
    assert resident
    assert (resident.name, resident.village) == ("李大爷", "V01")
    assert view["code"] in message.body
    assert message.body.startswith("【牛田镇政务】预约成功：")
    assert on_either.sent == [message.id]


def test_a_repeated_request_gets_the_same_answer_and_books_nothing_more(on_either: Served) -> None:
    first = on_either.book()
    second = on_either.book()
    assert (second.status_code, second.json, second.headers["Location"]) == (
        201, first.json, first.headers["Location"],
    )  # fmt: skip
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert (booked(on_either), len(on_either.sent)) == (1, 1)


def test_requests_with_one_key_at_the_same_time_book_once(on_either: Served) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: on_either.book(), range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["code"] for answer in answers}) == 1  # type: ignore[index]
    assert (booked(on_either), len(on_either.sent)) == (1, 1)


def test_of_many_who_want_the_last_places_as_many_win_as_there_are(on_either: Served) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: on_either.book("supervisor", f"many-{n:04}"), range(16)))
    assert sorted(answer.status_code for answer in answers) == [201] * 2 + [409] * 14
    assert booked(on_either) == 2


def test_a_key_belongs_to_one_request_of_one_user(served: Served) -> None:
    assert served.book().status_code == 201
    assert served.book(name="张三").status_code == 422
    assert served.book("supervisor").status_code == 201, "another's key is another key"
    assert booked(served) == 2


def test_a_key_whose_request_was_refused_may_be_tried_again(served: Served) -> None:
    for n in range(2):
        served.book(key=f"taker-{n:04}")
    assert served.book().status_code == 409
    with served.store.open() as office:
        for one in office.appointments.all():
            if one.number == "13900001111":
                cancel(office.appointments, one, Move("cancelled", "staff:liu", served.watch.now))
        office.commit()
    assert served.book().status_code == 201


def test_answers_are_forgotten_after_a_week(served: Served) -> None:
    served.book()
    served.watch.passes(days=8)
    later = (served.watch.now + timedelta(days=7)).date()
    assert served.book(key="a-later-one", starts_at=f"{later}T10:00:00+08:00").status_code == 201
    with served.store.open() as office:
        assert office.session.scalars(select(ApiAnswerRow.key)).all() == ["a-later-one"]


@pytest.mark.parametrize(
    ("other", "status"),
    [
        ({"starts_at": "2026-11-30T09:10:00+08:00"}, 409),
        ({"starts_at": "2026-11-23T09:00:00+08:00"}, 409),
        ({"starts_at": "2027-11-23T09:00:00+08:00"}, 409),
        ({"starts_at": "2026-11-30T01:00:00Z"}, 201),
        ({"starts_at": "2026-11-30T09:00:00"}, 422),
        ({"starts_at": "0001-01-01T00:00:00+14:00"}, 422),
        ({"starts_at": "9999-12-31T23:59:59-14:00"}, 422),
        ({"starts_at": 1764464400}, 422),
        ({"starts_at": "1764464400"}, 422),
        ({"place": "home"}, 409),
        ({"place": "moon"}, 422),
        ({"service_id": "999"}, 422),
        ({"village_id": "V99"}, 422),
        ({"number": "1"}, 422),
        ({"number": "１３８１２３４１２３４"}, 422),
        ({"number": 13812341234}, 422),
        ({"number": "13812341234; DROP TABLE"}, 422),
        ({"name": ""}, 422),
        ({"name": "   "}, 422),
        ({"name": "王\0"}, 422),
        ({"name": "王" * 41}, 422),
        ({"name": ["王"]}, 422),
        ({"name": None}, 422),
        ({"extra": 1}, 422),
    ],
)
def test_what_cannot_be_booked_is_refused_with_what_to_do(
    served: Served, other: dict[str, object], status: int
) -> None:
    answer = served.book("supervisor", **other)
    assert answer.status_code == status, answer.text
    assert status == 201 or (answer.json and answer.json["detail"].endswith("."))
    assert booked(served) + (status != 201) <= 1


@pytest.mark.parametrize("key", [None, "", "short", "x" * 65, "with space 1", "键" * 8])
def test_a_booking_without_a_good_key_is_declined(served: Served, key: str | None) -> None:
    headers = {} if key is None else {"Idempotency-Key": key.encode().decode("latin1")}
    assert served.ask("window", "/appointments", "POST", json=BOOKING, headers=headers).status_code == 422


@pytest.mark.parametrize(
    ("who", "other", "status"),
    [
        ("window", {"place": "village"}, 403),
        ("station", {"place": "village", "village_id": "V02"}, 403),
        ("village", {"place": "village", "village_id": "V02"}, 403),
        ("village", {"place": "window"}, 201),
        ("station", {"place": "village"}, 201),
        ("auditor", {}, 403),
    ],
)
def test_everybody_books_within_their_own_part(
    served: Served, who: str, other: dict[str, object], status: int
) -> None:
    assert served.book(who, **other).status_code == status


def test_a_resident_is_put_right_over_nobodys_change(on_either: Served) -> None:
    read = on_either.ask("village", "/residents/1")
    etag = {"If-Match": read.headers["ETag"]}
    assert on_either.ask("village", "/residents/1", "PATCH", json={"name": "王桂华"}).status_code == 428
    changed = on_either.ask("village", "/residents/1", "PATCH", json={"name": "王桂华"}, headers=etag)
    assert (changed.status_code, changed.json["name"]) == (200, "王*华")  # type: ignore[index]
    assert (
        on_either.ask("village", "/residents/1", "PATCH", json={"name": "别人"}, headers=etag).status_code == 412
    )
    fresh = {"If-Match": changed.headers["ETag"]}
    assert fresh["If-Match"] == on_either.ask("auditor", "/residents/1?unmask=checking").headers["ETag"]
    moved = on_either.ask("village", "/residents/1", "PATCH", json={"village_id": "V02"}, headers=fresh)
    assert moved.status_code == 403, "into another's village"
    with on_either.store.open() as office:
        row = office.session.get(ResidentRow, 1)
        assert row
        assert (row.name, row.village) == ("王桂华", "V01")


def test_a_correction_is_kept_beside_what_was_heard(served: Served) -> None:
    answer = served.ask("village", "/turns/1/corrections", "POST", json={"text": " 我是王桂花，  办低保 "})
    assert (answer.status_code, answer.json["corrected"]) == (201, "我是王*花， 办低保")  # type: ignore[index]
    assert served.ask("village", "/turns/3/corrections", "POST", json={"text": "x"}).status_code == 404
    assert served.ask("village", "/turns/99/corrections", "POST", json={"text": "x"}).status_code == 404
    with served.store.open() as office:
        (row,) = office.session.scalars(select(CorrectionRow))
        assert (row.turn, row.text, row.username) == (1, "我是王桂花， 办低保", "village")
