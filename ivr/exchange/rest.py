"""The REST API as the `twilio` client library calls it: Calls, Messages, Recordings of one account."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Callable

from ivr.exchange.calls import API_VERSION
from ivr.exchange.exchange import Exchange
from ivr.exchange.http import HttpRequest, HttpResponse, Refusal, as_error, as_json
from ivr.exchange.rest_forms import call_order, call_update, page_of, text_message

PREFIX = "/exchange"
_ROOT = re.compile(rf"{PREFIX}/{API_VERSION}/Accounts/(?P<account>[A-Za-z0-9]+)/(?P<rest>.+)")
_Handler = Callable[[Exchange, HttpRequest, str], HttpResponse]


def answer(exchange: Exchange, request: HttpRequest) -> HttpResponse:
    """The response to one REST request; every refusal is JSON in Twilio's shape."""
    try:
        return _answer(exchange, request)
    except Refusal as refusal:
        return as_error(refusal)
    except ValueError:  # a form with too many fields
        return as_error(Refusal(400, 20001, "Unknown parameters"))


def _answer(exchange: Exchange, request: HttpRequest) -> HttpResponse:
    _admit(exchange, request)
    place = _ROOT.fullmatch(request.path)
    if place is None or place["account"] != exchange.account_sid:
        raise _missing(request)
    for pattern, methods in _ROUTES:
        found = pattern.fullmatch(place["rest"])
        if found is None:
            continue
        handler = methods.get(request.method)
        if handler is None:
            raise Refusal(405, 20004, "Method not allowed")
        return handler(exchange, request, found.groupdict().get("sid") or "")
    raise _missing(request)


def _missing(request: HttpRequest) -> Refusal:
    return Refusal(404, 20404, f"The requested resource {request.path} was not found")


def _admit(exchange: Exchange, request: HttpRequest) -> None:
    kind, _, credentials = request.headers.get("authorization", "").partition(" ")
    try:
        given = base64.b64decode(credentials, validate=True) if kind.lower() == "basic" else b""
    except binascii.Error:
        given = b""
    right = f"{exchange.account_sid}:{exchange.auth_token}".encode()
    if not hmac.compare_digest(given, right):
        raise Refusal(401, 20003, "Authenticate")


def _create_call(exchange: Exchange, request: HttpRequest, _: str) -> HttpResponse:
    return as_json(201, exchange.place(call_order(exchange, request.arguments())).resource())


def _list_calls(exchange: Exchange, request: HttpRequest, _: str) -> HttpResponse:
    return as_json(200, page_of("calls", request, [call.resource() for call in exchange.plant.calls.values()]))


def _fetch_call(exchange: Exchange, request: HttpRequest, sid: str) -> HttpResponse:
    call = exchange.plant.calls.get(sid)
    if call is None:
        raise _missing(request)
    return as_json(200, call.resource())


def _update_call(exchange: Exchange, request: HttpRequest, sid: str) -> HttpResponse:
    call = exchange.plant.calls.get(sid)
    if call is None:
        raise _missing(request)
    if not exchange.update(sid, call_update(call, request.arguments())):
        raise Refusal(400, 21220, "Call is not in-progress. Cannot redirect.")
    return as_json(200, call.resource())


def _delete_call(exchange: Exchange, request: HttpRequest, sid: str) -> HttpResponse:
    if sid not in exchange.plant.calls:
        raise _missing(request)
    if not exchange.plant.calls[sid].status.over:
        raise Refusal(409, 20009, "Cannot delete this resource before it is complete")
    del exchange.plant.calls[sid]
    return HttpResponse(204)


def _create_message(exchange: Exchange, request: HttpRequest, _: str) -> HttpResponse:
    message = text_message(exchange, request.arguments())
    exchange.send_message(message)
    return as_json(201, message.resource())


def _list_messages(exchange: Exchange, request: HttpRequest, _: str) -> HttpResponse:
    messages = [message.resource() for message in exchange.post_office.messages.values()]
    return as_json(200, page_of("messages", request, messages))


def _fetch_message(exchange: Exchange, request: HttpRequest, sid: str) -> HttpResponse:
    message = exchange.post_office.messages.get(sid)
    if message is None:
        raise _missing(request)
    return as_json(200, message.resource())


def _delete_message(exchange: Exchange, request: HttpRequest, sid: str) -> HttpResponse:
    if exchange.post_office.messages.pop(sid, None) is None:
        raise _missing(request)
    return HttpResponse(204)


def _fetch_recording(exchange: Exchange, request: HttpRequest, sid: str) -> HttpResponse:
    found = exchange.plant.recordings.find(sid)
    if found is None:
        raise _missing(request)
    if request.path.endswith(".json"):
        return as_json(200, found[0].resource(exchange.plant.recording_url(sid)))
    return HttpResponse(200, found[1], "audio/wav")


def _delete_recording(exchange: Exchange, request: HttpRequest, sid: str) -> HttpResponse:
    if not exchange.plant.recordings.delete(sid):
        raise _missing(request)
    return HttpResponse(204)


_ROUTES: tuple[tuple[re.Pattern[str], dict[str, _Handler]], ...] = (
    (re.compile(r"Calls\.json"), {"POST": _create_call, "GET": _list_calls}),
    (
        re.compile(r"Calls/(?P<sid>\w+)\.json"),
        {"GET": _fetch_call, "POST": _update_call, "DELETE": _delete_call},
    ),
    (re.compile(r"Messages\.json"), {"POST": _create_message, "GET": _list_messages}),
    (re.compile(r"Messages/(?P<sid>\w+)\.json"), {"GET": _fetch_message, "DELETE": _delete_message}),
    (
        re.compile(r"Recordings/(?P<sid>\w+)(\.json|\.wav|\.mp3)?"),
        {"GET": _fetch_recording, "HEAD": _fetch_recording, "DELETE": _delete_recording},
    ),
)
