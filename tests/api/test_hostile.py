"""Whatever comes in: a problem that says what to do, never a stack of frames, never a wait."""

from __future__ import annotations

import pytest

from tests.api.conftest import Served

JSON = {"Content-Type": "application/json", "Idempotency-Key": "hostile-1"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"null", 400),
        (b"[]", 400),
        (b'"{}"', 400),
        (b"1", 400),
        (b"NaN", 400),
        (b'{"name": NaN}', 400),
        (b'{"name": "\xff"}', 400),
        (b'{"name": "\\ud800"}', 400),
        (b'{"name": ' + b"[" * 5000 + b"]" * 5000 + b"}", 400),
        (b'{"a":' * 900 + b"1" + b"}" * 900, 422),
        (b'{"name": ' + b"9" * 10_000 + b"}", 400),
        (b'{"name": "x", "name": "y"}', 422),
        (b"{" + b" " * 70_000 + b"}", 413),
        (b"x" * 10_000_000, 413),
    ],
)
def test_a_body_that_is_none(served: Served, body: bytes, status: int) -> None:
    answer = served.ask("window", "/appointments", "POST", data=body, headers=JSON)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_a_body_of_another_kind(served: Served, kind: str) -> None:
    headers = {"Content-Type": kind, "Idempotency-Key": "hostile-1"}
    assert served.ask("window", "/appointments", "POST", data=b"{}", headers=headers).status_code == 415


def test_a_large_body_from_nobody_is_not_read(served: Served) -> None:
    answer = served.client().post("/api/appointments", data=b"x" * 10_000_000, headers=JSON)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/residents?limit=0", "/residents?limit=-1", "/residents?limit=201", "/residents?limit=1e2",
        "/residents?limit=%EF%BC%91", "/residents?limit=1_0", "/residents?limit=%2B5", "/residents?limit=",
        "/residents?limit=99999999999999999999", "/residents?total=perhaps", "/residents?q=%00",
        "/residents?q=" + "x" * 81, "/residents?nosuch=1", "/residents?village_id='--",
        "/residents/0", "/residents/-1", "/residents/x", "/residents/%EF%BC%91", "/residents/1.0",
        "/residents/2147483648", "/residents/99999999999999999999999", "/residents/1%00", "/residents/%D9%A1",
        "/appointments/12345", "/appointments/1234567", "/appointments/%EF%BC%91%EF%BC%92345", "/calls/a'b",
        "/appointments?since=0001-01-01", "/appointments?since=9999-12-31", "/appointments?since=x",
        "/appointments?since=1764464400", "/appointments?since=2026-02-30", "/appointments?place=moon",
        "/free-times", "/free-times?place=village", "/free-times?place=window&service_id=999",
        "/free-times?place=village&village_id=V99",
    ],
)  # fmt: skip
def test_a_question_that_is_none(readable: Served, path: str) -> None:
    answer = readable.ask("auditor", path)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json"), answer.text


@pytest.mark.parametrize(
    "path", ["/residents/2147483647", "/appointments/000000", "/calls/CA404", "/nowhere", "/"]
)
def test_what_is_not_there(readable: Served, path: str) -> None:
    assert readable.ask("auditor", path).status_code == 404


@pytest.mark.parametrize("search", ["' OR '1'='1", '"; DROP TABLE x; --', "%", "\\", "{{7*7}}", "龘' --", "𠀀"])
@pytest.mark.parametrize("path", ["/residents", "/grievances", "/appointments"])
def test_a_search_is_only_ever_text(readable: Served, path: str, search: str) -> None:
    answer = readable.ask("auditor", path, query_string={"q": search})
    assert (answer.status_code, answer.json["items"]) == (200, [])  # type: ignore[index]


def test_another_method_is_told_which_there_are(served: Served) -> None:
    answer = served.ask("auditor", "/residents", "DELETE")
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert "GET" in answer.headers["Allow"]


def test_a_service_not_done_there_has_no_free_times(served: Served) -> None:
    answer = served.ask("auditor", "/free-times?place=home&service_id=1")
    assert answer.status_code == 409
    assert "not done at home" in answer.text


def test_records_out_of_reach_are_told_as_such(served: Served) -> None:
    with served.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE residents RENAME TO gone")
    answer = served.ask("auditor", "/residents")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert "gone" not in answer.text
