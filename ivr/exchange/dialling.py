"""Dial: the caller is connected to another telephone of this exchange, and comes back when that call is over."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ivr.exchange.calls import Call, Status
from ivr.exchange.circuit import Circuit, Outcome, Step, ring_until
from ivr.exchange.sound import tone
from ivr.exchange.telephones import Leg
from ivr.exchange.twiml import Verb
from ivr.exchange.whispering import Whisper

_RINGBACK = tone(450, 1.0) + b"\xff" * 32000
"""One second of 450 Hz, four of silence: what a caller in China hears while it rings (GF 002-9002)."""


@dataclass(frozen=True)
class Dialled:
    """How the second leg went."""

    call: Call
    status: Status
    bridged: bool

    def params(self) -> tuple[tuple[str, str], ...]:
        """`completed` also where a telephone was answered and not connected: only `DialBridged` tells."""
        spoken = (("DialCallDuration", str(self.call.duration_s)),) if self.call.answered else ()
        bridged = ("DialBridged", str(self.bridged).lower())
        return (("DialCallSid", self.call.sid), ("DialCallStatus", self.status.value), bridged, *spoken)


async def dial(circuit: Circuit, verb: Verb) -> Outcome:
    """Tries the numbers in turn until one answers; `action` learns how it ended."""
    nouns = [child for child in verb.children if child.name == "Number"] or [Verb("Number", text=verb.text)]
    dialled = None
    for noun in nouns:
        dialled = await _try(circuit, verb, noun)
        if dialled.status is Status.COMPLETED:
            break
    if dialled is not None and verb.get("action"):
        return Step(circuit.link(verb.get("action")), dialled.params(), verb.get("method", "POST").upper())
    return None


async def _try(circuit: Circuit, verb: Verb, noun: Verb) -> Dialled:
    shown = verb.get("callerId") or circuit.call.from_
    leg, seconds = circuit.plant.ring_at(noun.text, verb.seconds("timeout", 30))
    call = Call(circuit.call.account_sid, shown, leg.line.number, "outbound-dial", parent_sid=circuit.call.sid)
    circuit.plant.calls[call.sid] = call
    status, bridged = Status.CANCELED, False
    ringback = asyncio.create_task(_ring_back(circuit))
    try:
        status = await _rung(circuit, leg, call, seconds)
        if status is Status.IN_PROGRESS:
            if not (verb.get("answerOnBridge", "false").lower() == "true" and noun.get("url")):
                await _quiet(ringback)
            bridged = await _agreed(circuit, noun, leg, call)
            await _quiet(ringback)
            if bridged:
                await _bridge(circuit, leg, verb.seconds("timeLimit", 14400))
            status = Status.COMPLETED
    finally:
        await _quiet(ringback)
        call.become(Status.COMPLETED if call.status is Status.IN_PROGRESS else status)
        await leg.end("hangup" if call.answered else status.value)
    return Dialled(call, status, bridged)


async def _rung(circuit: Circuit, leg: Leg, call: Call, seconds: float) -> Status:
    call.become(Status.RINGING)
    await leg.tell("ringing", **{"from": call.from_})
    by = await ring_until(leg, circuit.plant.pace, seconds)
    if isinstance(by, Status):
        return by
    call.become(Status.IN_PROGRESS)
    await leg.tell("connected", call=call.sid)
    return Status.IN_PROGRESS


async def _agreed(circuit: Circuit, noun: Verb, leg: Leg, call: Call) -> bool:
    """Whether the two may be connected: at once, or after what `url` has the telephone hear."""
    if not noun.get("url"):
        return True
    first = Step(circuit.link(noun.get("url")), method=noun.get("method", "POST").upper())
    return await Whisper(circuit, leg, call).agreed(first)


async def _quiet(ringback: asyncio.Task[None]) -> None:
    ringback.cancel()
    await asyncio.wait({ringback})


async def _ring_back(circuit: Circuit) -> None:
    while True:
        await circuit.leg.playback.play_out(_RINGBACK)


async def _bridge(circuit: Circuit, leg: Leg, longest_s: float) -> None:
    """Carries both voices until the second telephone hangs up or the time is over."""
    carriers = {
        asyncio.create_task(_carry(circuit.leg, leg)),
        asyncio.create_task(_carry(leg, circuit.leg)),
        asyncio.create_task(_until_gone(leg)),
    }
    timeout = longest_s * circuit.plant.pace.factor
    try:
        await asyncio.wait(carriers, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for carrier in carriers:
            carrier.cancel()
        await asyncio.wait(carriers)


async def _carry(speaker: Leg, listener: Leg) -> None:
    async for frame in speaker.uplink.frames():
        listener.playback.play(frame)


async def _until_gone(leg: Leg) -> None:
    await leg.gone.wait()
