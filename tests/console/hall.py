"""A town hall on record for the pages: its people, records of two villages, one case that is secret."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from hotline.config import Settings
from hotline.domain.grievances import Told
from hotline.holidays import is_working_day
from hotline.report_data import Reading
from hotline.report_papers import BULLETIN, draft
from hotline.reports.periods import month
from hotline.store.proofs import path_of
from hotline.store.tables import (
    CallbackRow,
    CallRow,
    ConversationRow,
    FeedTokenRow,
    GrievanceRow,
    LedgerProofRow,
    LedgerRow,
    NoteRow,
    StaffRow,
    SurveyPersonRow,
    TurnRow,
)
from hotline.store.unit_of_work import Office, Store
from hotline.town import read_town
from ivr.voice import mulaw, wav
from tests.api.conftest import NOW, PEOPLE, RESIDENTS, Watch, keep_records
from tests.console.conftest import PASSWORD, QUICK, app_over
from tests.town import migrated

SECRET = "650001"
"""The code of a report of wrongdoing, of village V02."""
MONTH = "2026-10"
"""A bulletin of it is drafted."""
PROOF = sha256(b"mended").hexdigest()
"""Shown for both rows of the ledger."""
SPARE = "spare"
"""Somebody who works here and never logs in: what is done to them disturbs no test."""
SECRET_NAME, SECRET_NUMBER = "钱多多", "13700009999"


@dataclass
class Hall:
    """The pages over these records, and a browser's worth of cookies for each person."""

    store: Store
    settings: Settings
    clock: Watch
    app: Flask = field(init=False)
    _clients: dict[str, FlaskClient] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.app = app_over(self.store, self.settings, self.clock)

    def as_(self, who: str) -> FlaskClient:
        """A client logged in as this person of PEOPLE; empty for nobody."""
        if who not in self._clients or (who and not _is_in(self._clients[who])):
            client = self.app.test_client()
            if who:
                form = {"username": who, "password": PASSWORD, "csrf_token": token_of(client)}
                assert client.post("/login", data=form).status_code == 302
            self._clients[who] = client
        return self._clients[who]

    def post(self, who: str, path: str, **form: str) -> tuple[int, str]:
        """Status and address of what comes of a form sent as this person."""
        client = self.as_(who)
        answer = client.post(path, data={"csrf_token": token_of(client, bool(who)), **form}, buffered=True)
        return answer.status_code, answer.location or answer.text


def _is_in(client: FlaskClient) -> bool:
    with client.session_transaction() as kept:
        return "token" in kept


def token_of(client: FlaskClient, known: bool = False) -> str:
    """A token for forms of this session."""
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/today" if known else "/login").text)
    assert found
    return found[1]


def hire(office: Office) -> None:
    """Everybody of PEOPLE, with one password."""
    hashed = QUICK.hash(PASSWORD)
    for username, (role, place, village) in PEOPLE.items():
        office.session.add(
            StaffRow(
                username=username, name=username, role=role, place=place, village=village,
                password_hash=hashed, created_at=NOW,
            )
        )  # fmt: skip
    office.session.add(
        StaffRow(
            username=SPARE,
            name="备用",
            role="clerk",
            place="window",
            village="",
            password_hash=hashed,
            created_at=NOW,
        )
    )
    office.session.flush()


def keep_secret(office: Office, recording: str) -> None:
    """A report of wrongdoing, told in a recorded call."""
    office.conversations.add(
        ConversationRow(
            id="c3", number=SECRET_NUMBER, script="welcome", version=1, surface="voice", state="done",
            opened_at=NOW, touched_at=NOW,
        )
    )  # fmt: skip
    office.records.add(
        CallRow(
            sid="CA3", number=SECRET_NUMBER, direction="inbound", status="completed", surface="voice",
            conversation="c3", started_at=NOW, ended_at=NOW, seconds=60,
        )
    )  # fmt: skip
    office.records.add(
        TurnRow(
            conversation="c3", call="CA3", surface="voice", turn=1, key="story", asked="您要反映什么？",
            heard="村会计收了钱", alternatives=[["村会计收了钱", 0.9]], confidence=0.9,
            understood={"value": "村会计收了钱"}, audio=recording, timings_ms={}, at=NOW,
        )
    )  # fmt: skip
    office.records.add(
        CallbackRow(
            number=SECRET_NUMBER, reason="asked", recording="", text=f"请回{SECRET_NAME}", conversation="c3",
            state="open", due_at=NOW, created_at=NOW,
        )
    )  # fmt: skip
    told = Told(
        "G1", "村会计收了钱", "V02", "", "", SECRET_NAME, SECRET_NUMBER, SECRET_NUMBER, "normal", kind="report"
    )  # fmt: skip
    office.grievances.add(told, code=SECRET, sign_by=NOW, conversation="c3")
    office.session.flush()


def keep_what_colleagues_made(office: Office, recording: str, settings: Settings) -> None:
    """A note and a feed of two people, a proof of each row of the ledger, sound of each case, a drafted paper."""
    for n, who in enumerate(("window", SPARE), start=1):
        office.session.add(NoteRow(username=who, call=f"CA{n}", text="再打一次", at=NOW))
        office.session.add(FeedTokenRow(digest=str(n) * 64, username=who, clerk=f"clerk{n}", created_at=NOW))
        office.session.add(
            LedgerProofRow(ledger=n, digest=PROOF, form="pdf", size=6, name="mended.pdf", who="supervisor", at=NOW)
        )
    path = path_of(settings.proofs, PROOF, "pdf")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"mended")
    office.session.execute(update(GrievanceRow).values(recording=recording))
    office.session.execute(update(LedgerRow).values(recording=recording))
    office.session.add(
        SurveyPersonRow(
            survey=1, place_in_draw=1, matter="visit:1", number=RESIDENTS[0][0], service="1", place="window:1",
            clerk="liuf", day=NOW.date(), stratum="1", chance=1.0, weight=1.0, drawn_at=NOW,
        )
    )  # fmt: skip
    draft(Reading(office, read_town(), is_working_day, NOW), BULLETIN, month(MONTH))
    office.session.flush()


@contextmanager
def town_hall(folder: Path, *more: Callable[[Office], None]) -> Iterator[Hall]:
    """The hall in a folder of its own; `more` adds to its records before the first page is made."""
    settings = Settings.from_environment({"HOTLINE_DATA_DIR": str(folder)}).served_at(8000)
    database = folder / "hall.sqlite"
    shutil.copy(migrated(), database)
    recorded = settings.recordings / "2026/secret.wav"
    recorded.parent.mkdir(parents=True)
    wav.write_mulaw(recorded, mulaw.encode(np.zeros(mulaw.RATE, np.int16)))
    store = Store(f"sqlite:///{database}")
    with store.open() as office:
        hire(office)
        keep_records(office)
        for turn in (1, 3):
            office.session.get_one(TurnRow, turn).audio = "2026/secret.wav"
        keep_secret(office, "2026/secret.wav")
        keep_what_colleagues_made(office, "2026/secret.wav", settings)
        for add in more:
            add(office)
        office.commit()
    yield Hall(store, settings, Watch(datetime.fromtimestamp(NOW.timestamp(), NOW.tzinfo)))
    store.close()
