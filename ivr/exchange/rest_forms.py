"""What REST requests carry, checked as Twilio checks it, with Twilio's error codes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from ivr.exchange.calls import API_VERSION, Call, Status
from ivr.exchange.circuit import Callback, Over, Step
from ivr.exchange.exchange import Exchange, Order
from ivr.exchange.faults import Faults
from ivr.exchange.http import HttpRequest, Refusal
from ivr.exchange.messages import MAX_BODY, REFUSED_AT_ONCE, TextMessage
from ivr.exchange.numbers import diallable, e164
from ivr.exchange.twiml import TwimlProblem, parse

Form = dict[str, list[str]]
_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})


def _one(form: Form, name: str, default: str = "") -> str:
    return form.get(name, [default])[0]


def _number(form: Form, name: str, *, missing: int, invalid: int) -> str:
    value = _one(form, name)
    if not value:
        raise Refusal(400, missing, f"A '{name}' phone number is required.")
    if not diallable(value):
        raise Refusal(400, invalid, f"The '{name}' phone number provided is not a valid phone number.")
    return e164(value)


def _url(form: Form, name: str) -> str:
    value = _one(form, name)
    if value and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc):
        raise Refusal(400, 21205, f"{name} is not a valid URL: {value[:100]}")
    return value


def _first_step(form: Form) -> Step | None:
    twiml, url = _one(form, "Twiml"), _url(form, "Url")
    if twiml:
        try:
            parse(twiml)
        except TwimlProblem as problem:
            raise Refusal(400, problem.code, f"Twiml: {problem}") from problem
        return Step(twiml=twiml)
    return Step(url, method=_one(form, "Method", "POST").upper()) if url else None


def call_order(exchange: Exchange, form: Form) -> Order:
    """An outbound call. Raises Refusal."""
    to = _number(form, "To", missing=21201, invalid=21211)
    from_ = _number(form, "From", missing=21213, invalid=21212)
    if from_ != exchange.number:
        raise Refusal(400, 21210, "The source phone number is not yet verified for your account.")
    first = _first_step(form)
    if first is None:
        raise Refusal(400, 21205, "Url or Twiml is required.")
    detection = _one(form, "MachineDetection")
    asynchronous = _one(form, "AsyncAmd").lower() == "true"
    return Order(
        to,
        first,
        from_=from_,
        callback=_callback(form),
        ring_s=_ring_s(form),
        detect_machine=bool(detection) and not asynchronous,
        amd_callback=_url(form, "AsyncAmdStatusCallback") if detection and asynchronous else "",
    )


def _callback(form: Form) -> Callback | None:
    url = _url(form, "StatusCallback")
    if not url:
        return None
    asked = {event for value in form.get("StatusCallbackEvent", []) for event in value.split()}
    events = frozenset(asked) & _EVENTS or frozenset({"completed"})
    return Callback(url, events, _one(form, "StatusCallbackMethod", "POST").upper())


def _ring_s(form: Form) -> float:
    try:
        return min(max(float(_one(form, "Timeout", "60")), 1.0), 600.0)
    except ValueError as error:
        raise Refusal(400, 21216, "Timeout is not a number of seconds.") from error


def call_update(call: Call, form: Form) -> Step | Over:
    """What to do with a live call. Raises Refusal."""
    status = _one(form, "Status")
    if status == Status.CANCELED and call.status is Status.IN_PROGRESS:
        raise Refusal(400, 21220, "Call is in progress and cannot be canceled; complete it.")
    if status in (Status.COMPLETED, Status.CANCELED):
        return Over(Status.COMPLETED if call.status is Status.IN_PROGRESS else Status.CANCELED, "service")
    if status:
        raise Refusal(400, 21218, f"Invalid Status {status[:40]}")
    step = _first_step(form)
    if step is None:
        raise Refusal(400, 21205, "Status, Url or Twiml is required.")
    return step


def text_message(exchange: Exchange, form: Form) -> TextMessage:
    """An outbound message. Raises Refusal, also for the codes a fault orders at once (21610, 21614)."""
    to = _number(form, "To", missing=21604, invalid=21211)
    from_ = _number(form, "From", missing=21603, invalid=21212)
    if from_ != exchange.number:
        raise Refusal(400, 21606, "The 'From' phone number is not a message-capable number of your account.")
    body = _one(form, "Body")
    if not body.strip():
        raise Refusal(400, 21602, "Message body is required.")
    if len(body) > MAX_BODY:
        raise Refusal(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
    ordered = exchange.faults.get(to, Faults()).sms_error
    if ordered in REFUSED_AT_ONCE:
        raise Refusal(400, ordered, REFUSED_AT_ONCE[ordered])
    return TextMessage(
        exchange.account_sid, from_, to, body, "outbound-api", callback=_url(form, "StatusCallback")
    )


def page_of(name: str, request: HttpRequest, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """One page of a list, newest first, filtered by To, From and Status as the client asks."""
    asked = request.arguments()
    kept: dict[str, str] = {}
    for field in ("To", "From", "Status", "ParentCallSid"):
        wanted = _one(asked, field)
        key = "parent_call_sid" if field == "ParentCallSid" else field.lower()
        if wanted:
            kept[field] = wanted
            resources = [
                one for one in resources if one.get(key) == (e164(wanted) if field in "ToFrom" else wanted)
            ]
    size = min(max(_whole(asked, "PageSize", 50), 1), 1000)
    page = max(_whole(asked, "Page", 0), 0)
    newest = resources[::-1]
    here = newest[page * size : (page + 1) * size]
    account = f"/{API_VERSION}/{request.path.partition(f'/{API_VERSION}/')[2]}"

    def page_uri(number: int) -> str:
        return f"{account}?{urlencode({**kept, 'PageSize': size, 'Page': number})}"

    return {
        name: here,
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": page * size + max(len(here) - 1, 0),
        "uri": page_uri(page),
        "first_page_uri": page_uri(0),
        "next_page_uri": page_uri(page + 1) if (page + 1) * size < len(newest) else None,
        "previous_page_uri": None,
    }


def _whole(form: Form, name: str, default: int) -> int:
    try:
        return int(_one(form, name, str(default)))
    except ValueError as error:
        raise Refusal(400, 20001, f"{name} is not a number") from error
