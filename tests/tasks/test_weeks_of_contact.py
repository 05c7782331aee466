"""Weeks of texts and calls at random: whatever fails, nobody is disturbed at a bad hour, twice, or after a no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.calling import CallOrder, ContactRules, may_ring
from hotline.domain.courtesy import occasion
from hotline.store import ringing
from hotline.store.delivery import apply_status
from hotline.store.ringing import Told
from hotline.store.tables import CallOutRow, MessageRow
from ivr.carriers.base import CarrierError, PlacedCall
from tasks.outbound import dial
from tasks.outbox import deliver
from tasks.workplace import Workplace
from tests.town import Office

RULES = ContactRules()
NUMBERS = [f"1380000{n:04d}" for n in range(8)] + ["7378812345"]
KINDS = ("step", "notice", "reminder", "missed", "asked", "offer")


@dataclass
class MoodyCarrier:
    """Takes most of what it is asked for, refuses some, and sometimes takes it and loses the answer."""

    dice: Random
    office: Office
    calls: list[tuple[str, str, datetime]] = field(default_factory=list)
    """(attempt's name, number, when)"""
    texts: list[tuple[str, str, datetime, str]] = field(default_factory=list)
    """(reason, number, when, body)"""

    def send_message(self, to: str, body: str, reason: str) -> str:
        self._mood()
        self.texts.append((reason, to, self.office.watch.now, body))
        self._lose()
        return f"SM{len(self.texts)}"

    def messages_since(self, to: str, body: str, since: datetime) -> Sequence[str]:
        found = [(n, t) for n, t in enumerate(self.texts, 1) if t[1] == to and t[2] >= since and body == t[3]]
        return [f"SM{n}" for n, _ in found]

    def place_call(self, to: str, reason: str, *, detect_machine: bool = False) -> str:
        self._mood()
        self.calls.append((reason, to, self.office.watch.now))
        self._lose()
        return f"CA{len(self.calls)}"

    def calls_since(self, to: str, since: datetime) -> Sequence[PlacedCall]:
        found = [(n, c) for n, c in enumerate(self.calls, 1) if c[1] == to and c[2] >= since]
        return [PlacedCall(f"CA{n}", "in-progress") for n, _ in found]

    def lead_call(self, sid: str, path: str) -> None:
        """Nobody asks for it here."""

    def end_call(self, sid: str) -> None:
        """Nobody asks for it."""

    def _mood(self) -> None:
        if self.dice.random() < 0.1:
            raise CarrierError("not now", code="20429", retryable=True)

    def _lose(self) -> None:
        if self.dice.random() < 0.15:
            raise CarrierError("cut off", retryable=True, unsure=True)


@dataclass
class Weeks:
    office: Office
    dice: Random
    carrier: MoodyCarrier
    here: Workplace
    said_no: dict[str, datetime] = field(default_factory=dict)

    def step(self) -> None:
        self.office.watch.passes(minutes=self.dice.choice([1, 2, 30, 90, 300]))
        deed = self.dice.choice([self.order, self.order, self.work, self.work, self.work, self.report, self.no])
        deed()

    def order(self) -> None:
        number, kind = self.dice.choice(NUMBERS), self.dice.choice(KINDS)
        reason, now = f"{kind}:{self.dice.randrange(60)}", self.office.watch.now
        with self.office.store.open() as records:
            if self.dice.random() < 0.5:
                records.calls_out.put(CallOrder(reason, number, kind, "read", {"text": "x"}), now)
            else:
                records.messages.put(reason, number, reason, kind=kind)
            records.commit()

    def work(self) -> None:
        with self.office.store.open() as records:
            calls = list(records.session.scalars(select(CallOutRow.id)))
            texts = list(records.session.scalars(select(MessageRow.id)))
        for call in self.dice.sample(calls, min(6, len(calls))):
            dial(self.here, call, self.office.watch, lambda s: self.office.watch.passes(seconds=s))
        for text in self.dice.sample(texts, min(6, len(texts))):
            deliver(self.office.store, self.carrier, text, self.office.watch)

    def report(self) -> None:
        with self.office.store.open() as records:
            rows = list(records.session.scalars(select(CallOutRow).where(CallOutRow.sid != "")))
            for row in self.dice.sample(rows, min(4, len(rows))):
                status = self.dice.choice(["ringing", "busy", "no-answer", "failed", "completed", "canceled"])
                ringing.report(records, row.id, Told(row.sid, status), (RULES.calling, self.office.watch.now))
            for sid in (f"SM{self.dice.randrange(1, 50)}" for _ in range(3)):
                apply_status(records, sid, self.dice.choice(["sent", "delivered", "undelivered"]), "30003")
            records.commit()

    def no(self) -> None:
        number = self.dice.choice(NUMBERS)
        if self.dice.random() < 0.1 and number not in self.said_no:
            self.office.front.text(f"SMno{number}", number, "退订")
            self.said_no[number] = self.office.watch.now


def local_day(at: datetime) -> str:
    return at.astimezone(TOWN_TIME).strftime("%Y%m%d")


@pytest.mark.parametrize("seed", range(4))
def test_weeks_of_trouble_disturb_nobody(tmp_path: Path, seed: int) -> None:
    office, dice = Office(tmp_path), Random(seed)
    carrier = MoodyCarrier(dice, office)
    weeks = Weeks(office, dice, carrier, Workplace(office.store, carrier, RULES))
    for _ in range(200):
        weeks.step()
    with office.store.open() as records:
        rows = {f"call-{row.id}": row for row in records.session.scalars(select(CallOutRow))}
        kinds = {row.reason: row.kind for row in records.session.scalars(select(MessageRow))}
    names = [name for name, _, _ in carrier.calls]
    assert len(names) == len(set(names)), "an attempt was rung twice"
    days = [(rows[name].reason, local_day(at)) for name, _, at in carrier.calls]
    assert len(days) == len(set(days)), "one reason was rung twice on a day"
    for name, number, at in carrier.calls:
        assert may_ring(rows[name].kind, at, RULES.calling)
        assert rows[name].attempt <= RULES.calling.attempts[rows[name].kind]
        assert occasion(rows[name].kind).asked or at <= weeks.said_no.get(number, at)
    reasons = [reason for reason, _, _, _ in carrier.texts]
    assert len(reasons) == len(set(reasons)), "a text was sent twice"
    for reason, number, at, _ in carrier.texts:
        kind = occasion(kinds[reason])
        assert kind.at_any_hour or not RULES.quiet.hold(at)
        assert kind.asked or at <= weeks.said_no.get(number, at)
    assert len(carrier.calls) + len(carrier.texts) > 25, "enough went out to tell"
    assert timedelta(days=7) < office.watch.now - datetime(2026, 11, 25, 10, tzinfo=TOWN_TIME)
    office.store.close()
