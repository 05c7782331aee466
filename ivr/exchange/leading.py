"""Redirect and Hangup: where a call goes on, or that it ends."""

from __future__ import annotations

from ivr.exchange.circuit import Circuit, Outcome, Over, Step
from ivr.exchange.twiml import Verb


async def redirect(circuit: Circuit, verb: Verb) -> Outcome:
    return Step(circuit.link(verb.text), method=verb.get("method", "POST").upper())


async def hangup(circuit: Circuit, verb: Verb) -> Outcome:
    return Over()
