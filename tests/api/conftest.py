"""A town on record, five people who work here, a token for each, and the API over it as it is served."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import TestResponse

from hotline.api.application import build_api
from hotline.api.parts import Parts
from hotline.commands.lists import place_name, time_name
from hotline.domain.appointments import Wanted, desk_of
from hotline.domain.calendar import Place, Timetable
from hotline.domain.calling import CallOrder
from hotline.domain.duty import DayKind, Duty, Line, Person
from hotline.domain.grievances import Told
from hotline.domain.ledger.heard import Heard
from hotline.domain.slots import Spot
from hotline.domain.visits import cell_at
from hotline.domain.waiting import Entry
from hotline.holidays import is_working_day
from hotline.records_api import ledgerwork, serving_by
from hotline.serving import QueueState
from hotline.store.survey_draw import Wish, keep_draw
from hotline.store.tables import CallbackRow, CallRow, ConversationRow, StaffRow, TurnRow
from hotline.store.tokens import Tokens
from hotline.store.unit_of_work import Office, Store
from hotline.store.upgrade import upgrade
from hotline.town import read_town
from ivr.clerk import OfficeRules
from tests.town import migrated

PROOFS = Path(tempfile.mkdtemp())
NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
MONDAY = "2026-11-30T09:00:00+08:00"
PEOPLE = {
    "window": ("clerk", "window", ""),
    "station": ("clerk", "village:V01", ""),
    "visits": ("clerk", "home", ""),
    "village": ("village", "", "V01"),
    "supervisor": ("supervisor", "", ""),
    "administrator": ("administrator", "", ""),
    "auditor": ("auditor", "", ""),
}
RESIDENTS = (
    ("13812341234", "王桂花", "V01", "307294", "118822"),
    ("13955556666", "赵六", "V02", "400001", "400002"),
)
"""Number, name, village, the code of their appointment and of their case."""
BOOKING: dict[str, object] = {
    "service_id": "1", "place": "window", "starts_at": MONDAY, "name": "李大爷", "village_id": "V01",
    "number": "13900001111",
}  # fmt: skip


@dataclass
class Watch:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Served:
    """The API below /api of an application, its records, and the token of each person."""

    store: Store
    watch: Watch
    app: Flask = field(init=False)
    tokens: Mapping[str, str] = field(init=False)
    sent: list[int] = field(default_factory=list)

    def client(self) -> FlaskClient:
        return self.app.test_client()

    def ask(self, who: str, path: str, method: str = "GET", **more: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.tokens[who]}", **more.pop("headers", {})}
        return self.client().open(f"/api{path}", method=method, headers=headers, **more)

    def book(self, who: str = "window", key: str = "key-00001", **other: object) -> TestResponse:
        return self.ask(who, "/appointments", "POST", json=BOOKING | other, headers={"Idempotency-Key": key})


def hire(office: Office) -> dict[str, str]:
    """Everybody of PEOPLE; the token of each."""
    tokens = {}
    for username, (role, place, village) in PEOPLE.items():
        row = StaffRow(
            username=username, name=username, role=role, place=place, village=village,
            password_hash="x", created_at=NOW,
        )  # fmt: skip
        office.session.add(row)
        office.session.flush()
        token = Tokens(office.session).issue(username, "tests", NOW)
        assert token
        tokens[username] = token
    return tokens


def keep_records(office: Office) -> None:
    """Two residents of two villages, each with an appointment, a case, a call, a message and a call-back."""
    keep_calls(office)
    keep_matters(office)
    keep_what_is_to_come(office)
    keep_draw(office, Wish("2026-W47", "7", "chen"), NOW)
    keep_ledger(office)


def keep_calls(office: Office) -> None:
    """What each of them said."""
    for n, (number, name, *_) in enumerate(RESIDENTS, start=1):
        office.conversations.add(
            ConversationRow(
                id=f"c{n}", number=number, script="welcome", version=1, surface="voice", state="done",
                opened_at=NOW, touched_at=NOW,
            )
        )  # fmt: skip
        office.records.add(
            CallRow(
                sid=f"CA{n}", number=number, direction="inbound", status="completed", surface="voice",
                conversation=f"c{n}", started_at=NOW, ended_at=NOW, seconds=75,
            )
        )  # fmt: skip
        for key, heard in (("service", f"我是{name}，办医保"), ("name", f"我叫{name}")):
            office.records.add(
                TurnRow(
                    conversation=f"c{n}", call=f"CA{n}", surface="voice", turn=1, key=key, asked=f"{name}您好？",
                    heard=heard, alternatives=[[heard, 0.9]], confidence=0.9, understood={"value": heard},
                    audio="", timings_ms={"recognise": 400}, at=NOW,
                )
            )  # fmt: skip


def keep_ledger(office: Office) -> None:
    """What each of them said when they were rung back."""
    for n, (number, name, *_) in enumerate(RESIDENTS, start=1):
        told = f"我是{name}，电话{number}，等了半天"
        heard = Heard(
            f"survey:{n}", NOW, {"efficiency": 2}, None, told, service="1", place="window:1", clerk="liuf",
            number=number, conversation=f"c{n}",
        )  # fmt: skip
        ledgerwork(office, read_town(), NOW, PROOFS).propose(heard)


def keep_matters(office: Office) -> None:
    """What came of it."""
    for n, (number, name, village, booked, told) in enumerate(RESIDENTS, start=1):
        at = datetime(2026, 11, 28, 1, tzinfo=UTC)
        place = Place.WINDOW if n == 1 else Place.HOME
        wanted = Wanted("1", place, at, name, village, number)
        desk, first = desk_of(place, ""), cell_at(at)
        spot = Spot(desk, 0, f"clerk{n}", first, first + wanted.visit.cells)
        assert office.appointments.add(wanted, code=booked, spot=spot, conversation=f"c{n}") is not None
        story = f"我是{name}，电话{number}，水管没水"
        office.grievances.add(
            Told("G1", story, village, "三组", "祠堂边", name, number, number, "urgent"),
            code=told, sign_by=NOW, conversation=f"c{n}",
        )  # fmt: skip
        office.records.know_resident(number, name=name, village=village)
        office.messages.put(f"booked:{booked}", number, f"{name}您好，预约号{booked}")
        office.records.add(
            CallbackRow(
                number=number, reason="asked", recording="", text=f"请回{name}", conversation=f"c{n}",
                state="open", due_at=NOW, created_at=NOW,
            )
        )  # fmt: skip


def keep_what_is_to_come(office: Office) -> None:
    """Who waits for a place, who is to be rung, who is on duty."""
    for number, name, village, *_ in RESIDENTS:
        place = Place.WINDOW if village == "V01" else Place.HOME
        office.waiting.add(Entry(0, "1", place, village, name, number, "any", joined_at=NOW))
        office.calls_out.put(CallOrder(f"reminder:{village}", number, "reminder", "remind"), NOW)
    office.duty.replace(
        [
            Duty(Line.ORDINARY, DayKind.WORKING, time(8), time(18), 1, Person("刘芳", "13700000001", "window")),
            Duty(Line.DANGER, DayKind.WORKING, time(0), time(0), 1, Person("周正平", "13700000002")),
        ]
    )


def parts_over(store: Store, watch: Watch, sent: list[int], **other: Any) -> Parts:
    """What the API is given, with the telephone's own words."""
    town = read_town()
    serving = serving_by(OfficeRules(town, Timetable(), is_working_day))
    return Parts(
        store=store, serving=lambda _office: serving, time_name=time_name,
        place_name=place_name, enqueue=sent.extend,
        queues=lambda: [QueueState("outbox", 1, 0, 0, 1)], clock=watch,
        ledger=lambda office, town, now: ledgerwork(office, town, now, PROOFS), **other,
    )  # fmt: skip


def served_by(parts: Parts) -> Flask:
    """An application with the API below /api, as the service mounts it."""
    app = Flask("test")
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/api": build_api(parts)})  # type: ignore[method-assign]
    return app


def serve(url: str, watch: Watch | None = None, **other: Any) -> Served:
    """The API over a database that has its tables, with people and records."""
    served = Served(Store(url), watch or Watch())
    with served.store.open() as office:
        served.tokens = hire(office)
        keep_records(office)
        office.commit()
    served.app = served_by(parts_over(served.store, served.watch, served.sent, **other))
    return served


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    shutil.copy(migrated(), tmp_path / "api.sqlite")
    served = serve(f"sqlite:///{tmp_path / 'api.sqlite'}")
    yield served
    served.store.close()


@pytest.fixture
def on_either(either_url: str) -> Iterator[Served]:
    served = serve(either_url)
    yield served
    served.store.close()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def readable(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The same for tests that only read: one of each kind for all of them."""
    folder = tmp_path_factory.mktemp("readable")
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'api.sqlite'}"
    else:
        server = str(request.getfixturevalue("postgres"))
        url = server.removesuffix("postgres") + f"readable_{uuid4().hex}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{url.rpartition("/")[2]}"'.encode())
    upgrade(url)
    served = serve(url, requests_a_minute=10**9)
    yield served
    served.store.close()
