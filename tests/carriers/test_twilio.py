"""The carrier over the wire: what is asked, and what every way of failing is taken for."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from ivr.carriers.base import CarrierError
from ivr.carriers.twilio import TwilioCarrier
from tests.carriers.far_side import ACCOUNT, FarSide, Script
from tests.servers import free_port


def carrier_at(url: str, token: str = ACCOUNT[1]) -> TwilioCarrier:
    return TwilioCarrier(
        (ACCOUNT[0], token), number="0737-8812345", public_url="https://hotline.example.org", api_base_url=url
    )


def refusal(far: FarSide, script: Script) -> CarrierError:
    far.script = script
    with pytest.raises(CarrierError) as refused:
        carrier_at(far.url).send_message("13800001234", "您好", "test")
    return refused.value


def test_a_message_goes_out_in_the_carriers_spelling_and_asks_for_reports(far: FarSide) -> None:
    sid = carrier_at(far.url).send_message("13800001234", "【牛田镇政务】您好", "booking:1")
    assert sid == far.messages[0]["sid"]
    assert far.requests == [
        (
            "POST",
            f"/2010-04-01/Accounts/{ACCOUNT[0]}/Messages.json",
            {
                "To": ["+8613800001234"],
                "From": ["+867378812345"],
                "Body": ["【牛田镇政务】您好"],
                "StatusCallback": ["https://hotline.example.org/sms/status"],
            },
        )
    ]


def test_a_call_is_placed_and_ended(far: FarSide) -> None:
    carrier = carrier_at(far.url)
    sid = carrier.place_call("13800001234", "callback 7")
    carrier.end_call(sid)
    (_, _, placed), (_, path, ended) = far.requests
    assert placed["Url"] == ["https://hotline.example.org/voice/outgoing/callback%207"]
    assert placed["StatusCallback"] == ["https://hotline.example.org/voice/status?reason=callback%207"]
    assert (path.rsplit("/", 1)[1], ended) == (f"{sid}.json", {"Status": ["completed"]})


@pytest.mark.parametrize("code", [20404, 21220])
def test_ending_a_call_that_has_ended_is_no_error(far: FarSide, code: int) -> None:
    far.script = Script(status=404, code=code)
    carrier_at(far.url).end_call("CA1")
    [(_, path, form)] = far.requests
    assert (path.rsplit("/", 1)[1], form) == ("CA1.json", {"Status": ["completed"]})


@pytest.mark.parametrize(
    ("script", "retryable", "unsure"),
    [
        (Script(status=400, code=21211), False, False),
        (Script(status=400, code=21610), False, False),
        (Script(status=404, code=None), False, False),
        (Script(status=429, code=20429), True, False),
        (Script(status=400, code=21611), True, False),
        (Script(status=500, code=20500), True, True),
        (Script(status=503, body=b"<html>proxy</html>"), True, True),
        (Script(status=201, body=b"<html>not json</html>"), True, True),
        (Script(status=201, body=b"[]"), True, True),
        (Script(status=201, body=b'{"status": "queued"}'), True, True),
        (Script(cuts_off=True), True, True),
    ],
)
def test_every_refusal_says_whether_to_ask_again_and_whether_it_may_have_happened(
    far: FarSide, script: Script, *, retryable: bool, unsure: bool
) -> None:
    error = refusal(far, script)
    assert (error.retryable, error.unsure) == (retryable, unsure)
    assert len(far.requests) == 1, "a POST is never repeated in here"


def test_a_wrong_token_can_be_mended_and_is_retryable(far: FarSide) -> None:
    with pytest.raises(CarrierError) as refused:
        carrier_at(far.url, token="wrong").send_message("13800001234", "x", "r")
    assert (refused.value.code, refused.value.retryable, refused.value.unsure) == ("20003", True, False)


def test_a_carrier_nobody_reaches_has_certainly_not_taken_it() -> None:
    with pytest.raises(CarrierError) as refused:
        carrier_at(f"http://127.0.0.1:{free_port()}").send_message("13800001234", "x", "r")
    assert (refused.value.retryable, refused.value.unsure) == (True, False)


def test_a_message_sent_before_is_found_by_number_text_and_time(far: FarSide) -> None:
    carrier = carrier_at(far.url)
    sid = carrier.send_message("13800001234", "您好", "a")
    carrier.send_message("13800001234", "别的", "b")
    carrier.send_message("13900001234", "您好", "c")
    now = datetime.now(UTC)
    assert carrier.messages_since("13800001234", "您好 ", now) == [sid]
    assert carrier.messages_since("13800001234", "您好", now + timedelta(minutes=5)) == []


def test_a_carrier_without_a_list_says_so(far: FarSide) -> None:
    far.script = Script(lists=False)
    with pytest.raises(CarrierError) as refused:
        carrier_at(far.url).messages_since("13800001234", "您好", datetime.now(UTC))
    assert not refused.value.retryable


def test_neither_number_nor_text_nor_token_is_logged(far: FarSide, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    carrier_at(far.url).send_message("13800001234", "王桂花", "r")
    refusal(far, Script(status=400, code=21211))
    for secret in ("13800001234", "王桂花", ACCOUNT[1], "%E7%8E%8B"):
        assert secret not in caplog.text
