"""Who is let in, to what, and how often; tokens are shown once and are nowhere afterwards."""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from hotline.domain.rights import ROLES
from hotline.store.tables import ApiTokenRow, LookRow, StaffRow
from hotline.store.tokens import Tokens, digest_of
from tests.api.conftest import NOW, PEOPLE, Served, parts_over, served_by
from tests.api.well_formed import asked

EVERYBODY = set(PEOPLE)
OVERSEERS = {"supervisor", "administrator", "auditor"}
ADMINISTRATION = {"administrator", "auditor"}
LEADERS = {"supervisor", "administrator"}
WRITERS = EVERYBODY - {"auditor"}
CLASSIFIERS = WRITERS - {"village", "administrator"}
"""Who makes which move of a case is hotline.domain.case_life's to say; this one is theirs."""
WORKERS = WRITERS - {"administrator"}
"""Those who know who told a case."""
TABLE = {
    "GET /appointments": EVERYBODY,
    "GET /appointments/307294": EVERYBODY,
    "POST /appointments": WRITERS,
    "GET /appointments/307294/moves": EVERYBODY,
    "POST /appointments/307294/change": WRITERS,
    "POST /appointments/307294/cancel": WRITERS,
    "POST /appointments/307294/arrived": WRITERS,
    "POST /appointments/307294/done": WRITERS,
    "POST /appointments/307294/no-show": WRITERS,
    "POST /appointments/307294/helper": WRITERS,
    "POST /appointments/307294/progress": WRITERS,
    "POST /appointments/307294/delivery": WRITERS,
    "POST /appointments/307294/rating": WRITERS,
    "GET /waiting": EVERYBODY,
    "POST /waiting": WRITERS,
    "POST /waiting/1/leave": WRITERS,
    "GET /grievances": EVERYBODY,
    "POST /grievances": WORKERS,
    "GET /grievances/118822": EVERYBODY,
    "GET /grievances/118822/repeats": EVERYBODY,
    "GET /grievances/118822/moves": EVERYBODY,
    "POST /grievances/118822/moves": CLASSIFIERS,
    "GET /ledger": EVERYBODY,
    "GET /ledger/1": EVERYBODY,
    "POST /ledger/1/moves": WORKERS,
    "POST /ledger/1/proofs": WORKERS,
    "GET /residents": EVERYBODY,
    "GET /residents/1": EVERYBODY,
    "PATCH /residents/1": WRITERS,
    "GET /residents/1/wishes": EVERYBODY,
    "PATCH /residents/1/wishes": WRITERS,
    "GET /messages": EVERYBODY,
    "GET /messages/1": EVERYBODY,
    "POST /messages/1/retry": WRITERS,
    "POST /messages/1/withdraw": WRITERS,
    "GET /calls": EVERYBODY,
    "GET /calls/CA1": EVERYBODY,
    "POST /turns/1/corrections": WRITERS,
    "GET /callbacks": EVERYBODY,
    "GET /callbacks/1": EVERYBODY,
    "POST /callbacks/1/take": WRITERS,
    "POST /callbacks/1/done": WRITERS,
    "POST /callbacks/1/tried": WRITERS,
    "POST /callbacks/1/give-back": WRITERS,
    "GET /calls-out": EVERYBODY,
    "GET /calls-out/1": EVERYBODY,
    "GET /duty": EVERYBODY,
    "POST /duty/swaps": {"supervisor", "administrator"},
    "GET /services": EVERYBODY,
    "GET /villages": EVERYBODY,
    "GET /topics": EVERYBODY,
    "GET /places": EVERYBODY,
    "GET /free-times?place=window": EVERYBODY,
    "GET /queues": OVERSEERS,
    "GET /looks": ADMINISTRATION,
    "GET /staff": ADMINISTRATION,
    "GET /surveys": OVERSEERS,
    "GET /surveys/1": OVERSEERS,
    "GET /surveys/1/people": OVERSEERS,
    "POST /surveys": LEADERS,
    "POST /surveys/1/moves": LEADERS,
}
"""Who may use each operation: the others get 403."""
THEIRS = "/appointments/307294"
"""At the town's window: no part of who visits at home."""
CLERKS = ("window", "station", "visits", "village")
"""The row of the ledger is the supervisor's: theirs to use, but not in their sight."""


def test_every_operation_as_every_role(served: Served) -> None:
    for operation, may in TABLE.items():
        for who in PEOPLE:
            good = 201 if operation.startswith("POST") else 200
            hidden = who in CLERKS and operation.partition(" ")[2].startswith("/ledger/1")
            not_at_home = who == "visits" and (THEIRS in operation or operation.startswith("POST /waiting/1"))
            out_of_sight = hidden or not_at_home
            wanted = 403 if who not in may else 404 if out_of_sight else good
            assert asked(served, who, operation) == wanted, (who, operation)


def test_the_table_has_every_operation(served: Served) -> None:
    paths = served.client().get("/api/openapi.json").json["paths"]  # type: ignore[index]
    described = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    tried = {re.sub(r"/(307294|118822|CA1|1)(?=/|$)", "/{}", one.partition("?")[0]) for one in TABLE}
    assert {re.sub(r"{\w+}", "{}", one) for one in described} == tried


@pytest.mark.parametrize("operation", TABLE)
def test_nobody_gets_in_without_a_token(served: Served, operation: str) -> None:
    method, path = operation.split(" ")
    token = served.tokens["administrator"]
    for header in ("", token, f"Basic {token}", "Bearer", "Bearer ", f"Bearer {token[:-1]}", f"Bearer {token}x",
                   f"Bearer {digest_of(token)}", "Bearer " + "x" * 100_000, "Bearer \udcff"):  # fmt: skip
        headers = {"Authorization": header.encode("utf8", "surrogateescape").decode("latin1")} if header else {}
        answer = served.client().open(f"/api{path}", method=method, headers=headers)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_operation_that_names_no_role_is_for_nobody(served: Served) -> None:
    api = served.app.wsgi_app.mounts["/api"]  # type: ignore[attr-defined]
    for endpoint, view in api.view_functions.items():
        assert endpoint == "document" or view.roles <= set(ROLES)
    del api.view_functions["catalogue.villages"].__wrapped__.roles
    del api.view_functions["catalogue.villages"].roles
    try:
        assert served.ask("administrator", "/villages").status_code == 403
    finally:
        api.view_functions["catalogue.villages"].roles = frozenset(ROLES)


def test_a_token_ends_when_it_is_revoked_expired_or_its_owner_goes(served: Served) -> None:
    with served.store.open() as office:
        short = Tokens(office.session).issue("window", "a day", NOW, timedelta(days=1))
        Tokens(office.session).revoke(1, NOW)
        office.session.execute(delete(StaffRow).where(StaffRow.username == "supervisor"))
        office.commit()
    served.tokens = {**served.tokens, "short": str(short)}
    assert served.ask("window", "/villages").status_code == 401
    assert served.ask("supervisor", "/villages").status_code == 401
    assert served.ask("short", "/villages").status_code == 200
    served.watch.passes(days=1)
    assert served.ask("short", "/villages").status_code == 401


def test_an_owner_who_comes_back_does_not_bring_their_tokens(served: Served) -> None:
    with served.store.open() as office:
        office.session.execute(delete(StaffRow).where(StaffRow.username == "auditor"))
        again = StaffRow(username="auditor", name="x", role="administrator", password_hash="x", created_at=NOW)
        office.session.add(again)
        office.commit()
    assert served.ask("auditor", "/villages").status_code == 401


def test_a_new_role_counts_at_once(served: Served) -> None:
    with served.store.open() as office:
        row = office.session.get(StaffRow, "administrator")
        assert row
        row.role = "auditor"
        office.commit()
    assert served.book("administrator").status_code == 403


@pytest.mark.parametrize(("who", "reason"), [("window", "desk"), ("village", "village")])
def test_a_clerk_whose_part_nobody_named_sees_nothing(served: Served, who: str, reason: str) -> None:
    with served.store.open() as office:
        row = office.session.get(StaffRow, who)
        assert row
        row.place = row.village = ""
        office.commit()
    answer = served.ask(who, "/residents")
    assert answer.status_code == 403
    assert f"no {reason} yet" in answer.text
    assert f"`hotline staff add {who} --" in answer.text, "the very command an administrator must run"


def test_more_requests_than_allowed_wait_for_the_next_minute(served: Served) -> None:
    hurried = serve_slowly(served)
    assert [hurried.ask("village", "/villages").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert hurried.ask("village", "/villages").headers["Retry-After"] == "60"
    assert hurried.ask("auditor", "/villages").status_code == 200, "each token counts for itself"
    hurried.watch.passes(seconds=60)
    assert hurried.ask("village", "/villages").status_code == 200


def serve_slowly(served: Served) -> Served:
    served.app = served_by(parts_over(served.store, served.watch, served.sent, requests_a_minute=3))
    return served


def test_a_token_is_kept_as_a_digest_and_never_logged(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for path in ("/villages", "/nowhere", "/residents/x", "/appointments?q=%00"):
        served.ask("administrator", path)
    token = served.tokens["administrator"]
    assert token not in caplog.text
    assert token[8:20] not in caplog.text
    with served.store.open() as office:
        rows = office.session.scalars(select(ApiTokenRow)).all()
        assert token not in str([vars(row) for row in rows])
        assert {row.digest for row in rows} >= {digest_of(token)}
        assert [row.last_used_at for row in rows if row.username == "administrator"] == [NOW]


def test_every_look_is_written_down_and_an_unmasking_with_its_reason(served: Served) -> None:
    served.ask("window", "/residents")
    served.ask("village", "/grievances/118822?unmask=rings+her+back")
    served.ask("village", "/grievances/400002")
    with served.store.open() as office:
        looks = [(row.username, row.what, row.reason) for row in office.session.scalars(select(LookRow))]
    assert looks == [
        ("window", "api: residents 1…2 (2)", ""),
        ("village", "api: grievance 118822", "rings her back"),
    ]


def test_no_answer_is_kept_on_the_way_or_given_to_another_site(served: Served) -> None:
    for path in ("/residents", "/nowhere"):
        answer = served.ask("auditor", path, headers={"Origin": "https://elsewhere.example"})
        assert answer.headers["Cache-Control"] == "no-store"
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
    preflight = served.client().options("/api/residents", headers={"Origin": "https://elsewhere.example"})
    assert preflight.status_code == 401


def test_requests_at_the_same_time_are_all_counted(on_either: Served) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: on_either.ask("auditor", "/villages").status_code, range(24)))
    with on_either.store.open() as office:
        used = office.session.scalars(select(ApiTokenRow.used).where(ApiTokenRow.username == "auditor")).one()
    assert used == 24
