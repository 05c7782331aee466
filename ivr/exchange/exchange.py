"""The built-in exchange: telephones on one side, signed webhooks, media streams and REST on the other."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ivr.exchange.addresses import Addresses
from ivr.exchange.books import Books
from ivr.exchange.calls import Call, Status
from ivr.exchange.circuit import Callback, Circuit, Over, Ringing, Step
from ivr.exchange.faults import Faults
from ivr.exchange.messages import PostOffice, TextMessage
from ivr.exchange.numbers import e164
from ivr.exchange.pace import Pace
from ivr.exchange.plant import Alert, Plant, Speak
from ivr.exchange.recordings import Recordings
from ivr.exchange.sound import RATE
from ivr.exchange.telephones import Leg, Line, Telephone
from ivr.exchange.verbs import perform
from ivr.exchange.webhooks import Patience, Request, Signer, Webhooks


def mute(text: str) -> bytes:
    """A carrier's voice for text-only use: silence about as long as saying the text would take."""
    return b"\xff" * int(RATE * 0.2 * len(text))


@dataclass(frozen=True)
class Options:
    """How an exchange behaves; the defaults are a real carrier's."""

    local_url: str = ""
    """Where the service is really reached, if not at its public URL."""
    own_url: str = ""
    """Where this exchange's REST API lies (…/exchange), if not at the service's public URL."""
    speak: Speak = mute
    pace: Pace = field(default_factory=Pace)
    patience: Patience = field(default_factory=Patience)
    recordings: Path | None = None
    books: Path | None = None
    """The file in which calls and texts outlive the process."""
    on_alert: Callable[[Alert], None] = lambda _alert: None
    """Told of each entry of the error log as it is written."""
    calls_per_second: float = 1.0
    """New outbound calls (Twilio's default is one a second); the others wait."""


@dataclass(frozen=True)
class Order:
    """An outbound call as REST asks for it."""

    to: str
    first: Step
    from_: str = ""
    callback: Callback | None = None
    ring_s: float = 60.0
    detect_machine: bool = False
    amd_callback: str = ""


class Exchange:
    """One account with one number, at whose other end is the service.

    Create it on any thread; use it on one event loop. `close` ends all calls.
    """

    def __init__(
        self, account_sid: str, auth_token: str, service_url: str, number: str, *, options: Options | None = None
    ) -> None:
        self._options = options or Options()
        addresses = Addresses(service_url.rstrip("/"), self._options.local_url.rstrip("/"))
        signer = Signer(auth_token)
        self.account_sid = account_sid
        self.auth_token = auth_token
        books = Books(self._options.books)
        self.plant = Plant(
            account_sid=account_sid,
            number=e164(number),
            addresses=addresses,
            signer=signer,
            webhooks=Webhooks(addresses, signer, self._options.patience),
            pace=self._options.pace,
            speak=self._options.speak,
            recordings=Recordings(self._options.recordings),
            own_url=self._options.own_url.rstrip("/"),
            on_alert=self._options.on_alert,
            keep=books.note,
        )
        self.post_office = PostOffice(self.plant)
        self.plant.calls.update(books.calls)
        self.post_office.messages.update(books.messages)
        self.faults: dict[str, Faults] = {}
        """Troubles by telephone number (E.164); calls and messages of others are faultless."""
        self._circuits: dict[str, Circuit] = {}
        self._queued: dict[str, asyncio.Event] = {}
        self._next_call_at = 0.0

    @property
    def number(self) -> str:
        return self.plant.number

    @property
    def alerts(self) -> deque[Alert]:
        """The carrier's error log, newest last."""
        return self.plant.alerts

    @property
    def line_token(self) -> str:
        """What lets a telephone from another machine attach: derived, so that the account's secret stays here."""
        return hmac.new(self.auth_token.encode(), b"telephone line", hashlib.sha256).hexdigest()[:40]

    async def close(self) -> None:
        """Ends all calls, telling the telephones, and closes the connections."""
        await self.plant.background.close()
        await self.plant.webhooks.close()

    # -- telephones -----------------------------------------------------------------------------------

    def plug(self, telephone: Telephone) -> Line:
        """Connects a telephone at its number; the line is its wire."""
        line = Line(telephone, self)
        self.plant.lines.add(line)
        telephone.plugged(line)
        self.plant.background.spawn(self.post_office.deliver(line.number))
        return line

    def unplug(self, line: Line) -> None:
        """Takes the telephone away; a call it is in ends as if the line were cut."""
        self.plant.lines.remove(line)
        if line.leg is not None:
            line.leg.gone.set()

    def dialled(self, line: Line, to: str, faults: Faults) -> None:
        """A telephone dials the service's number."""
        if faults == Faults():
            faults = self.faults.get(line.number, faults)
        call = Call(self.account_sid, line.number, self.number, "inbound")
        callback = Callback(self.plant.addresses.absolute("/voice/status"))
        circuit = self._circuit(call, self.plant.take(line, faults), faults, callback)
        reachable = not to or e164(to) == self.number
        self._run(call, self._inbound(circuit, reachable=reachable))

    def texted(self, number: str, body: str) -> None:
        """A telephone sends the service a message."""
        self.post_office.receive(number, body, self.faults.get(number, Faults()))

    async def _inbound(self, circuit: Circuit, *, reachable: bool) -> None:
        circuit.call.become(Status.RINGING)
        await circuit.leg.tell("ringing")
        nowhere = Step(twiml="<Response><Reject/></Response>")
        first = Step(self.plant.addresses.absolute("/voice/incoming")) if reachable else nowhere
        await circuit.talk(first, perform)

    def _circuit(self, call: Call, leg: Leg, faults: Faults, callback: Callback | None) -> Circuit:
        circuit = self._circuits[call.sid] = Circuit(self.plant, call, leg, faults, callback=callback)
        return circuit

    def _run(self, call: Call, work: Coroutine[Any, Any, None]) -> None:
        self.plant.calls[call.sid] = call
        call.watch = self.plant.keep
        self.plant.keep(call)
        self.plant.background.spawn(work).add_done_callback(lambda _: self._circuits.pop(call.sid, None))

    # -- the service's orders -------------------------------------------------------------------------

    def place(self, order: Order) -> Call:
        """Queues an outbound call; it rings when its turn comes."""
        call = Call(self.account_sid, order.from_ or self.number, e164(order.to), "outbound-api")
        self._queued[call.sid] = asyncio.Event()
        self._run(call, self._outbound(call, order))
        return call

    async def _outbound(self, call: Call, order: Order) -> None:
        canceled = await self._turn_of(call)
        faults = self.faults.get(call.to, Faults())
        leg, ring_s = self.plant.ring_at("" if canceled else call.to, order.ring_s, faults)
        circuit = self._circuit(call, leg, faults, order.callback)
        if canceled:
            circuit.turn_to(Over(Status.CANCELED, "canceled"))
        else:
            circuit.report("initiated")
        if order.amd_callback:
            self.plant.background.spawn(self._tell_who_answered(circuit, order.amd_callback))
        await circuit.talk(order.first, perform, Ringing(ring_s, order.detect_machine))

    async def _turn_of(self, call: Call) -> bool:
        """Waits for the call's turn; True if it was called off meanwhile."""
        pace = self.plant.pace
        turn = max(self._next_call_at, pace.now())
        self._next_call_at = turn + 1 / self._options.calls_per_second
        canceled = self._queued[call.sid]
        with suppress(TimeoutError):
            async with pace.within(turn - pace.now()):
                await canceled.wait()
        del self._queued[call.sid]
        return canceled.is_set()

    async def _tell_who_answered(self, circuit: Circuit, url: str) -> None:
        """Asynchronous machine detection: the verdict comes while the call already talks."""
        by = await circuit.leg.answered
        fields = [("CallSid", circuit.call.sid), ("AccountSid", self.account_sid), ("AnsweredBy", by)]
        circuit.tell_service(Request(url, (*fields, ("MachineDetectionDuration", "1200"))))

    def update(self, sid: str, outcome: Step | Over) -> bool:
        """Redirects or ends a live call; False if it is over."""
        if sid in self._queued:
            if isinstance(outcome, Over):
                self._queued[sid].set()
            return isinstance(outcome, Over)
        circuit = self._circuits.get(sid)
        if circuit is None or circuit.call.status.over:
            return False
        circuit.turn_to(outcome)
        return True

    def send_message(self, message: TextMessage) -> None:
        """Takes a message of the service for delivery."""
        self.post_office.send(message, self.faults.get(e164(message.to), Faults()))

    async def show(self, call_sid: str, text: str, verb: str = "Stream") -> None:
        """Shows a caption on the telephone of a call, for roofs that know what a stream is saying."""
        circuit = self._circuits.get(call_sid)
        if circuit is not None:
            await circuit.leg.tell("caption", text=text, verb=verb)
