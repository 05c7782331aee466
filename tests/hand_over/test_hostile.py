"""The edges of a transfer when they misbehave: strangers, late and broken webhooks, a service that is away."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator

from hotline.domain.calling import CallingRules
from hotline.domain.duty import Line
from hotline.store.upgrade import upgrade
from ivr.carriers.signature import Signatures
from ivr.exchange.sound import tone
from ivr.outgoing import Outgoing
from ivr.scripts.wording import template
from ivr.webhooks import Webhooks
from tests.exchange.world import CALLER, TOKEN, Phone, World, twiml, world
from tests.hand_over.test_transfers import told_and_presses
from tests.hand_over.town_hall import FIRST, SECOND, always, town_hall
from tests.town import Office

URL = "http://town.example"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    with office.store.open() as records:
        records.duty.replace(always(Line.ORDINARY, FIRST, SECOND))
        records.commit()
    return office


@pytest.fixture
def client(office: Office) -> FlaskClient:
    app = Flask("town")
    outgoing = Outgoing(office.front, CallingRules())
    signatures, stream = Signatures(URL, (TOKEN,)), "ws://town.example/voice/stream"
    hooks = Webhooks(office.front, signatures, stream, lambda *_: None, outgoing)
    app.register_blueprint(hooks.blueprint())
    return app.test_client()


def post(client: FlaskClient, path: str, **form: str) -> str:
    fields = {"CallSid": "CA1", "From": CALLER, "CallStatus": "in-progress"} | form
    signature = RequestValidator(TOKEN).compute_signature(URL + path, fields)
    answer = client.post(path, base_url=URL, data=fields, headers={"X-Twilio-Signature": signature})
    assert answer.status_code < 300 or answer.status_code in (400, 403), answer.status_code
    return answer.get_data(as_text=True) if answer.status_code == 200 else str(answer.status_code)


def to_transfer(client: FlaskClient) -> str:
    """Up to the first person being dialled; the address of what the caller's own turn answers to."""
    post(client, "/voice/incoming")
    dial = post(client, "/voice/turn?turn=0&key=errand", Digits="0")
    assert 'url="/voice/whisper?ring=1"' in dial
    assert 'answerOnBridge="true"' in dial
    assert "+8613800000011" in dial
    return "/voice/turn?turn=1&key=transfer_1"


def rings(office: Office) -> list[str]:
    with office.store.open() as records:
        return [ring.state for ring in records.rings.all()]


def test_a_whisper_nobody_signed_is_refused(client: FlaskClient) -> None:
    to_transfer(client)
    answer = client.post("/voice/whisper?ring=1&asked=1", base_url=URL, data={"Digits": "1"})
    assert answer.status_code == 403


@pytest.mark.parametrize("query", ["", "?ring=", "?ring=x", "?ring=-1", "?ring=1&asked=x", "?ring=" + "9" * 40])
def test_a_whisper_that_names_no_attempt_is_a_bad_request(client: FlaskClient, query: str) -> None:
    assert post(client, "/voice/whisper" + query) == "400"


def test_an_attempt_nobody_made_connects_nobody(client: FlaskClient) -> None:
    assert "<Hangup" in post(client, "/voice/whisper?ring=77")


def test_a_key_after_the_caller_has_gone_connects_nobody(client: FlaskClient, office: Office) -> None:
    to_transfer(client)
    post(client, "/voice/whisper?ring=1")
    post(client, "/voice/status", CallStatus="completed")
    answer = post(client, "/voice/whisper?ring=1&asked=1", Digits="1")
    assert template("whisper.gone") in answer
    assert rings(office) == ["caller_gone"]


def test_a_second_key_changes_nothing(client: FlaskClient, office: Office) -> None:
    to_transfer(client)
    post(client, "/voice/whisper?ring=1")
    assert "<Hangup" in post(client, "/voice/whisper?ring=1&asked=1", Digits="2")
    assert "<Hangup" in post(client, "/voice/whisper?ring=1&asked=1", Digits="1")
    assert rings(office) == ["declined"]


def test_key_one_twice_is_one_yes(client: FlaskClient, office: Office) -> None:
    to_transfer(client)
    for _ in range(2):
        assert "<Hangup" not in post(client, "/voice/whisper?ring=1&asked=1", Digits="1")
    assert rings(office) == ["accepted"]


def test_an_old_report_does_not_end_the_next_attempt(client: FlaskClient, office: Office) -> None:
    first = to_transfer(client)
    assert "ring=2" in post(client, first, DialCallStatus="busy")
    for status in ("busy", "completed", "no-answer", "nonsense"):
        assert "ring=2" in post(client, first, DialCallStatus=status)
    assert rings(office) == ["busy", "ringing"]


def test_a_report_after_the_end_begins_nothing(client: FlaskClient, office: Office) -> None:
    first = to_transfer(client)
    post(client, "/voice/whisper?ring=1&asked=1", Digits="1")
    for _ in range(3):
        assert "<Hangup" in post(client, first, DialCallStatus="completed", DialBridged="true")
    assert rings(office) == ["spoken"]
    assert "<Hangup" in post(client, "/voice/turn?turn=1&key=message", RecordingUrl="http://x/y")


def test_a_carrier_that_tells_nobody_first_has_connected_them(client: FlaskClient, office: Office) -> None:
    assert "<Hangup" in post(client, to_transfer(client), DialCallStatus="completed")
    assert rings(office) == ["spoken"]


def test_completed_but_never_bridged_is_nobody(client: FlaskClient, office: Office) -> None:
    post(client, to_transfer(client), DialCallStatus="completed", DialBridged="false")
    assert rings(office) == ["failed", "ringing"]


def test_an_end_told_before_the_report_leaves_a_call_back(client: FlaskClient, office: Office) -> None:
    """Status callbacks and actions come in any order."""
    first = to_transfer(client)
    post(client, "/voice/status", CallStatus="completed")
    post(client, first, DialCallStatus="no-answer", CallStatus="completed")
    post(client, "/voice/status", CallStatus="completed")
    assert rings(office) == ["caller_gone"]
    with office.store.open() as records:
        assert [task.state for task in records.callbacks.all()] == ["open"]


async def test_the_same_over_postgresql(tmp_path: Path, postgres_url: str) -> None:
    upgrade(postgres_url)
    office = Office(tmp_path)
    office.url = postgres_url
    office.open()
    async with town_hall(tmp_path, office) as hall:
        hall.on_duty(*always(Line.ORDINARY, FIRST, SECOND))
        first, second = hall.phone_of(FIRST), hall.phone_of(SECOND)
        await hall.caller.dial(duplicate_webhooks=True)
        await hall.caller.event("gather")
        await hall.caller.keys("0")
        await told_and_presses(first, "2")
        await told_and_presses(second, "1")
        await hall.until(lambda: hall.rings() == [("王强", "declined"), ("李芳", "accepted")])
        await hall.caller.do("hangup")
        await hall.until(lambda: hall.state() == "transferred")
        assert [task.state for task in hall.tasks()] == ["done"]
    office.store.close()


def dialling(whisper: object, bridge: str = ' answerOnBridge="true"') -> dict[str, object]:
    dial = f'<Dial action="/after" timeout="9"{bridge}><Number url="/whisper?x=1">8001</Number></Dial>'
    return {"/voice/incoming": twiml(dial), "/whisper": whisper}


async def dialled(w: World) -> Phone:
    clerk = Phone("8001", answers=True)
    w.exchange.plug(clerk)
    await w.phone.dial()
    return clerk


async def test_the_exchange_asks_with_the_second_legs_own_sid_and_says_who_is_parent() -> None:
    async with world(dialling(twiml("<Say>有人等着</Say>"))) as w:  # type: ignore[arg-type]
        clerk = await dialled(w)
        await clerk.event("caption")
        hook = await w.service.hook("/whisper")
        assert hook.signed
        assert hook.form["ParentCallSid"] == w.service.hooks[0].form["CallSid"]
        assert hook.form["Direction"] == "outbound-dial"
        assert w.phone.captions() == []
        for _ in range(200):  # until they are connected nothing of the caller is heard
            await w.phone.wire.send(tone(300, 0.02))
            await asyncio.sleep(0.001)
        assert len(set(clerk.audio)) > 10
        await clerk.do("hangup")
        after = await w.service.hook("/after")
        assert (after.form["DialCallStatus"], after.form["DialBridged"]) == ("completed", "true")


@pytest.mark.parametrize(
    ("whisper", "code"),
    [
        (twiml("<Hangup/>"), 0),
        (twiml("<Dial>8002</Dial>", "<Hangup/>"), 12200),
        ((500, "text/plain", b""), 11200),
        ("<Response>", 12100),
        (twiml("<Redirect>/whisper</Redirect>"), 0),
    ],
)
async def test_a_whisper_that_does_not_end_well_connects_nobody(whisper: object, code: int) -> None:
    async with world(dialling(whisper)) as w:  # type: ignore[arg-type]
        await dialled(w)
        after = await w.service.hook("/after")
        assert (after.form["DialCallStatus"], after.form["DialBridged"]) == ("completed", "false")
        assert (code in w.codes()) == bool(code)
