"""Twilio's REST API, or any platform that speaks it, as a Carrier: the one file that knows its client library."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, urlsplit

from requests import exceptions as http
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from hotline.domain.residents import dialled, plain_number
from ivr.carriers.base import CarrierError, PlacedCall

RETRYABLE = {
    "20003": "account or token refused: mend TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN",
    "20429": "too many requests at once",
    "14107": "message rate exceeded",
    "21611": "the number's queue is full",
    "30001": "the carrier's queue is full",
}
"""Codes of requests the carrier certainly did not take, and may take later."""

FINAL = {
    "21211": "not a number",
    "21214": "the number cannot be rung",
    "21215": "calls to that country are blocked for the account",
    "21219": "a trial account rings verified numbers only",
    "21408": "messages to that country are blocked for the account",
    "21606": "HOTLINE_NUMBER cannot send messages",
    "21608": "a trial account writes to verified numbers only",
    "21610": "the resident has opted out",
    "21612": "no route from HOTLINE_NUMBER to that number",
    "21614": "a landline takes no messages",
    "21617": "the text is too long",
}
"""Codes that stay what they are however often one asks."""

ENDED = {"20404", "21220"}
"""What an already ended call is answered with."""

TIMEOUT_S = (5.0, 15.0)
"""To connect, and to be answered."""
CLOCK_SKEW = timedelta(seconds=90)
"""How far a carrier's clock may lie from ours."""
RING_S = 45
"""An old person needs a while to the telephone; after that it is no answer."""
DETECT_WITHIN_S = 8
"""Who says nothing so long is taken for a person."""
MESSAGE_STATUS = "/sms/status"
CALL_STATUS = "/voice/status"
CALL_ANSWERED = "/voice/outgoing"


class TwilioCarrier:
    """One account and one number at a platform that speaks Twilio's 2010-04-01 API."""

    def __init__(self, account: tuple[str, str], *, number: str, public_url: str, api_base_url: str = "") -> None:
        """`account` is sid and token; `public_url` is where reports come back to."""
        http_client = TwilioHttpClient(logger=_silent())
        http_client.timeout = TIMEOUT_S  # its constructor takes one number only, requests takes two
        if http_client.session is not None and _is_here(api_base_url):
            http_client.session.trust_env = False  # a proxy for the outside world does not reach this machine
        self._client = Client(*account, http_client=http_client)
        if api_base_url:
            self._client.api.base_url = api_base_url
        self._number = dialled(plain_number(number))
        self._public_url = public_url

    def send_message(self, to: str, body: str, reason: str) -> str:
        with _as_carrier_error():
            sent = self._client.messages.create(
                to=dialled(to), from_=self._number, body=body, status_callback=self._public_url + MESSAGE_STATUS
            )
            return _named(sent.sid)

    def messages_since(self, to: str, body: str, since: datetime) -> Sequence[str]:
        with _as_carrier_error():
            listed = self._client.messages.list(to=dialled(to), from_=self._number, page_size=100, limit=500)
        # trial accounts put a sentence of their own before the text
        same = [m for m in listed if (m.body or "").strip().endswith(body.strip())]
        recent = [m for m in same if m.date_created is None or m.date_created >= since - CLOCK_SKEW]
        return [str(m.sid) for m in sorted(recent, key=lambda m: m.date_created or since)]

    def place_call(self, to: str, reason: str, *, detect_machine: bool = False) -> str:
        named = quote(reason, safe="")
        listening = {"machine_detection": "DetectMessageEnd", "machine_detection_timeout": DETECT_WITHIN_S}
        with _as_carrier_error():
            placed = self._client.calls.create(
                to=dialled(to),
                from_=self._number,
                url=f"{self._public_url}{CALL_ANSWERED}/{named}",
                status_callback=f"{self._public_url}{CALL_STATUS}?reason={named}",
                status_callback_event=["answered", "completed"],
                timeout=RING_S,
                **(listening if detect_machine else {}),
            )
            return _named(placed.sid)

    def calls_since(self, to: str, since: datetime) -> Sequence[PlacedCall]:
        with _as_carrier_error():
            listed = self._client.calls.list(to=dialled(to), from_=self._number, page_size=100, limit=500)
            recent = [c for c in listed if c.date_created is None or c.date_created >= since - CLOCK_SKEW]
            return [_as_placed(call) for call in sorted(recent, key=lambda c: c.date_created or since)]

    def check(self) -> None:
        """Asks for one message of the account: CarrierError if nobody is there or the token is wrong."""
        with _as_carrier_error():
            self._client.messages.list(limit=1)

    def lead_call(self, sid: str, path: str) -> None:
        with _as_carrier_error():
            self._client.calls(sid).update(url=self._public_url + path, method="POST")

    def end_call(self, sid: str) -> None:
        try:
            with _as_carrier_error():
                self._client.calls(sid).update(status="completed")
        except CarrierError as error:
            if error.code not in ENDED:
                raise


@contextmanager
def _as_carrier_error() -> Iterator[None]:
    """Every way in which the library fails, told apart by whether the carrier may have acted."""
    try:
        yield
    except (TwilioRestException, TwilioServiceException) as error:
        raise _refused(int(error.status), str(error.code or "")) from error
    except (http.ConnectTimeout, http.SSLError, http.ProxyError) as error:
        raise CarrierError("the carrier cannot be reached", retryable=True) from error
    except http.ConnectionError as error:
        raise _cut_off(error) from error
    except http.RequestException as error:
        raise CarrierError("the carrier did not answer", retryable=True, unsure=True) from error
    except TwilioException as error:  # a page of a list: what was answered is its last argument
        raise _refused(int(getattr(error.args[-1], "status_code", 500)), "") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CarrierError("the carrier's answer cannot be read", retryable=True, unsure=True) from error


def _as_placed(call: Any) -> PlacedCall:
    return PlacedCall(_named(call.sid), str(call.status), call.answered_by or "", int(call.duration or 0))


def _named(sid: object) -> str:
    """The sid of what the carrier took. Raises ValueError where it gave none."""
    if not isinstance(sid, str) or not sid:
        raise ValueError("no sid in the answer")
    return sid


def _refused(status: int, code: str) -> CarrierError:
    if code in RETRYABLE or status in {401, 429}:
        return CarrierError(RETRYABLE.get(code, f"the carrier said {status}"), code=code, retryable=True)
    if status >= 500 or status == 408:
        return CarrierError(f"the carrier failed ({status})", code=code, retryable=True, unsure=True)
    return CarrierError(FINAL.get(code, f"the carrier refused it ({status})"), code=code or str(status))


def _cut_off(error: http.ConnectionError) -> CarrierError:
    """Never connected, or cut off after the request had left."""
    unmade = "NewConnectionError" in str(error) or "NameResolutionError" in str(error)
    if unmade:
        return CarrierError("the carrier cannot be reached", retryable=True)
    return CarrierError("the connection to the carrier broke", retryable=True, unsure=True)


def _is_here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _silent() -> logging.Logger:
    """The library logs numbers and texts; ours does not."""
    logger = logging.getLogger("twilio.http_client")
    logger.setLevel(logging.WARNING)
    return logger
