"""The TwiML verbs a carrier performs: the list of all, with Redirect, Hangup and Reject."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ivr.exchange.calls import Status
from ivr.exchange.circuit import Circuit, Outcome, Over
from ivr.exchange.dialling import dial
from ivr.exchange.gathering import gather
from ivr.exchange.leading import hangup, redirect
from ivr.exchange.plant import WORDS
from ivr.exchange.recording import record
from ivr.exchange.speaking import pause, play, say
from ivr.exchange.streams import connect
from ivr.exchange.twiml import TwimlProblem, Verb

VerbFunction = Callable[[Circuit, Verb], Awaitable[Outcome]]


async def perform(circuit: Circuit, document: tuple[Verb, ...]) -> Outcome:
    """Performs a document verb by verb; None when it has come to its end.

    An unknown verb is reported (12200) and skipped; a document of nothing else is an application error.
    """
    known = 0
    for verb in document:
        function = _VERBS.get(verb.name)
        if function is None:
            circuit.plant.alert(12200, f"unknown verb {verb.name[:40]}", circuit.call.sid)
            continue
        known += 1
        if verb.name != "Reject":
            await circuit.answer()
        outcome = await function(circuit, verb)
        if outcome is not None:
            return outcome
    if document and not known:
        raise TwimlProblem(12200, "no verb this carrier knows")
    return None


async def reject(circuit: Circuit, verb: Verb) -> Outcome:
    """Ends a call without answering it; the caller is told by a caption only, as it costs nothing."""
    if circuit.call.status is not Status.RINGING:
        return Over()
    await circuit.leg.tell("caption", text=WORDS["rejected"], verb="Reject")
    status = Status.BUSY if verb.get("reason", "rejected") == "busy" else Status.NO_ANSWER
    return Over(status, reason="rejected")


_VERBS: dict[str, VerbFunction] = {
    "Say": say,
    "Play": play,
    "Pause": pause,
    "Gather": gather,
    "Record": record,
    "Connect": connect,
    "Dial": dial,
    "Redirect": redirect,
    "Hangup": hangup,
    "Reject": reject,
}
