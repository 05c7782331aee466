"""What a dialled telephone hears before it is connected (`<Number url>`): the caller does not hear it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ivr.exchange.calls import Call
from ivr.exchange.circuit import Circuit, Outcome, Step
from ivr.exchange.gathering import gather
from ivr.exchange.leading import hangup, redirect
from ivr.exchange.speaking import pause, play, say
from ivr.exchange.telephones import Leg
from ivr.exchange.twiml import TwimlProblem, Verb
from ivr.exchange.webhooks import WebhookFailed

_VERBS = {"Say": say, "Play": play, "Pause": pause, "Gather": gather, "Redirect": redirect, "Hangup": hangup}
_MOST_DOCUMENTS = 20


@dataclass(frozen=True)
class Whisper:
    """The documents of one dialled leg that has been answered."""

    circuit: Circuit
    """The caller's."""
    leg: Leg
    call: Call

    async def agreed(self, first: Step) -> bool:
        """Performs the documents. True if they end without hanging up: the two may be connected.

        False also where the telephone hung up, or the service had nothing usable to say.
        """
        performing = asyncio.ensure_future(self._documents(first))
        gone = asyncio.ensure_future(self.leg.gone.wait())
        try:
            await asyncio.wait({performing, gone}, return_when=asyncio.FIRST_COMPLETED)
            return performing.done() and performing.result() and not self.leg.gone.is_set()
        except (TwimlProblem, WebhookFailed) as problem:
            self.circuit.plant.alert(problem.code, f"whisper: {problem}", self.call.sid)
            return False
        finally:
            performing.cancel()
            gone.cancel()
            await asyncio.wait({performing, gone})

    async def _documents(self, first: Step) -> bool:
        own = Circuit(self.circuit.plant, self.call, self.leg, self.circuit.faults)
        own.document_url = self.circuit.document_url
        outcome: Outcome = first
        for _ in range(_MOST_DOCUMENTS):
            if not isinstance(outcome, Step):
                break
            outcome = await self._perform(own, await own.document(outcome))
        return outcome is None

    async def _perform(self, own: Circuit, document: tuple[Verb, ...]) -> Outcome:
        for verb in document:
            function = _VERBS.get(verb.name)
            if function is None:
                self.circuit.plant.alert(12200, f"a whisper cannot hold {verb.name[:40]}", self.call.sid)
                continue
            outcome = await function(own, verb)
            if outcome is not None:
                return outcome
        return None
