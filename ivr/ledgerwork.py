"""Rows of the callback ledger on their way: a move, its line of history, whom it tells, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.case_life import THE_MACHINE, Actor
from hotline.domain.catalogue import Town
from hotline.domain.errors import Refused
from hotline.domain.grievances import STAFF_TOPIC
from hotline.domain.ledger import entries
from hotline.domain.ledger.entries import MACHINE, MOVES, Act, Entry, Line
from hotline.domain.ledger.heard import Heard
from hotline.domain.ledger.proposals import Kind
from hotline.domain.ledger.sight import may_make, may_see, owner_of
from hotline.domain.rights import STATION
from hotline.domain.working_time import IsWorkingDay
from hotline.store import proofs
from hotline.store.repositories.ledger import Alert
from hotline.store.tables import LedgerProofRow
from hotline.store.unit_of_work import Office
from ivr import ledger_telling as telling
from ivr.dialogue.steps import Ask, Prompt, Slot, Wants
from ivr.scripts.common import Vocabulary
from ivr.understanding.answer import Setting
from ivr.understanding.understand import understand_text

Given = Mapping[str, Any]
LONGEST_TOLD = 200
"""Characters of a remedy or a reply that are told."""
_PRAISE_TOPIC, _SUGGESTION_TOPIC = "P", "S"


@dataclass
class Ledgerwork:
    """Moves rows. What it writes to the outbox is in `messages`, to be sent after the commit."""

    town: Town
    is_working_day: IsWorkingDay
    office: Office
    now: datetime
    proofs: Path | None = None
    """Where proof is kept; none where nothing can be attached."""
    messages: list[int] = field(default_factory=list)

    def propose(self, heard: Heard) -> list[int]:
        """Opens the rows an answer speaks for, each with its owner; the ids of those that are new."""
        found = self.office.ledger.propose(heard)
        for row in found:
            self.assign(row)
        return found

    def assign(self, row: int) -> Entry:
        """Looks up whose a new row is: what it is about, where, who served, by the town's lists and calendar."""
        entry = self._held(row)
        known = replace(entry, about=self._about(entry), village=self._village(entry), topic=self._topic(entry))
        call_by, due = entries.clocks(entry.kind, entry.since, self.is_working_day)
        after, line = entries.move(
            entry,
            "assign",
            Act(THE_MACHINE.username, THE_MACHINE.role, self.now),
            about=known.about,
            village=known.village,
            topic=known.topic,
            owner=owner_of(tuple(self.town.officers), known),
            call_by=call_by,
            due=due,
        )
        kept = self.office.ledger.keep(entry, after, line)
        self._tell_owner(kept, "given")
        return kept

    def see(self, row: int, viewer: Actor) -> Entry:
        """The row. Refused("no_row") where there is none, or none the viewer may know of."""
        entry = self.office.ledger.entry(row)
        if entry is None or not may_see(entry, viewer):
            raise Refused("no_row", row=row)
        return entry

    def make(self, row: int, move: str, actor: Actor, given: Given) -> Entry:
        """Makes one move and tells of it. Raises Refused; nothing is kept of a refused move.

        `given`: reason for any move; kind and topic for confirm; days for extend; owner for hand_to; version,
        where the mover says which state they have seen.
        """
        entry = self._held(row)
        if not may_see(entry, actor):
            raise Refused("no_row", row=row)
        if move not in MOVES or move in ("propose", "assign"):
            raise Refused("no_such_move", move=move)
        if not may_make(entry, move, actor):
            raise Refused("not_yours", move=move, role=actor.role)
        if given.get("version") not in (None, entry.version):
            raise Refused("moved_meanwhile", version=entry.version)
        act = Act(actor.username, actor.role, self.now, str(given.get("reason", "")))
        make = _MOVES.get(move, _plain(move))
        after, line = make(self, entry, act, given)
        line = replace(line, facts={**line.facts, **given.get("facts", {})})
        kept = self.office.ledger.keep(entry, after, line)
        return self._and_then(kept, line)

    def prove(self, row: int, actor: Actor, name: str, raw: bytes) -> Entry:
        """Attaches a picture or paper to a row being mended. Refused as `proofs.checked` says, no_proofs."""
        entry = self._held(row)
        if not may_see(entry, actor):
            raise Refused("no_row", row=row)
        if not may_make(entry, "rectify", actor):
            raise Refused("not_yours", move="rectify", role=actor.role)
        if entry.kind is not Kind.PROBLEM or entry.state not in ("confirmed", "called", "reopened"):
            raise Refused("not_now", move="rectify", state=entry.state)
        if self.proofs is None:
            raise Refused("no_proofs")
        proof = proofs.checked(raw)
        proofs.keep(self.proofs, proof)
        kept = LedgerProofRow(
            ledger=row, digest=proof.digest, form=proof.form, size=len(proof.raw), name=proofs.plain_name(name),
            who=actor.username, at=self.now,
        )  # fmt: skip
        self.office.ledger.attach(kept)
        return entry

    def alert(self, entry: Entry, alert: Alert, phone: str) -> bool:
        """Writes down who is told that something of a row is late, and a text where there is a number for it.

        False if they were told before.
        """
        if not self.office.ledger.note_alert(entry.id, alert, self.now):
            return False
        self._sent(telling.to_staff(self.office, entry, alert, phone))
        return True

    def _held(self, row: int) -> Entry:
        entry = self.office.ledger.locked(row)
        if entry is None:
            raise Refused("no_row", row=row)
        return entry

    def _and_then(self, entry: Entry, line: Line) -> Entry:
        """What a move leads to by itself: the resident is asked, or told."""
        if line.move == "rectify":
            self._sent(telling.ask_again(self.office, entry, self.now))
        elif line.move == "reopen":
            self.office.calls_out.withdraw(telling.about_row(entry.id), kind=telling.RECHECK)
            self._sent(telling.tell(self.office, entry, "reopened"))
            self._tell_owner(entry, "back")
        elif line.move == "close":
            self.office.calls_out.withdraw(telling.about_row(entry.id), kind=telling.RECHECK)
        elif line.move in ("adopt", "decline") and telling.can_tell(self.office, entry.number):
            self._sent(telling.tell(self.office, entry, line.went_to))
            return self.make(entry.id, "tell", THE_MACHINE, {})
        return entry

    def _tell_owner(self, entry: Entry, what: str) -> None:
        if entry.kind is Kind.PROBLEM:
            phone = telling.phone_of_owner(self.town, entry.owner)
            self._sent(telling.to_owner(self.office, entry, phone, what))

    def _sent(self, message: int | None) -> None:
        self.messages += [message] if message is not None else []

    def _about(self, entry: Entry) -> tuple[str, ...]:
        served = self.town.clerks.get(entry.clerk)
        names = (entry.clerk, served.name if served else "")
        return tuple(dict.fromkeys(name for name in names if name))

    def _village(self, entry: Entry) -> str:
        place = entry.place.removeprefix(STATION)
        return place if place in self.town.villages else ""

    def _topic(self, entry: Entry) -> str:
        """As cases have them: what was served, else what the words tell; praise and wishes have their own."""
        if entry.kind is Kind.PRAISE:
            return _PRAISE_TOPIC if _PRAISE_TOPIC in self.town.topics else ""
        if entry.service in self.town.topics:
            return entry.service
        own = (_PRAISE_TOPIC, _SUGGESTION_TOPIC)
        told = self._topic_told(entry.words)
        if entry.kind is Kind.PROBLEM:
            return "" if told in own else told
        default = _SUGGESTION_TOPIC if _SUGGESTION_TOPIC in self.town.topics else ""
        return default if told in ("", STAFF_TOPIC, *own) else told

    def _topic_told(self, said: str) -> str:
        if not said.strip():
            return ""
        ask = Ask(Slot("topic", Wants.CHOICE, Vocabulary(self.town).topics), Prompt("topic"))
        setting = Setting(self.now.astimezone(TOWN_TIME), market=self.town.market)
        return str(understand_text(ask, said, setting).value or "")


def _plain(move: str) -> _Move:
    """A move that changes nothing but the state."""
    return lambda _work, entry, act, _given: entries.move(entry, move, act)


def _confirm(work: Ledgerwork, entry: Entry, act: Act, given: Given) -> tuple[Entry, Line]:
    topic = given.get("topic")
    if topic is not None and topic not in work.town.topics:
        raise Refused("no_such_topic", topic=topic)
    kind = Kind(given["kind"]) if given.get("kind") else None
    return entries.confirm(entry, act, work.is_working_day, kind=kind, topic=topic)


def _rectify(work: Ledgerwork, entry: Entry, act: Act, _given: Given) -> tuple[Entry, Line]:
    """What was mended is shown by proof that was brought since it was answered, or since it was reopened."""
    after, line = entries.move(entry, "rectify", act, remedy=act.reason.strip()[:LONGEST_TOLD])
    if not any(proof.at >= entry.since for proof in work.office.ledger.proofs(entry.id)):
        raise Refused("no_proof")
    return after, line


def _close(work: Ledgerwork, entry: Entry, act: Act, _given: Given) -> tuple[Entry, Line]:
    """By the resident's word; by hand only once nobody is asked any more."""
    after, line = entries.move(entry, "close", act)
    if act.role != MACHINE and not telling.asked_in_vain(work.office, entry):
        raise Refused("still_asking")
    return after, line


def _answered(move: str) -> _Move:
    return lambda _work, entry, act, _given: entries.move(
        entry, move, act, reply=act.reason.strip()[:LONGEST_TOLD]
    )


def _hand_to(_work: Ledgerwork, entry: Entry, act: Act, given: Given) -> tuple[Entry, Line]:
    if not str(given.get("owner", "")).strip():
        raise Refused("no_owner")
    return entries.hand_to(entry, act, str(given["owner"]).strip()[:40])


_Move = Callable[[Ledgerwork, Entry, Act, Given], tuple[Entry, Line]]
_MOVES: Mapping[str, _Move] = {
    "confirm": _confirm,
    "rectify": _rectify,
    "close": _close,
    "adopt": _answered("adopt"),
    "decline": _answered("decline"),
    "hand_to": _hand_to,
    "extend": lambda work, entry, act, given: entries.extend(
        entry, act, int(given.get("days", 0)), work.is_working_day
    ),
    "reopen": lambda work, entry, act, _given: entries.reopen(entry, act, work.is_working_day),
}
