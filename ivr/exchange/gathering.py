"""Gather: keys pressed while, or after, something is said."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ivr.exchange.circuit import Circuit, Outcome, Step
from ivr.exchange.speaking import pause, play, say
from ivr.exchange.twiml import Verb

_NESTED = {"Say": say, "Play": play, "Pause": pause}


@dataclass(frozen=True)
class Rules:
    """When a Gather is over."""

    num_digits: int | None
    finish_on_key: str
    timeout_s: float
    keys: bool
    """False for input="speech": this exchange has no ears, such a Gather ends by time."""

    @classmethod
    def of(cls, verb: Verb) -> Rules:
        digits = int(verb.seconds("numDigits", 0))
        timeout = verb.get("timeout", "5")
        return cls(
            num_digits=digits or None,
            finish_on_key=verb.get("finishOnKey", "#"),
            timeout_s=5.0 if timeout == "auto" else verb.seconds("timeout", 5),
            keys="dtmf" in verb.get("input", "dtmf").split(),
        )

    def complete(self, digits: str) -> bool:
        return self.num_digits is not None and len(digits) >= self.num_digits


async def gather(circuit: Circuit, verb: Verb) -> Outcome:
    """Asks for keys; requests `action` with `Digits`, or goes on with the next verb if none came."""
    rules = Rules.of(verb)
    circuit.leg.forget_keys()
    action = circuit.link(verb.get("action"))
    await circuit.leg.tell("gather", action=action, numDigits=rules.num_digits)
    prompt = asyncio.create_task(_prompt(circuit, verb))
    try:
        digits = await _first(circuit, rules, prompt)
        if digits is not None:
            digits = await _more(circuit, rules, digits)
    finally:
        prompt.cancel()
        await asyncio.wait({prompt})
    if digits or verb.get("actionOnEmptyResult", "false").lower() == "true":
        return Step(action, (("Digits", digits or ""),), verb.get("method", "POST").upper())
    return None


async def _prompt(circuit: Circuit, verb: Verb) -> None:
    for child in verb.children:
        function = _NESTED.get(child.name)
        if function is None:
            circuit.plant.alert(12200, f"Gather cannot hold {child.name[:40]}", circuit.call.sid)
            continue
        await function(circuit, child)


async def _first(circuit: Circuit, rules: Rules, prompt: asyncio.Task[None]) -> str | None:
    """The first key, pressed during the prompt or within the timeout after it; it silences the prompt."""
    if not rules.keys:
        await prompt
        await circuit.plant.pace.sleep(rules.timeout_s)
        return None
    key = asyncio.ensure_future(circuit.leg.keys.get())
    try:
        await asyncio.wait({key, prompt}, return_when=asyncio.FIRST_COMPLETED)
        if not key.done():
            prompt.result()
            await asyncio.wait({key}, timeout=rules.timeout_s * circuit.plant.pace.factor)
        return key.result() if key.done() else None
    finally:
        key.cancel()
        prompt.cancel()


async def _more(circuit: Circuit, rules: Rules, first: str) -> str:
    """Completes the digits; a finishing key pressed first of all gives none."""
    if first in rules.finish_on_key:
        return ""
    digits = first
    while not rules.complete(digits):
        try:
            async with circuit.plant.pace.within(rules.timeout_s):
                key = await circuit.leg.keys.get()
        except TimeoutError:
            break
        if key in rules.finish_on_key:
            break
        digits += key
    return digits
