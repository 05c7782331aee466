"""One call from ring to end: answers it, performs its TwiML, reports its states, always frees the telephone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from asr_models.recogniser import SpeechError
from ivr.exchange.calls import Call, Params, Status, now, rfc2822
from ivr.exchange.faults import Faults
from ivr.exchange.pace import Pace
from ivr.exchange.plant import WORDS, Plant
from ivr.exchange.reports import Reports
from ivr.exchange.sound import SILENCE, tone
from ivr.exchange.telephones import Leg
from ivr.exchange.twiml import TwimlProblem, Verb, parse, read
from ivr.exchange.webhooks import Request, WebhookFailed

log = logging.getLogger(__name__)
_RESTLESS = 20
"""So many documents in a row that took no time are a redirect loop."""


_FAILED = (tone(450, 0.35) + SILENCE * 18) * 3
"""What is heard where even the carrier cannot speak: three short tones."""


@dataclass(frozen=True)
class Step:
    """The next document: fetched from `url`, or given as it is."""

    url: str = ""
    params: tuple[tuple[str, str], ...] = ()
    method: str = "POST"
    twiml: str | None = None


@dataclass(frozen=True)
class Callback:
    """Who wants to know of which states: initiated, ringing, answered, completed."""

    url: str
    events: frozenset[str] = frozenset({"completed"})
    method: str = "POST"


@dataclass(frozen=True)
class Over:
    """A verb's wish that the call end now."""

    status: Status = Status.COMPLETED
    reason: str = "hangup"


@dataclass(frozen=True)
class Ringing:
    """How an outbound call rings."""

    seconds: float = 60.0
    detect_machine: bool = False


Outcome = Step | Over | None
"""What a verb leads to; None goes on with the next verb."""
Perform = Callable[["Circuit", tuple[Verb, ...]], Awaitable[Outcome]]


async def ring_until(leg: Leg, pace: Pace, seconds: float) -> str | Status:
    """Who or what picked up (``human``, ``machine_…``), or why nobody did."""
    gone = asyncio.create_task(leg.gone.wait())
    waiting: set[asyncio.Future[Any]] = {gone, leg.answered}
    try:
        await asyncio.wait(waiting, timeout=seconds * pace.factor, return_when=asyncio.FIRST_COMPLETED)
    finally:
        gone.cancel()
    if leg.answered.done():
        return leg.answered.result()
    return Status.BUSY if leg.gone.is_set() else Status.NO_ANSWER


class Circuit:
    """A live call. Everything that happens to it from outside goes through `turn_to` and `hang_up`."""

    def __init__(
        self, plant: Plant, call: Call, leg: Leg, faults: Faults, *, callback: Callback | None = None
    ) -> None:
        self.plant = plant
        self.call = call
        self.leg = leg
        self.faults = faults
        self.document_url = plant.addresses.absolute("/")
        self.over = asyncio.Event()
        self._callback = callback
        self._reports = Reports(plant, call.sid, faults)
        self._sequence = 0
        self._working: asyncio.Task[Outcome] | None = None
        self._turned: Outcome = None
        self._reason = "hangup"
        self._took_s = 0.0

    # -- from outside ---------------------------------------------------------------------------------

    def turn_to(self, outcome: Step | Over) -> None:
        """Stops what the call is doing and goes on here (REST update, the caller hanging up, a dead line)."""
        self._turned = outcome
        if self._working is not None:
            self._working.cancel()

    def report(self, event: str) -> None:
        """Sends the status callback for one of the four events, if anybody wants it."""
        if self._callback is None or event not in self._callback.events:
            return
        fields: Params = [
            *self.call.params(),
            ("Timestamp", rfc2822(now()) or ""),
            ("CallbackSource", "call-progress-events"),
            ("SequenceNumber", str(self._sequence)),
        ]
        if event == "initiated":
            fields = [(name, event if name == "CallStatus" else value) for name, value in fields]
        if self.call.status.over:
            fields += [
                ("CallDuration", str(self.call.duration_s)),
                ("Duration", str(-(-self.call.duration_s // 60))),
            ]
        self._sequence += 1
        request = Request(self._callback.url, tuple(fields), self._callback.method)
        self._reports.send(request, last=self.call.status.over)

    def link(self, url: str) -> str:
        """A link in the current document as a full URL; the document itself where it is empty."""
        return self.plant.addresses.absolute(url, self.document_url)

    def tell_service(self, request: Request) -> None:
        """Sends something in the background, in order with the status callbacks."""
        self._reports.send(request)

    # -- the life of a call ---------------------------------------------------------------------------

    async def answer(self) -> None:
        """Connects a call that rings: an inbound one when its first verb is performed."""
        if self.call.status is not Status.RINGING:
            return
        self.call.become(Status.IN_PROGRESS)
        self.report("answered")
        await self.leg.tell("connected", call=self.call.sid)
        if self.faults.drop_after_s is not None:
            self.plant.background.spawn(self._go_dead(self.faults.drop_after_s))

    async def talk(self, first: Step, perform: Perform, ring: Ringing | None = None) -> None:
        """Rings out if asked to, then performs documents until one ends the call or somebody hangs up.

        The telephone is always freed and the call's record closed.
        """
        watch = self.plant.background.spawn(self._watch())
        try:
            over = await self._interruptible(self._ring_out(ring)) if ring else None
            self._finish(over if isinstance(over, Over) else await self._documents(first, perform))
        finally:
            watch.cancel()
            if not self.call.status.over:  # the exchange is closing, or a bug: the records must not lie
                self._finish(Over())
            await self.leg.end(self._reason)

    async def _ring_out(self, ring: Ringing) -> Outcome:
        await self.leg.tell("ringing", **{"from": self.call.from_})
        self.call.become(Status.RINGING)
        self.report("ringing")
        by = await ring_until(self.leg, self.plant.pace, ring.seconds)
        if isinstance(by, Status):
            return Over(by, reason=by.value)
        if ring.detect_machine:
            self.call.answered_by = by
        await self.answer()
        return None

    async def _documents(self, first: Step, perform: Perform) -> Over:
        outcome: Outcome = first
        restless = 0
        while isinstance(outcome, Step):
            outcome = await self._interruptible(self._perform(outcome, perform))
            restless = restless + 1 if self._took_s < 0.05 else 0
            if restless >= _RESTLESS and isinstance(outcome, Step):
                outcome = await self._interruptible(self._apologise(TwimlProblem(12400, "redirect loop")))
        return outcome or Over()

    async def _interruptible(self, work: Awaitable[Outcome]) -> Outcome:
        if self.leg.gone.is_set():
            self._turned = self._hung_up()
        self._working = asyncio.ensure_future(work)
        if self._turned is not None:
            self._working.cancel()
        try:
            await asyncio.wait({self._working})
        except asyncio.CancelledError:
            self._working.cancel()
            raise
        working, self._working = self._working, None
        if self._turned is not None:
            outcome, self._turned = self._turned, None
            return outcome
        return working.result()

    async def _perform(self, step: Step, perform: Perform) -> Outcome:
        try:
            document = await self.document(step)
            started = self.plant.pace.now()
            outcome = await perform(self, document)
            self._took_s = self.plant.pace.now() - started
            return outcome or Over()
        except TwimlProblem as problem:
            return await self._apologise(problem)
        except WebhookFailed as failure:
            return await self._apologise(TwimlProblem(failure.code, str(failure)))

    async def document(self, step: Step) -> tuple[Verb, ...]:
        """Fetches and reads the next document. Raises TwimlProblem, WebhookFailed."""
        if step.twiml is not None:
            return parse(step.twiml)
        self.document_url = self.plant.addresses.absolute(step.url, self.document_url)
        request = Request(self.document_url, (*self.call.params(), *step.params), step.method)
        reply = await self.plant.webhooks.send(request, self.faults)
        return read(reply.body, reply.content_type)

    async def _apologise(self, problem: TwimlProblem) -> Outcome:
        """The caller hears a sentence, never a bare hang-up."""
        self.plant.alert(problem.code, str(problem), self.call.sid)
        await self.answer()
        await self.speak(WORDS["sorry"], "Say")
        return Over(reason="error")

    async def speak(self, text: str, verb: str) -> None:
        """The carrier's own voice, heard to the end, shown as a caption."""
        await self.leg.tell("caption", text=text, verb=verb)
        if not text:
            return
        try:
            audio = await asyncio.to_thread(self.plant.speak, text)
        except SpeechError as failure:
            self.plant.alert(13520, f"the carrier's voice failed: {failure}", self.call.sid)
            audio = _FAILED
        await self.leg.playback.play_out(audio)

    # -- its end --------------------------------------------------------------------------------------

    def _finish(self, over: Over) -> None:
        answered = self.call.status is Status.IN_PROGRESS
        unanswered = Status.CANCELED if over.status is Status.COMPLETED else over.status
        self.call.become(Status.COMPLETED if answered else unanswered)
        self._reason = over.reason
        self.over.set()
        self.report("completed")

    async def _watch(self) -> None:
        await self.leg.gone.wait()
        self.turn_to(self._hung_up())

    def _hung_up(self) -> Over:
        """What the telephone's hanging up means: one that was ringing has declined."""
        declined = self.call.direction != "inbound" and self.call.status is not Status.IN_PROGRESS
        return Over(Status.BUSY if declined else Status.COMPLETED, "caller")

    async def _go_dead(self, after_s: float) -> None:
        await self.plant.pace.sleep(after_s)
        self.turn_to(Over(reason="dropped"))
