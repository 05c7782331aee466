"""Record: what the caller says after the beep, kept as a file the service can fetch."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ivr.exchange.circuit import Circuit, Outcome, Step
from ivr.exchange.pace import FRAME_S
from ivr.exchange.recordings import Recording
from ivr.exchange.sound import FRAME, level, tone
from ivr.exchange.twiml import Verb
from ivr.exchange.webhooks import Request, WebhookFailed

_SPOKEN = 300.0
"""Mean amplitude of a frame in which somebody speaks (16-bit units, about -41 dBFS)."""
_BEEP = tone(1000, 0.4)


@dataclass
class Tape:
    """A recording under way."""

    audio: bytearray
    spoken: bool = False
    silent_s: float = 0.0
    ended_by: str = ""

    def add(self, frame: bytes) -> None:
        self.audio += frame
        loud = level(frame) > _SPOKEN
        self.spoken = self.spoken or loud
        self.silent_s = 0.0 if loud else self.silent_s + FRAME_S


async def record(circuit: Circuit, verb: Verb) -> Outcome:
    """Records until silence, a key, the longest time, or the end of the call.

    Nothing spoken means no recording, and the next verb. A caller who hangs up has still left one:
    `action` is told with `Digits=hangup` and its reply is not obeyed.
    """
    if verb.get("playBeep", "true").lower() != "false":
        await circuit.leg.playback.play_out(_BEEP)
    await circuit.leg.tell("record", action=circuit.link(verb.get("action")))
    tape = Tape(bytearray())
    try:
        await _listen(circuit, verb, tape)
    except asyncio.CancelledError:
        if tape.spoken:
            tape.ended_by = "hangup"
            circuit.plant.background.spawn(_left_behind(circuit, verb, tape))
        raise
    if not tape.spoken:
        circuit.plant.alert(16102, "recording is silent", circuit.call.sid)
        return None
    return _told(circuit, verb, tape)


async def _listen(circuit: Circuit, verb: Verb, tape: Tape) -> None:
    patience = verb.seconds("timeout", 5) or 5.0
    longest = (verb.seconds("maxLength", 3600) or 3600.0) / FRAME_S * FRAME
    finishing = verb.get("finishOnKey", "1234567890*#")
    keys = circuit.leg.keys
    circuit.leg.forget_keys()
    async for frame in circuit.leg.uplink.frames():
        tape.add(frame)
        if not keys.empty() and (key := keys.get_nowait()) in finishing:
            tape.ended_by = key
        if tape.ended_by or tape.silent_s >= patience or len(tape.audio) >= longest:
            return


def _told(circuit: Circuit, verb: Verb, tape: Tape) -> Step:
    recording = circuit.plant.recordings.keep(circuit.call.account_sid, circuit.call.sid, bytes(tape.audio))
    _announce(circuit, verb, recording)
    params = [*_fields(circuit, recording)]
    if tape.ended_by:
        params.append(("Digits", tape.ended_by))
    return Step(circuit.link(verb.get("action")), tuple(params), verb.get("method", "POST").upper())


def _fields(circuit: Circuit, recording: Recording) -> list[tuple[str, str]]:
    return [
        ("RecordingSid", recording.sid),
        ("RecordingUrl", circuit.plant.recording_url(recording.sid)),
        ("RecordingDuration", str(recording.duration_s)),
    ]


def _announce(circuit: Circuit, verb: Verb, recording: Recording) -> None:
    if not verb.get("recordingStatusCallback"):
        return
    fields = (
        ("AccountSid", circuit.call.account_sid),
        ("CallSid", circuit.call.sid),
        *_fields(circuit, recording),
        ("RecordingStatus", "completed"),
        ("RecordingChannels", "1"),
        ("RecordingSource", "RecordVerb"),
    )
    circuit.tell_service(Request(circuit.link(verb.get("recordingStatusCallback")), fields))


async def _left_behind(circuit: Circuit, verb: Verb, tape: Tape) -> None:
    await circuit.over.wait()
    step = _told(circuit, verb, tape)
    try:
        request = Request(step.url, (*circuit.call.params(), *step.params), step.method)
        await circuit.plant.webhooks.send(request, circuit.faults)
    except WebhookFailed as failure:
        circuit.plant.alert(failure.code, f"Record action after hang-up: {failure}", circuit.call.sid)
