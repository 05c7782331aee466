"""The carrier's webhooks over HTTP. Every one is signed; every caller gets a sentence, never a bare error."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from hotline.domain.residents import plain_number
from ivr.carriers import twiml
from ivr.carriers.signature import Signatures
from ivr.contact import Contact
from ivr.dialogue.steps import Prompt
from ivr.front_desk import FrontDesk
from ivr.scripts.wording import words
from ivr.surfaces.keypad import HangUp, Speak, Verb

log = logging.getLogger(__name__)

LARGEST_BODY = 256 * 1024
"""Bytes. A text message is at most 1600 characters; nothing a carrier sends comes near."""

MessageStatus = Callable[[str, str, str], None]
"""Takes (message sid, status, error code)."""


def webhooks(
    front: FrontDesk, signatures: Signatures, stream_url: str, message_status: MessageStatus
) -> Blueprint:
    """The routes of `POST /voice/*` and `POST /sms/*`, as Twilio's protocol has them."""
    routes = Blueprint("webhooks", __name__)

    @routes.before_request
    def only_the_carrier() -> None:
        request.max_content_length = LARGEST_BODY
        signature = request.headers.get("X-Twilio-Signature", "")
        form = request.form if request.method == "POST" else {}
        if not signatures.of_webhook(request.url, form, signature):
            log.warning("a request without the carrier's signature was refused", extra={"path": request.path})
            abort(HTTPStatus.FORBIDDEN)

    def spoken(verbs: list[Verb]) -> Response:
        return Response(twiml.voice(verbs, stream_url), mimetype="text/xml")

    @routes.post("/voice/incoming")
    def incoming() -> Response:
        """CallSid, From, To, Direction, CallStatus, …: answers with where the audio goes."""
        contact = _contact()
        return spoken(front.incoming_call(contact.call, contact.number, request.form.get("Direction", "inbound")))

    @routes.post("/voice/turn")
    def turn() -> Response:
        """An answer by key, recording or dialled person (`?turn=N&key=K`), or without a turn: what is open now."""
        contact, number = _contact(), request.args.get("turn", "")
        if not number.isascii() or not number.isdigit():
            return spoken(front.turn(contact))
        if "DialCallStatus" in request.form:
            return spoken(front.connected(contact, int(number), request.form["DialCallStatus"]))
        if request.form.get("RecordingUrl"):
            return spoken(front.recording(contact, int(number), request.form["RecordingUrl"]))
        return spoken(front.keys(contact, int(number), request.form.get("Digits", "")))

    @routes.post("/voice/status")
    def voice_status() -> Response:
        """CallSid, CallStatus, CallDuration; in any order, any number of times."""
        duration = request.form.get("CallDuration", "0")
        seconds = int(duration) if duration.isascii() and duration.isdigit() else 0
        front.call_status(request.form.get("CallSid", ""), request.form.get("CallStatus", ""), seconds)
        return Response(status=HTTPStatus.NO_CONTENT)

    @routes.post("/sms/incoming")
    def sms_incoming() -> Response:
        """MessageSid, From, To, Body."""
        number = plain_number(request.form.get("From", ""))
        answer = front.text(request.form.get("MessageSid", ""), number, request.form.get("Body", ""))
        return Response(twiml.message(answer), mimetype="text/xml")

    @routes.post("/sms/status")
    def sms_status() -> Response:
        """MessageSid, MessageStatus, ErrorCode."""
        form = request.form
        message_status(form.get("MessageSid", ""), form.get("MessageStatus", ""), form.get("ErrorCode", ""))
        return Response(status=HTTPStatus.NO_CONTENT)

    @routes.errorhandler(RequestEntityTooLarge)
    def too_large(_error: RequestEntityTooLarge) -> Response:
        log.warning("a request larger than any carrier sends was refused", extra={"path": request.path})
        return Response(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    @routes.errorhandler(Exception)
    def sentence(error: Exception) -> Response | HTTPException:
        """The webhook edge: whatever broke is logged, and the caller hears a sentence."""
        if isinstance(error, HTTPException):
            return error
        log.error("a webhook failed", exc_info=error, extra={"path": request.path})
        if request.path.startswith("/sms/"):
            return Response(twiml.message(words(Prompt("apology.callback"))), mimetype="text/xml")
        return spoken([Speak(words(Prompt("apology.callback"))), HangUp()])

    return routes


def _contact() -> Contact:
    """Who is on the line. A request without a call id cannot be served: 400."""
    sid = request.form.get("CallSid", "")
    if not sid or len(sid) > 64:
        abort(HTTPStatus.BAD_REQUEST)
    return Contact(plain_number(request.form.get("From", "")), "keypad", sid)
