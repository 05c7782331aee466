"""A webhook that fails under a resident: a sentence is heard, and what it promises is written down."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator

from hotline.domain.calling import CallingRules
from hotline.store.unit_of_work import Store
from ivr.carriers.signature import Signatures
from ivr.contact import Contact
from ivr.dialogue.steps import Prompt
from ivr.front_desk import FrontDesk
from ivr.outgoing import Outgoing
from ivr.scripts.wording import words
from ivr.surfaces.keypad import Verb
from ivr.webhooks import Webhooks
from tests.town import Office

URL, TOKEN, NUMBER = "http://town.example", "secret", "13907370001"
PROMISE, LATER = words(Prompt("apology.callback")), words(Prompt("apology.later"))


class Broken(FrontDesk):
    """A front desk at which every turn fails."""

    def turn(self, contact: Contact, before: str = "") -> list[Verb]:
        raise RuntimeError("broken")

    def text(self, sid: str, number: str, body: str) -> str:
        raise RuntimeError("broken")

    def call_status(self, sid: str, status: str, seconds: int) -> None:
        raise RuntimeError("broken")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def broken(office: Office, store: Store) -> FrontDesk:
    front = office.front
    return Broken(store, front.desk, front.clock, front.enqueue, front.transcribe, front.can_listen)


def client(front: FrontDesk) -> FlaskClient:
    app = Flask("town")
    signatures = Signatures(URL, (TOKEN,))
    hooks = Webhooks(
        front, signatures, "ws://town.example/voice/stream", _no_status, Outgoing(front, CallingRules())
    )
    app.register_blueprint(hooks.blueprint())
    return app.test_client()


def _no_status(_sid: str, _status: str, _code: str) -> None:
    raise RuntimeError("broken")


def post(web: FlaskClient, path: str, **form: str) -> tuple[int, str]:
    signature = RequestValidator(TOKEN).compute_signature(URL + path, form)
    answer = web.post(path, base_url=URL, data=form, headers={"X-Twilio-Signature": signature})
    return answer.status_code, answer.get_data(as_text=True)


def promised(office: Office) -> list[tuple[str, str, str]]:
    with office.store.open() as records:
        return [(row.number, row.reason, row.state) for row in records.callbacks.all()]


def test_who_hears_that_somebody_rings_back_is_on_the_list_once(office: Office) -> None:
    web = client(broken(office, office.store))
    for _ in range(2):
        status, heard = post(web, "/voice/turn", CallSid="CA1", From="+8613907370001", Direction="inbound")
        assert status == 200
        assert PROMISE in heard
    assert PROMISE in post(web, "/sms/incoming", MessageSid="SM1", From="+8613907370001", Body="x")[1]
    assert promised(office) == [(NUMBER, "trouble", "open")]


def test_whom_we_rang_is_rung_back_and_not_our_own_number(office: Office) -> None:
    web = client(broken(office, office.store))
    form = {"CallSid": "CA1", "From": "+8673788812345", "To": "+8613907370001", "Direction": "outbound-api"}
    assert PROMISE in post(web, "/voice/turn", **form)[1]
    assert promised(office) == [(NUMBER, "trouble", "open")]


def test_who_hides_the_number_is_asked_to_ring_again(office: Office) -> None:
    web = client(broken(office, office.store))
    assert LATER in post(web, "/voice/turn", CallSid="CA1", From="anonymous", Direction="inbound")[1]
    assert promised(office) == []


def test_nothing_is_promised_that_cannot_be_written_down(office: Office, tmp_path: Path) -> None:
    web = client(broken(office, Store(f"sqlite:///{tmp_path / 'without-tables.sqlite'}")))
    assert LATER in post(web, "/voice/turn", CallSid="CA1", From="+8613907370001", Direction="inbound")[1]
    assert promised(office) == []


def test_a_report_nobody_hears_promises_nothing(office: Office) -> None:
    web = client(broken(office, office.store))
    assert post(web, "/voice/status", CallSid="CA1", From="+8613907370001", CallStatus="completed")[0] == 500
    assert post(web, "/sms/status", MessageSid="SM1", MessageStatus="sent")[0] == 500
    assert promised(office) == []
