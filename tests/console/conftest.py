"""A member of staff, a call on record, and the pages over them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from hotline.bootstrap import edition_of
from hotline.clock import utc_now
from hotline.config import Settings
from hotline.console.application import console
from hotline.domain.appointments import Wanted
from hotline.domain.calendar import Place
from hotline.staff_pages import console_parts
from hotline.store.tables import CallRow, ConversationRow, StaffRow, TurnRow
from hotline.store.unit_of_work import Store
from hotline.town import read_town
from ivr.voice import mulaw, wav

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
PASSWORD = "a good long one"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Clock:
    """Stands still until moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment({"HOTLINE_DATA_DIR": str(tmp_path)}).served_at(8000)


@pytest.fixture
def store(empty_store: Store) -> Store:
    with empty_store.open() as office:
        hashed = QUICK.hash(PASSWORD)
        office.session.add(
            StaffRow(
                username="liu", name="刘干事", role="clerk", place="window", password_hash=hashed, created_at=NOW
            )
        )
        office.commit()
    return empty_store


@pytest.fixture
def client(store: Store, settings: Settings, clock: Clock) -> FlaskClient:
    return app_over(store, settings, clock).test_client()


def app_over(
    store: Store, settings: Settings, clock: Callable[[], datetime] = utc_now, hasher: PasswordHasher = QUICK
) -> Flask:
    """The console alone in an app, on these records, with the shipped town."""
    app = Flask("test")
    edition = edition_of(0, read_town())
    parts = console_parts(settings, store, lambda _: edition, lambda _ids: None)
    app.register_blueprint(console(replace(parts, clock=clock, hasher=hasher)))
    app.testing = True
    return app


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    assert found
    return found[1]


def log_in(client: FlaskClient, password: str = PASSWORD, username: str = "liu") -> int:
    form = {"username": username, "password": password, "csrf_token": token(client)}
    return client.post("/login", data=form).status_code


@pytest.fixture
def a_call(store: Store, settings: Settings) -> int:
    """A call that ended in a booking, with one recorded turn; gives the turn's id."""
    (settings.recordings / "2026").mkdir(parents=True)
    wav.write_mulaw(settings.recordings / "2026/one.wav", mulaw.encode(tone(1.5)))
    (settings.data_dir / "secret.wav").write_bytes(b"not for ears")
    with store.open() as office:
        office.conversations.add(
            ConversationRow(
                id="c1", number="13812341234", script="welcome", version=1, surface="voice", state="done",
                opened_at=NOW, touched_at=NOW,
            )
        )  # fmt: skip
        office.records.add(
            CallRow(
                sid="CA1", number="13812341234", direction="inbound", status="completed", surface="voice",
                conversation="c1", started_at=NOW, ended_at=NOW, seconds=75,
            )
        )  # fmt: skip
        wanted = Wanted("1", Place.WINDOW, NOW + timedelta(days=4), "王桂花", "V01", "13812341234")
        office.appointments.add(wanted, code="307294", seat=0, conversation="c1")
        turn = a_turn("2026/one.wav")
        office.records.add(turn)
        office.commit()
        return turn.id


def tone(seconds: float) -> mulaw.Pcm:
    times = np.arange(int(seconds * mulaw.RATE)) / mulaw.RATE
    return (8000 * np.sin(2 * np.pi * 440 * times)).astype(np.int16)


def a_turn(audio: str) -> TurnRow:
    return TurnRow(
        conversation="c1", call="CA1", surface="voice", turn=1, key="service", asked="您要办什么事？",
        heard="<b>医保</b>", alternatives=[["医保", 0.91], ["医宝", 0.4]], confidence=0.91,
        understood={"value": "1", "slots": {"village": "V01"}, "denied": [], "command": "", "danger": ""},
        audio=audio, timings_ms={"recognise": 412.4, "note": "x"}, at=NOW,
    )  # fmt: skip
