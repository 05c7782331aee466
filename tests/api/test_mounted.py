"""The API as the service serves it: beside webhooks and pages, with the telephone's words and the real queues."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from flask.testing import FlaskClient

from hotline.app import web
from hotline.bootstrap import Hotline, edition_of
from hotline.clock import utc_now
from hotline.config import Settings
from hotline.store.unit_of_work import Store
from hotline.town import read_town
from ivr.desk import Desk
from tasks.health import stand
from tasks.queues import ALL, OUTBOX, queue
from tests.api.conftest import BOOKING, hire


def settings_with(folder: Path, redis_url: str) -> Settings:
    environment = {"HOTLINE_DATA_DIR": str(folder), "HOTLINE_REDIS_URL": redis_url}
    return Settings.from_environment(environment).served_at(8000)


Service = tuple[FlaskClient, dict[str, str]]
"""Its client, and the token of each person."""


class Unused:
    """The telephone, which no request of these tests reaches."""

    def __getattr__(self, _name: str) -> Any:
        return self

    def __call__(self, *_: Any) -> Any:
        return self


@pytest.fixture
def service(empty_store: Store, tmp_path: Path, redis_url: str) -> Service:
    with empty_store.open() as office:
        tokens = hire(office)
        office.commit()
    settings, telephone = settings_with(tmp_path, redis_url), cast(Any, Unused())
    town = read_town()
    edition = edition_of(0, town)
    desk = Desk(empty_store, edition.scripts, edition.rules, utc_now)
    hotline = Hotline(settings, empty_store, town, desk, telephone, telephone, telephone, lambda _ids: None)
    return web(hotline).test_client(), tokens


def test_the_api_stands_beside_the_pages_and_leaves_them_alone(
    service: Service,
) -> None:
    client, tokens = service
    token = {"Authorization": f"Bearer {tokens['supervisor']}"}
    assert client.get("/api/residents", headers=token).json == {"items": [], "next": None, "total": None}
    assert client.get("/api/openapi.json").status_code == 200
    assert client.get("/login").mimetype == "text/html"
    assert client.get("/nowhere").mimetype == "text/html"
    assert client.get("/apiary").status_code == 404


def test_a_cookie_of_the_pages_opens_nothing_here(service: Service) -> None:
    client, _ = service
    with client.session_transaction() as session:
        session["username"] = "administrator"
    assert client.get("/api/residents").status_code == 401


def test_the_queues_are_told_as_they_stand(service: Service, redis_url: str) -> None:
    client, tokens = service
    queue(redis_url, OUTBOX).enqueue("tasks.outbox.send_message", 1)
    told = client.get("/api/queues", headers={"Authorization": f"Bearer {tokens['auditor']}"}).json
    assert told
    assert told["reachable"]
    assert [(q["name"], q["waiting"], q["workers"]) for q in told["queues"]] == [
        (name, int(name == OUTBOX), 0) for name in ALL
    ]


def test_queues_out_of_reach_are_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(ConnectionError):
        stand(settings_with(tmp_path, "redis://127.0.0.1:1/0"))


def test_a_booking_is_confirmed_in_the_words_of_the_telephone(service: Service, empty_store: Store) -> None:
    client, tokens = service
    token = {"Authorization": f"Bearer {tokens['supervisor']}"}
    times = client.get("/api/free-times?place=window", headers=token).json
    assert times
    headers = token | {"Idempotency-Key": "mounted-1"}
    answer = client.post("/api/appointments", json=BOOKING | {"starts_at": times["items"][-1]}, headers=headers)
    assert answer.status_code == 201, answer.text
    with empty_store.open() as office:
        row = office.messages.locked(1)
    assert row
    assert row.body.startswith("【牛田镇政务】预约成功：")
    assert f"预约号{answer.json['code']}" in row.body  # type: ignore[index]
