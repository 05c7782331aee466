"""Text messages both ways, with the states and error codes a carrier gives them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ivr.exchange.calls import API_VERSION, Params, new_sid, now, rfc2822
from ivr.exchange.faults import Faults
from ivr.exchange.numbers import e164
from ivr.exchange.plant import Plant, Recent
from ivr.exchange.reports import Reports
from ivr.exchange.telephones import Line
from ivr.exchange.twiml import TwimlProblem, read
from ivr.exchange.webhooks import Request, WebhookFailed

MAX_BODY = 1600
REFUSED_AT_ONCE = {
    21610: "Attempt to send to unsubscribed recipient",
    21614: "'To' number is not a valid mobile number",
}
_UNDELIVERED = {
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
}
_WAITING_AT_MOST = 50


@dataclass
class TextMessage:
    """One SMS of the carrier's records."""

    account_sid: str
    from_: str
    to: str
    body: str
    direction: str
    """inbound, outbound-api or outbound-reply"""
    status: str = "queued"
    callback: str = ""
    sid: str = field(default_factory=lambda: new_sid("SM"))
    created: datetime = field(default_factory=now)
    updated: datetime = field(default_factory=now)
    sent: datetime | None = None
    error_code: int | None = None

    @property
    def segments(self) -> int:
        """Chinese goes as UCS-2: 70 characters alone, 67 a segment when split; plain ASCII 160 and 153."""
        alone, split = (160, 153) if self.body.isascii() else (70, 67)
        units = len(self.body.encode("utf-16-le")) // 2
        return 1 if units <= alone else -(-units // split)

    def become(self, status: str, error_code: int | None = None) -> None:
        self.status, self.error_code, self.updated = status, error_code, now()
        if status == "sent":
            self.sent = self.updated

    def params(self) -> Params:
        return [
            ("AccountSid", self.account_sid),
            ("ApiVersion", API_VERSION),
            ("MessageSid", self.sid),
            ("SmsSid", self.sid),
            ("From", self.from_),
            ("To", self.to),
        ]

    def resource(self) -> dict[str, Any]:
        """The REST representation."""
        uri = f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.sid}"
        return {
            "sid": self.sid,
            "account_sid": self.account_sid,
            "messaging_service_sid": None,
            "from": self.from_,
            "to": self.to,
            "body": self.body,
            "status": self.status,
            "direction": self.direction,
            "num_segments": str(self.segments),
            "num_media": "0",
            "price": None,
            "price_unit": "CNY",
            "error_code": self.error_code,
            "error_message": _UNDELIVERED.get(self.error_code or 0),
            "api_version": API_VERSION,
            "date_created": rfc2822(self.created),
            "date_updated": rfc2822(self.updated),
            "date_sent": rfc2822(self.sent),
            "uri": f"{uri}.json",
            "subresource_uris": {"media": f"{uri}/Media.json"},
        }


class PostOffice:
    """Carries text messages between the service and the telephones."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._waiting: dict[str, deque[tuple[TextMessage, Reports]]] = {}
        self.messages: Recent[TextMessage] = Recent(5000)

    def send(self, message: TextMessage, faults: Faults) -> None:
        """Takes a message of the service; it is queued, sent, and delivered when the telephone is there."""
        self.messages[message.sid] = message
        self._plant.keep(message)
        self._plant.background.spawn(self._send(message, faults))

    async def _send(self, message: TextMessage, faults: Faults) -> None:
        reports = Reports(self._plant, message.sid, faults)
        await self._plant.pace.sleep(0.05)
        self._step(message, reports, "sent")
        if faults.sms_error is not None:
            self._step(message, reports, "undelivered", faults.sms_error)
            return
        queue = self._waiting.setdefault(e164(message.to), deque(maxlen=_WAITING_AT_MOST))
        queue.append((message, reports))
        await self.deliver(e164(message.to))

    async def deliver(self, number: str) -> None:
        """Hands over what waits for this number, if a telephone is plugged in there."""
        lines: list[Line] = self._plant.lines.at(number)
        queue = self._waiting.get(number)
        while lines and queue:
            message, reports = queue.popleft()
            for line in lines:
                await line.telephone.receive({"event": "sms", "from": message.from_, "body": message.body})
            self._step(message, reports, "delivered")

    def _step(self, message: TextMessage, reports: Reports, status: str, code: int | None = None) -> None:
        message.become(status, code)
        self._plant.keep(message)
        if not message.callback:
            return
        fields = [*message.params(), ("MessageStatus", status), ("SmsStatus", status)]
        if code is not None:
            fields.append(("ErrorCode", str(code)))
        reports.send(Request(message.callback, tuple(fields)), last=status != "sent")

    def receive(self, from_: str, body: str, faults: Faults) -> None:
        """A telephone texts the service; its reply document is sent back as messages."""
        message = TextMessage(
            self._plant.account_sid, e164(from_), self._plant.number, body, "inbound", "received"
        )
        self.messages[message.sid] = message
        self._plant.background.spawn(self._receive(message, faults))

    async def _receive(self, message: TextMessage, faults: Faults) -> None:
        extra = [
            ("SmsMessageSid", message.sid),
            ("SmsStatus", "received"),
            ("Body", message.body),
            ("NumMedia", "0"),
            ("NumSegments", str(message.segments)),
        ]
        url = self._plant.addresses.absolute("/sms/incoming")
        try:
            reply = await self._plant.webhooks.send(Request(url, (*message.params(), *extra)), faults)
            verbs = read(reply.body, reply.content_type) if reply.body.strip() else ()
        except (WebhookFailed, TwimlProblem) as problem:
            self._plant.alert(problem.code, f"incoming message: {problem}", message.sid)
            return
        for verb in verbs:
            if verb.name not in ("Message", "Sms", "Say"):  # Say: a plain-text reply
                self._plant.alert(12200, f"unknown message verb {verb.name[:40]}", message.sid)
                continue
            inner = verb.child("Body")
            self._reply(message, (inner.text if inner else verb.text), verb.get("action"), faults)

    def _reply(self, message: TextMessage, body: str, action: str, faults: Faults) -> None:
        if not body:
            return
        callback = self._plant.addresses.absolute(action) if action else ""
        back = TextMessage(
            message.account_sid, message.to, message.from_, body[:MAX_BODY], "outbound-reply", callback=callback
        )
        self.send(back, faults)
