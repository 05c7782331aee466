"""A request is the carrier's if the token gives its signature over the address the carrier was given."""

from __future__ import annotations

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from ivr.carriers.signature import Signatures, signed

PUBLIC = "https://hotline.example.org"
LOCAL = "http://127.0.0.1:8080"
TOKEN = "the-token"
FORM = MultiDict([("CallSid", "CA1"), ("From", "+8613800001234"), ("SpeechResult", "我要办医保")])


def sign(url: str, form: MultiDict[str, str] | None = None, token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, form))


@pytest.fixture
def signatures() -> Signatures:
    return Signatures(PUBLIC, [TOKEN])


@pytest.mark.parametrize(
    "url",
    [
        f"{PUBLIC}/voice/incoming?turn=3",
        f"{PUBLIC}:443/voice/incoming?turn=3",
        f"{LOCAL}/voice/incoming?turn=3",
    ],
)
def test_the_public_and_the_own_address_are_accepted_with_and_without_a_port(
    signatures: Signatures, url: str
) -> None:
    assert signatures.of_webhook(f"{LOCAL}/voice/incoming?turn=3", FORM, sign(url, FORM))


@pytest.mark.parametrize(
    "url",
    [
        f"{PUBLIC}/voice/incoming",
        f"{PUBLIC}/voice/incoming?turn=4",
        f"{PUBLIC}/voice/status?turn=3",
        "https://elsewhere.example.org/voice/incoming?turn=3",
        "http://hotline.example.org/voice/incoming?turn=3",
    ],
)
def test_another_address_is_another_signature(signatures: Signatures, url: str) -> None:
    assert not signatures.of_webhook(f"{LOCAL}/voice/incoming?turn=3", FORM, sign(url, FORM))


def test_every_field_counts_also_one_sent_twice(signatures: Signatures) -> None:
    url = f"{PUBLIC}/voice/incoming"
    signature = sign(url, FORM)
    twice = FORM.copy()
    twice.add("CallSid", "CA2")
    assert not signatures.of_webhook(url, twice, signature)
    assert signatures.of_webhook(url, twice, sign(url, twice))
    assert not signatures.of_webhook(url, FORM | {"Extra": "1"}, signature)


@pytest.mark.parametrize("signature", ["", "x", "王", "=" * 28, "A" * 100_000])
def test_a_made_up_signature_is_refused(signatures: Signatures, signature: str) -> None:
    assert not signatures.of_webhook(f"{PUBLIC}/voice/incoming", FORM, signature)
    assert not signatures.of_upgrade(f"{PUBLIC}/voice/stream", signature)


def test_two_tokens_hold_while_one_is_being_replaced() -> None:
    both = Signatures(PUBLIC, [TOKEN, "the-next"])
    url = f"{PUBLIC}/sms/incoming"
    assert both.of_webhook(url, FORM, sign(url, FORM, "the-next"))
    assert not both.of_webhook(url, FORM, sign(url, FORM, "another"))


def test_without_a_token_nothing_is_accepted() -> None:
    url = f"{PUBLIC}/sms/incoming"
    assert not Signatures(PUBLIC, [""]).of_webhook(url, FORM, sign(url, FORM, ""))
    assert not signed(url, FORM, sign(url, FORM), [])


def test_an_address_that_is_none_is_refused_and_does_not_fail(signatures: Signatures) -> None:
    assert not signatures.of_webhook("http://host:port/voice", FORM, "x")
    assert not signatures.of_upgrade("ws://host:port/voice", "x")
    assert not signatures.of_webhook(f"{PUBLIC}/voice", MultiDict([("a", "\ud800")]), "x")


@pytest.mark.parametrize(
    "url",
    [
        "wss://hotline.example.org/voice/stream",
        "wss://hotline.example.org/voice/stream/",
        "wss://hotline.example.org:443/voice/stream",
        "https://hotline.example.org/voice/stream",
        "ws://127.0.0.1:8080/voice/stream",
        "http://127.0.0.1:8080/voice/stream",
        "wss://127.0.0.1:8080/voice/stream/",
    ],
)
def test_an_upgrade_may_be_signed_in_any_of_its_spellings(signatures: Signatures, url: str) -> None:
    assert signatures.of_upgrade("ws://127.0.0.1:8080/voice/stream", sign(url))


@pytest.mark.parametrize(
    "url", ["ws://hotline.example.org/voice/stream", "wss://hotline.example.org/voice", "wss://x.org/voice/stream"]
)
def test_an_upgrade_signed_for_elsewhere_is_refused(signatures: Signatures, url: str) -> None:
    assert not signatures.of_upgrade("ws://127.0.0.1:8080/voice/stream", sign(url))


def test_a_public_address_with_a_path_is_where_the_carrier_was_told_to_go() -> None:
    signatures = Signatures(PUBLIC + "/town/", [TOKEN])
    assert signatures.of_webhook(f"{LOCAL}/voice/incoming", FORM, sign(f"{PUBLIC}/town/voice/incoming", FORM))
