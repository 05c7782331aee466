"""Synthetic callers ring a running service with real audio: for the demonstration and the bench."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from asr_models.store import ModelStore
from hotline.store.tables import TurnRow
from hotline.store.unit_of_work import Store
from ivr.exchange.call_report import CallReport
from ivr.exchange.callers.voices import CallerVoice
from ivr.exchange.goal import Goal
from ivr.exchange.remote_line import plugged_in
from ivr.exchange.synthetic import Manner, SyntheticCaller
from ivr.voice import mulaw

Watch = Callable[[str], None]


@dataclass(frozen=True)
class Ringing:
    """Who rings what, and how."""

    url: str
    models: ModelStore


async def ring(ringing: Ringing, goal: Goal, manner: Manner) -> CallReport:
    """One call from dialling to its end; the caller's speech is made before it dials."""
    voice = CallerVoice(goal.voice, ringing.models)
    caller = SyntheticCaller(goal, lambda text: mulaw.encode(voice.say(text, goal.speed)), manner)
    await caller.prepare()
    async with plugged_in(ringing.url, caller):
        return await caller.call()


def turns_of(store: Store, call: str) -> list[TurnRow]:
    """What the service wrote down of a call, in order."""
    with store.open() as office:
        rows = office.session.scalars(select(TurnRow).where(TurnRow.call == call).order_by(TurnRow.id))
        return list(rows)


def settled(store: Store, call: str, within_s: float = 5.0) -> bool:
    """Waits until the service has noticed that a call is over."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        with store.reading() as office:
            row = office.records.call(call)
            if row is not None and row.ended_at is not None:
                return True
        time.sleep(0.05)
    return False
