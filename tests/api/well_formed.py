"""One good request of each operation, and what must have happened before it."""

from __future__ import annotations

import sqlite3
from base64 import b64encode
from collections.abc import Mapping

from tests.api.conftest import BOOKING, MONDAY, PEOPLE, Served
from tests.ledger.room import picture

Body = Mapping[str, object]
OWN_DESK = {"window": "window", "station": "village", "village": "village", "visits": "home"}
BODIES: Mapping[str, Body] = {
    "POST /appointments/307294/change": {"starts_at": MONDAY},
    "POST /appointments/307294/helper": {"agent": "张三"},
    "POST /appointments/307294/progress": {"text": "已送县里"},
    "POST /appointments/307294/rating": {"rating": 5},
    "POST /grievances": {
        "source": "letter",
        "reference": "信2026-17",
        "topic_id": "G4",
        "story": "路灯坏了一个月",
        "village_id": "V01",
    },
    "POST /grievances/118822/moves": {"move": "classify", "changes": {"urgency": "danger"}},
    "PATCH /residents/1": {"name": "王桂花"},
    "PATCH /residents/1/wishes": {"opted_out": True},
    "POST /callbacks/1/done": {"note": "说好了"},
    "POST /turns/1/corrections": {"text": "办医保"},
    "POST /surveys": {"week": "2026-W10"},
    "POST /surveys/1/moves": {"move": "pause"},
    "POST /ledger/1/moves": {"move": "confirm", "version": 1},
    "POST /ledger/1/proofs": {"name": "x.png", "content": b64encode(picture()).decode()},
    "POST /duty/swaps": {"day": "2026-11-25", "one": "刘芳", "other": "周正平"},
}
BEFORE: Mapping[str, tuple[str, ...]] = {
    "POST /appointments/307294/progress": ("POST /appointments/307294/helper",),
    "POST /appointments/307294/delivery": ("POST /appointments/307294/helper",),
    "POST /appointments/307294/rating": ("POST /appointments/307294/helper", "POST /appointments/307294/delivery"),
    "POST /ledger/1/proofs": ("POST /ledger/1/moves",),
    "POST /callbacks/1/done": ("POST /callbacks/1/take",),
    "POST /callbacks/1/tried": ("POST /callbacks/1/take",),
    "POST /callbacks/1/give-back": ("POST /callbacks/1/take",),
}
READ_AT = {
    **{f"POST /appointments/307294/{move}": "/appointments/307294"
       for move in ("change", "cancel", "arrived", "done", "no-show")},
    "POST /grievances/118822/moves": "/grievances/118822",
    "PATCH /residents/1": "/residents/1",
    "PATCH /residents/1/wishes": "/residents/1/wishes",
}  # fmt: skip
"""Where the ETag is read that the change must send back."""


def asked(served: Served, who: str, operation: str) -> int:
    """The status of one well-formed request of somebody; what it did is undone before the next."""
    method, path = operation.split(" ")
    if method == "GET":
        return served.ask(who, path).status_code
    as_it_was, opened = sqlite3.connect(":memory:"), served.store.engine.url.database
    with sqlite3.connect(str(opened)) as records:
        records.backup(as_it_was)
    now = served.watch.now
    try:
        for earlier in BEFORE.get(operation, ()):
            ask_well(served, who, earlier)
        if path.endswith("/no-show"):
            served.watch.passes(days=5)
        return ask_well(served, who, operation)
    finally:
        served.watch.now = now
        with sqlite3.connect(str(opened)) as records:
            as_it_was.backup(records)


def ask_well(served: Served, who: str, operation: str) -> int:
    """The status of the request alone."""
    method, path = operation.split(" ")
    body = BODIES.get(operation, {})
    if operation == "POST /appointments":
        body = booking(served, who)
    elif operation == "POST /waiting":
        body = {name: value for name, value in booking(served, who).items() if name != "starts_at"}
    headers = {"Idempotency-Key": f"table-{who}-{path.replace('/', '-')}"}
    if operation in READ_AT:
        read = served.ask(who, READ_AT[operation])
        headers["If-Match"] = read.headers.get("ETag", '"none"')
    return served.ask(who, path, method, json=body, headers=headers).status_code


def booking(served: Served, who: str) -> Body:
    """A booking at somebody's own desk."""
    place, day = OWN_DESK.get(who, "window"), 1 + list(PEOPLE).index(who)
    service = home_service(served) if place == "home" else "1"
    return {**BOOKING, "place": place, "service_id": service, "starts_at": f"2026-12-{day:02}T10:00:00+08:00"}


def home_service(served: Served) -> str:
    listed = served.ask("auditor", "/services").json
    assert listed
    return str(next(s["id"] for s in listed["items"] if "home" in s["places"]))
