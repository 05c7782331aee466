"""Everybody sees their own part, masked; a reason lifts the mask."""

from __future__ import annotations

import pytest

from hotline.masking import Mask
from hotline.store.tables import CallbackRow
from tests.api.conftest import NOW, PEOPLE, Served

LISTS = {
    "/appointments": "code", "/grievances": "code", "/residents": "id", "/messages": "id", "/calls": "sid",
    "/callbacks": "id", "/waiting": "id", "/calls-out": "id",
}  # fmt: skip
FIRST = {
    "/appointments": ["307294"], "/grievances": ["118822"], "/residents": [1], "/messages": [1],
    "/calls": ["CA1"], "/callbacks": [1], "/waiting": [1], "/calls-out": [1],
}  # fmt: skip
"""What belongs to village V01."""
BOTH = {
    "/appointments": ["307294", "400001"], "/grievances": ["400002", "118822"], "/residents": [1, 2],
    "/messages": [2, 1], "/calls": ["CA2", "CA1"], "/callbacks": [1, 2], "/waiting": [1, 2], "/calls-out": [2, 1],
}  # fmt: skip
SEEN = {
    "village": FIRST,
    "station": FIRST,
    "window": BOTH | {"/appointments": ["307294"], "/waiting": [1]},
    "visits": BOTH | {"/appointments": ["400001"], "/waiting": [2]},
    "supervisor": BOTH,
    "administrator": BOTH,
    "auditor": BOTH,
}


def listed(served: Served, who: str, path: str) -> list[object]:
    answer = served.ask(who, path)
    assert answer.status_code == 200, answer.text
    assert answer.json
    return [item[LISTS[path.partition("?")[0]]] for item in answer.json["items"]]


def test_everybody_sees_their_own_part(readable: Served) -> None:
    for who in PEOPLE:
        assert {path: listed(readable, who, path) for path in LISTS} == SEEN[who], who


@pytest.mark.parametrize("path", ["/appointments/400001", "/grievances/400002", "/residents/2", "/messages/2",
                                  "/calls/CA2", "/callbacks/2", "/calls-out/2", "/residents/2/wishes",
                                  "/appointments/400001/moves", "/grievances/400002/moves"])  # fmt: skip
def test_what_lies_elsewhere_is_as_if_it_were_not(served: Served, path: str) -> None:
    assert served.ask("village", path).status_code == 404
    assert served.ask("supervisor", path).status_code == 200


def test_callers_without_a_number_belong_to_no_village(served: Served) -> None:
    with served.store.open() as office:
        office.records.know_resident("", name="x", village="V01")
        row = CallbackRow(number="", reason="asked", conversation="", state="open", due_at=NOW, created_at=NOW)
        office.records.add(row)
        office.commit()
    assert listed(served, "village", "/callbacks") == [1]
    assert listed(served, "window", "/callbacks") == [1, 2, 3]


ONES = [f"{path}/{keys[0]}" for path, keys in FIRST.items() if path != "/waiting"]


@pytest.mark.parametrize("path", [*LISTS, *ONES])
def test_names_and_numbers_are_masked_until_a_reason_is_given(served: Served, path: str) -> None:
    masked = served.ask("village", path).text
    assert "138****1234" in masked
    assert "13812341234" not in masked
    assert "王桂花" not in masked
    whole = served.ask("village", f"{path}?unmask=she+asked+to+be+rung").text
    assert "13812341234" in whole
    assert "138****1234" not in whole


@pytest.mark.parametrize("reason", ["", "abc", "x" * 121, "a%00bcd", "a%0Abcd"])
def test_a_reason_that_says_nothing_lifts_no_mask(served: Served, reason: str) -> None:
    assert served.ask("auditor", f"/residents?unmask={reason}").status_code == 422


def test_an_answer_that_is_a_name_is_hidden_however_it_was_heard(served: Served) -> None:
    answer = served.ask("auditor", "/calls/CA1").json
    assert answer
    about_name = answer["answers"][1]
    assert (about_name["heard"], about_name["alternatives"], about_name["understood"]) == ("＊＊＊", [], {})
    assert about_name["asked"] == "王*花您好？"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("打13812341234", "打138****1234"),
        ("打138 1234 1234吧", "打138****1234吧"),
        ("号码是307294", "号码是307294"),
        ("我是王桂花", "我是王*花"),
        ("", ""),
    ],
)
def test_words_are_shown_without_known_names_and_long_numbers(words: str, shown: str) -> None:
    assert Mask.over(None, ["王桂花", "王"]).words(words) == shown
    assert Mask.over("a reason", ["王桂花"]).words(words) == words
