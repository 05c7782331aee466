"""A telephone company by hand: what leaves the office, and residents who pick up, talk, press keys, or do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from hotline.domain.calling import ContactRules
from hotline.store.delivery import apply_status
from hotline.store.ringing import Told
from hotline.store.tables import CallbackRow, CallOutRow, MessageRow
from ivr.carriers.base import CarrierError, PlacedCall
from ivr.contact import Contact, Evidence
from ivr.outgoing import Outgoing
from ivr.surfaces.keypad import GatherKeys, Speak, Verb
from ivr.surfaces.sentences import spoken
from ivr.understanding.answer import Understood
from ivr.understanding.understand import understand_text
from tasks.outbound import dial
from tasks.outbox import deliver
from tasks.workplace import Workplace
from tests.town import Office

RULES = ContactRules()


@dataclass
class Company:
    """Takes every text and every call; refuses whom it is told to."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    refuses: dict[str, CarrierError] = field(default_factory=dict)

    def send_message(self, to: str, body: str, reason: str) -> str:
        if to in self.refuses:
            raise self.refuses[to]
        self.texts.append((to, body))
        return f"SM{len(self.texts):04}"

    def messages_since(self, to: str, body: str, since: datetime) -> Sequence[str]:
        return [f"SM{n:04}" for n, text in enumerate(self.texts, 1) if text == (to, body)]

    def place_call(self, to: str, reason: str, *, detect_machine: bool = False) -> str:
        if to in self.refuses:
            raise self.refuses[to]
        self.calls.append(to)
        return f"CA{len(self.calls):04}"

    def calls_since(self, to: str, since: datetime) -> Sequence[PlacedCall]:
        return [PlacedCall(f"CA{n:04}", "ringing") for n, number in enumerate(self.calls, 1) if number == to]

    def lead_call(self, sid: str, path: str) -> None:
        """Nobody asks for it here."""

    def end_call(self, sid: str) -> None:
        """Ends it."""


@dataclass
class Line:
    """The office's worker and the residents' telephones."""

    office: Office
    company: Company = field(default_factory=Company)

    def __post_init__(self) -> None:
        self.here = Workplace(self.office.store, self.company, RULES)
        self.outgoing = Outgoing(self.office.front, RULES.calling)

    def leave(self) -> None:
        """Everything that may leave now leaves: texts, then calls, one a second."""
        watch = self.office.watch
        for message in self.rows(MessageRow):
            deliver(self.office.store, self.company, message.id, watch, rules=RULES)
        for call in self.rows(CallOutRow):
            dial(self.here, call.id, watch, lambda seconds: watch.passes(seconds=seconds))

    def rows(self, table: type) -> list[MessageRow | CallOutRow | CallbackRow]:
        with self.office.store.open() as records:
            return list(records.session.scalars(select(table).order_by(table.id)))  # type: ignore[attr-defined]

    def undelivered(self, sid: str, code: str = "30006") -> None:
        with self.office.store.open() as records:
            apply_status(records, sid, "undelivered", code)
            records.commit()

    def pick_up(self, call: int, by: str = "human") -> list[Verb]:
        """The telephone of an attempt that the carrier has is picked up: what is heard, by keypad."""
        row = self._call(call)
        return self.outgoing.picked_up(f"call-{call}", row.sid, (row.number, by))

    def talk(self, call: int, *answers: str) -> list[str]:
        """Picks up and answers by voice: what is said first, and to each answer."""
        self.pick_up(call)
        row = self._call(call)
        contact = Contact(row.number, "voice", row.sid)
        served = self.office.desk.answer(contact)
        said = ["".join(sentence.text for sentence in spoken(served.turn, "voice"))]
        for answer in answers:
            served = self.office.desk.hear(
                served.conversation,
                contact,
                served.turn.number,
                sense=lambda turn, setting, text=answer: (
                    understand_text(turn.ask, text, setting)  # type: ignore[misc]
                    if turn.ask
                    else Understood()
                ),
                evidence=Evidence(heard=answer),
            )
            said.append("".join(sentence.text for sentence in spoken(served.turn, "voice")))
        return said

    def press(self, call: int, number: int, digits: str) -> str:
        row = self._call(call)
        return heard(self.office.front.keys(Contact(row.number, "keypad", row.sid), number, digits))

    def ends(self, call: int, status: str, by: str = "") -> None:
        """The carrier reports how it ended."""
        self.outgoing.reported(f"call-{call}", Told(self._call(call).sid, status, by, 0))

    def _call(self, call: int) -> CallOutRow:
        with self.office.store.open() as records:
            return records.session.get_one(CallOutRow, call)


def heard(verbs: list[Verb]) -> str:
    return "".join(verb.text for verb in verbs if isinstance(verb, Speak | GatherKeys))
