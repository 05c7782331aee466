"""What may come in from outside, and what it must not do."""

from __future__ import annotations

import pytest

from tests.service.process import ServiceProcess
from tests.service.stranger import Carrier

CALL = {"CallSid": "CAx", "From": "+8613907372001", "To": "+8673788123456", "CallStatus": "ringing"}
ROUTES = ("/voice/incoming", "/voice/turn", "/voice/status", "/sms/incoming", "/sms/status")


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("signature", ["", "bm90IGEgc2lnbmF0dXJl"])
def test_a_request_that_is_not_signed_is_refused_and_leaves_no_row(
    service: ServiceProcess, path: str, signature: str
) -> None:
    answer = service.carrier.post(path, signature, **CALL, MessageSid="SMx", Body="你好")
    assert answer.status_code == 403
    assert all(row["sid"] != "CAx" for row in service.rows("calls"))


def test_a_signature_of_another_account_is_refused(service: ServiceProcess) -> None:
    stranger = Carrier(service.url, "f" * 32)
    assert stranger.post("/sms/incoming", MessageSid="SMy", From="+8613907372002", Body="你好").status_code == 403


def test_a_call_nobody_knows_gets_a_question_not_an_error(service: ServiceProcess) -> None:
    twiml = service.carrier.turn("/voice/turn", "CAnever", "+8613907372003")
    assert twiml.find("Gather") is not None


@pytest.mark.parametrize("query", ["?turn=99&key=when", "?turn=-1", "?turn=abc", "?turn=9999999999999999999999"])
def test_an_answer_to_a_turn_that_never_was_serves_the_open_one(service: ServiceProcess, query: str) -> None:
    twiml = service.carrier.turn("/voice/turn" + query, "CAlate", "+8613907372004", Digits="1")
    gather = twiml.find("Gather")
    assert gather is not None
    assert "turn=0&key=errand" in gather.attrib["action"]


def test_a_text_of_a_megabyte_is_answered_with_a_sentence(service: ServiceProcess) -> None:
    answer = service.carrier.text("SMbig", "+8613907372005", "水" * 350_000)
    assert "牛田镇政务" in answer
    assert "cut" in service.log.read_text("utf8")


def test_the_same_text_delivered_twice_is_taken_once(service: ServiceProcess) -> None:
    first = service.carrier.text("SMtwice", "+8613907372006", "我要预约")
    again = service.carrier.text("SMtwice", "+8613907372006", "我要预约")
    assert first == again
    assert first != service.carrier.text("SMthird", "+8613907372006", "残疾证")


@pytest.mark.parametrize("status", ["completed", "nonsense", ""])
def test_a_status_of_an_unknown_call_or_message_is_only_logged(service: ServiceProcess, status: str) -> None:
    assert service.carrier.post("/voice/status", CallSid="CAghost", CallStatus=status).status_code == 204
    assert service.carrier.post("/sms/status", MessageSid="SMghost", MessageStatus=status).status_code == 204


def test_a_late_status_does_not_bring_a_call_back_to_life(service: ServiceProcess) -> None:
    service.carrier.ring("CAover", "+8613907372007")
    for status in ("completed", "in-progress", "ringing"):
        service.carrier.post("/voice/status", CallSid="CAover", CallStatus=status, CallDuration="12")
    [row] = [row for row in service.rows("calls") if row["sid"] == "CAover"]
    assert (row["status"], row["seconds"]) == ("completed", 12)


def test_the_same_incoming_webhook_twice_is_one_call(service: ServiceProcess) -> None:
    for _ in range(2):
        service.carrier.ring("CAsame", "+8613907372008")
    assert len([row for row in service.rows("calls") if row["sid"] == "CAsame"]) == 1


def test_a_recording_that_lies_elsewhere_is_not_fetched(service: ServiceProcess) -> None:
    number = "+8613907372009"
    service.carrier.turn("/voice/turn", "CArec", number)
    gather = service.carrier.turn("/voice/turn?turn=0&key=errand", "CArec", number, Digits="2").find("Record")
    assert gather is not None
    answer = service.carrier.turn(
        gather.attrib["action"], "CArec", number, RecordingUrl="http://127.0.0.1:1/secret"
    )
    assert answer.find("Hangup") is None
    assert "not fetched" in service.log.read_text("utf8")


def test_a_request_without_a_call_id_is_refused(service: ServiceProcess) -> None:
    assert service.carrier.post("/voice/incoming", From="+8613907372010").status_code == 400
