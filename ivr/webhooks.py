"""The carrier's webhooks over HTTP. Every one is signed; every caller gets a sentence, never a bare error."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from hotline.domain.residents import plain_number
from hotline.store.ringing import Told
from ivr.carriers import twiml
from ivr.carriers.signature import Signatures
from ivr.contact import Contact
from ivr.dialogue.steps import Prompt
from ivr.front_desk import OVER, FrontDesk
from ivr.outgoing import Outgoing
from ivr.scripts.wording import words
from ivr.surfaces.keypad import HangUp, Speak, Verb
from ivr.transfers import Report

log = logging.getLogger(__name__)

LARGEST_BODY = 16 * 1024 * 1024
"""Bytes; nothing a carrier sends comes near. A text of a megabyte is still read, cut, logged and answered."""

XML = "text/xml"

MessageStatus = Callable[[str, str, str], None]
"""Takes (message sid, status, error code)."""


@dataclass(frozen=True)
class Webhooks:
    """The routes of `POST /voice/*` and `POST /sms/*`, as Twilio's protocol has them."""

    front: FrontDesk
    signatures: Signatures
    stream_url: str
    message_status: MessageStatus
    outgoing: Outgoing

    def blueprint(self) -> Blueprint:
        routes = Blueprint("webhooks", __name__)
        routes.before_request(self.only_the_carrier)
        routes.post("/voice/incoming")(self.voice_incoming)
        routes.post("/voice/outgoing/<reason>")(self.voice_outgoing)
        routes.post("/voice/turn")(self.voice_turn)
        routes.post("/voice/whisper")(self.voice_whisper)
        routes.post("/voice/status")(self.voice_status)
        routes.post("/sms/incoming")(self.sms_incoming)
        routes.post("/sms/status")(self.sms_status)
        routes.register_error_handler(RequestEntityTooLarge, _too_large)
        routes.register_error_handler(Exception, self.sentence)
        return routes

    def only_the_carrier(self) -> None:
        """403 for a request that the carrier has not signed; nothing of it is kept."""
        request.max_content_length = request.max_form_memory_size = LARGEST_BODY
        signature = request.headers.get("X-Twilio-Signature", "")
        if not self.signatures.of_webhook(request.url, request.form, signature):
            log.warning("a request without the carrier's signature was refused", extra={"path": request.path})
            abort(HTTPStatus.FORBIDDEN)

    def voice_incoming(self) -> Response:
        """CallSid, From, To, Direction, CallStatus, …: answers with where the audio goes."""
        contact = self._contact()
        direction = request.form.get("Direction", "inbound")[:10]
        return self._spoken(self.front.incoming_call(contact.call, contact.number, direction))

    def voice_outgoing(self, reason: str) -> Response:
        """A call of ours was picked up: CallSid, To, AnsweredBy, …; `reason` is the attempt's name."""
        sid, form = _call_sid(), request.form
        number, by = plain_number(form.get("To", "")), form.get("AnsweredBy", "")
        return self._spoken(self.outgoing.picked_up(reason, sid, (number, by)))

    def voice_turn(self) -> Response:
        """An answer by key, recording or dialled person (`?turn=N&key=K`), or without a turn: what is open now."""
        contact, number = self._contact(), request.args.get("turn", "")
        if not number.isascii() or not number.isdigit():
            return self._spoken(self.front.turn(contact))
        if "DialCallStatus" in request.form:
            return self._spoken(self.front.connected(contact, int(number), _dial_report()))
        if request.form.get("RecordingUrl"):
            return self._spoken(self.front.recording(contact, int(number), request.form["RecordingUrl"]))
        return self._spoken(self.front.keys(contact, int(number), request.form.get("Digits", "")))

    def voice_whisper(self) -> Response:
        """CallSid of the dialled leg (`?ring=N`); Digits once a key was asked for (`&asked=N`)."""
        ring, asked = request.args.get("ring", ""), request.args.get("asked", "0")
        if not all(n.isascii() and n.isdigit() and len(n) < 10 for n in (ring, asked)):
            abort(HTTPStatus.BAD_REQUEST)
        digits = request.form.get("Digits", "") if asked != "0" else None
        return self._spoken(self.front.transfers.whisper(int(ring), int(asked), digits))

    def voice_status(self) -> Response:
        """CallSid, CallStatus, CallDuration; in any order, any number of times."""
        duration = request.form.get("CallDuration", "0")
        seconds = int(duration) if duration.isascii() and duration.isdigit() else 0
        sid, status = request.form.get("CallSid", ""), request.form.get("CallStatus", "")
        reason = request.args.get("reason", "")
        if reason:
            self.outgoing.reported(reason, Told(sid, status, request.form.get("AnsweredBy", ""), seconds))
        if not reason or (status in OVER and self.front.number_of(sid)):
            self.front.call_status(sid, status, seconds)
        return Response(status=HTTPStatus.NO_CONTENT)

    def sms_incoming(self) -> Response:
        """MessageSid, From, To, Body."""
        number = plain_number(request.form.get("From", ""))
        sid = request.form.get("MessageSid", "")
        if not sid or len(sid) > 64 or not number:
            abort(HTTPStatus.BAD_REQUEST)
        return Response(twiml.message(self.front.text(sid, number, request.form.get("Body", ""))), mimetype=XML)

    def sms_status(self) -> Response:
        """MessageSid, MessageStatus, ErrorCode."""
        form = request.form
        self.message_status(form.get("MessageSid", ""), form.get("MessageStatus", ""), form.get("ErrorCode", ""))
        return Response(status=HTTPStatus.NO_CONTENT)

    def sentence(self, error: Exception) -> Response | HTTPException:
        """The webhook edge: whatever broke is logged, and the caller hears a sentence."""
        if isinstance(error, HTTPException):
            return error
        log.error("a webhook failed", exc_info=error, extra={"path": request.path})
        if request.path.endswith("/status"):
            return Response(status=HTTPStatus.INTERNAL_SERVER_ERROR)  # nobody hears it; it may be told again
        promised = self.front.promise_call_back(_resident())
        apology = words(Prompt("apology.callback" if promised else "apology.later"))
        if request.path.startswith("/sms/"):
            return Response(twiml.message(apology), mimetype=XML)
        return self._spoken([Speak(apology), HangUp()])

    def _contact(self) -> Contact:
        """Who is on the line: whoever rang, or whom we rang."""
        sid = _call_sid()
        if request.form.get("Direction", "").startswith("outbound"):
            return Contact(self.front.number_of(sid), "keypad", sid)
        return Contact(plain_number(request.form.get("From", "")), "keypad", sid)

    def _spoken(self, verbs: list[Verb]) -> Response:
        return Response(twiml.voice(verbs, self.stream_url), mimetype=XML)


def _resident() -> str:
    """The number of the resident, whoever rang whom; empty if withheld."""
    whose = "To" if request.form.get("Direction", "").startswith("outbound") else "From"
    return plain_number(request.form.get(whose, ""))


def _too_large(_error: RequestEntityTooLarge) -> Response:
    log.warning("a request larger than any carrier sends was refused", extra={"path": request.path})
    return Response(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _dial_report() -> Report:
    """DialCallStatus, DialBridged, and the CallStatus of the caller's own call."""
    form = request.form
    gone = form.get("CallStatus", "") in OVER
    return Report(form["DialCallStatus"], form.get("DialBridged", "").lower(), gone)


def _call_sid() -> str:
    """A request without a call id cannot be served: 400."""
    sid = request.form.get("CallSid", "")
    if not sid or len(sid) > 64:
        abort(HTTPStatus.BAD_REQUEST)
    return sid
