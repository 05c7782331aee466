"""Connecting a caller to a person: each attempt is a row, the person is told first and takes the call by key.

Whether somebody was reached is decided by their key 1 alone: a carrier's `completed` is also what an
answering machine, or a clerk who hangs up while being told, gives.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from hotline.domain import callbacks
from hotline.domain.duty import Line, Person
from hotline.store.repositories.callbacks import as_task
from hotline.store.tables import CallbackStepRow, CallRow, ConversationRow, RingRow
from hotline.store.unit_of_work import Office
from ivr.clerking.hand_over import known_of, tell_duty
from ivr.contact import Contact, Served
from ivr.desk import Desk
from ivr.dialogue.journal import Entry, Kind
from ivr.dialogue.steps import Prompt
from ivr.dialogue.turn import Turn
from ivr.scripts.common import Vocabulary
from ivr.scripts.summary import summary, who_calls
from ivr.scripts.wording import words
from ivr.surfaces.keypad import DialPerson, GatherKeys, HangUp, Speak, Verb, action_of

log = logging.getLogger(__name__)

WHISPER_TIMEOUT_S = 6
ASKED_AT_MOST = 2
"""How often a person is asked for a key: a machine presses none."""
RINGING, TOLD, ACCEPTED = "ringing", "told", "accepted"
SPOKEN, DECLINED, NO_KEY, HUNG_UP, CALLER_GONE = "spoken", "declined", "no_key", "hung_up", "caller_gone"
ENDED = {"busy": "busy", "no-answer": "no_answer", "canceled": "no_answer", "failed": "failed"}
"""DialCallStatus of a leg that nobody answered, and our word for it."""


@dataclass(frozen=True)
class Report:
    """How the carrier says that dialling ended."""

    status: str
    bridged: str = ""
    """DialBridged: true or false, where the carrier knows the word."""
    caller_gone: bool = False
    """The caller's own call is over."""


@dataclass(frozen=True)
class Transfers:
    """The office's side of `<Dial>` and of what the dialled person hears."""

    desk: Desk

    def dial(self, served: Served, contact: Contact) -> DialPerson:
        """Writes the attempt down, once for a turn of a call, and says whom to dial."""
        turn, transfer = served.turn, served.turn.transfer
        name, number = transfer.person if transfer and transfer.person[1] else ("", self.desk.person)
        with self.desk.store.open() as office:
            row = office.conversations.locked(served.conversation)
            ring = office.rings.of_turn(served.conversation, turn.number, contact.call)
            if row is not None and ring is None:
                ring = office.rings.add(self._attempt(office, served, contact, (name, number)))
            office.commit()
        whisper = "/voice/whisper?" + urlencode({"ring": ring.id}) if ring else ""
        return DialPerson(number, action_of(turn), whisper)

    def whisper(self, ring: int, asked: int = 0, digits: str | None = None) -> list[Verb]:
        """What the dialled person hears: who waits, and which keys; then what their key leads to.

        No verbs at all connects the two.
        """
        with self.desk.store.open() as office:
            row = office.rings.locked(ring)
            if row is None or row.state not in (RINGING, TOLD, ACCEPTED):
                return [Speak(words(Prompt("whisper.gone"))), HangUp()]
            verbs = self._pressed(office, row, asked, digits)
            office.commit()
        return verbs

    def ended(self, contact: Contact, number: int, report: Report) -> Served:
        """Dialling is over: the next person's turn, or the end. A late or repeated report changes nothing."""
        served = self.desk.answer(contact)
        turn = served.turn
        if turn.transfer is None or turn.number != number or served.elsewhere:
            return served
        with self.desk.store.open() as office:
            ring = office.rings.of_turn(served.conversation, number, contact.call)
            result = _result(ring.state if ring else RINGING, report)
        if report.caller_gone and result != SPOKEN:
            return served  # the call's own end tells the office (`call_over`)

        def note(office: Office, _served: Served) -> None:
            if row := office.rings.of_turn(served.conversation, number, contact.call):
                self._end(row, result)
            if result == SPOKEN:
                self._settle(office, served.conversation)

        return self.desk.transferred(served.conversation, contact, number, answered=result == SPOKEN, along=note)

    def call_over(self, call: CallRow) -> Sequence[int]:
        """The caller's call has ended. Who was being connected is not forgotten; outbox rows to be sent."""
        with self.desk.store.open() as office:
            row = office.conversations.locked(call.conversation) if call.conversation else None
            if row is None or row.call != call.sid:
                return ()
            ring = office.rings.of_turn(row.id, row.turn, call.sid)
            if row.state == "open" and ring is not None and ring.state == ACCEPTED:
                spoken = True
            else:
                spoken = False
                messages = self._gone(office, row, ring)
                office.commit()
        if not spoken:
            return messages
        contact = Contact(call.number, "keypad", call.sid)
        self.ended(contact, row.turn, Report("completed", "true", caller_gone=True))
        return ()

    def _gone(self, office: Office, row: ConversationRow, ring: RingRow | None) -> Sequence[int]:
        """A caller who did not wait is rung back, and whoever is on duty is told."""
        if ring is not None and row.state == "open":
            self._end(ring, CALLER_GONE)
        waiting = [task for task in office.callbacks.unfinished_of(row.id) if task.state == callbacks.RINGING]
        told: list[int] = []
        who = self._who(office, row.id, row.number)
        for task in waiting:
            task.state = callbacks.OPEN
            told += tell_duty(office, task, "sms.duty_gone", self._on_duty(office), who=who)
        return told

    def _pressed(self, office: Office, row: RingRow, asked: int, digits: str | None) -> list[Verb]:
        call = office.records.call(row.call)
        if call is not None and call.ended_at is not None:
            self._end(row, CALLER_GONE)
            return [Speak(words(Prompt("whisper.gone"))), HangUp()]
        if row.state == ACCEPTED or digits == "1":
            row.state = ACCEPTED
            self._settle(office, row.conversation)
            return []
        if digits == "2":
            self._end(row, DECLINED)
            return [Speak(words(Prompt("whisper.passed"))), HangUp()]
        if asked >= ASKED_AT_MOST:
            self._end(row, NO_KEY)
            return [HangUp()]
        row.state = TOLD
        action = "/voice/whisper?" + urlencode({"ring": row.id, "asked": asked + 1})
        text = row.summary + words(Prompt("whisper.keys"))
        return [GatherKeys(text, action, WHISPER_TIMEOUT_S, 1), HangUp()]

    def _attempt(self, office: Office, served: Served, contact: Contact, person: tuple[str, str]) -> RingRow:
        known = known_of(office, contact.number)
        transfer = served.turn.transfer
        return RingRow(
            conversation=served.conversation,
            turn=served.turn.number,
            call=contact.call,
            reason=transfer.reason if transfer else "",
            name=person[0],
            number=person[1],
            summary=summary(_journal(office, served.conversation), self._vocabulary, known),
            state=RINGING,
            rung_at=self.desk.clock(),
        )

    def _end(self, row: RingRow, result: str) -> None:
        if row.ended_at is None:
            row.state, row.ended_at = result, self.desk.clock()

    def _settle(self, office: Office, conversation: str) -> None:
        """The caller has a person: what was to be rung back is done."""
        for task in office.callbacks.unfinished_of(conversation):
            now = self.desk.clock()
            office.callbacks.keep(task, callbacks.reached(as_task(task), "", now))
            office.callbacks.note_step(
                CallbackStepRow(callback=task.id, what="reached", username="", note="", at=now)
            )

    def _who(self, office: Office, conversation: str, number: str) -> str:
        return who_calls(_journal(office, conversation), self._vocabulary, known_of(office, number))

    def _on_duty(self, office: Office) -> tuple[Person, ...]:
        rules = self.desk.rules
        roster = office.duty.roster()
        return roster.line_up(Line.ORDINARY, self.desk.clock(), rules.is_working_day, fallback=self.desk.person)

    @property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self.desk.rules.town)


def still_connecting(turn: Turn) -> Turn:
    """A transfer whose announcement has been heard live: a comforting word instead; of danger all of it again."""
    if turn.transfer is None or turn.transfer.reason == "danger":
        return turn
    return replace(turn, says=(), transfer=replace(turn.transfer, prompt=Prompt("person.still")))


def _journal(office: Office, conversation: str) -> list[Entry]:
    return [Entry(Kind(j.kind), j.key, j.payload) for j in office.conversations.journal(conversation)]


def _result(state: str, report: Report) -> str:
    """What became of an attempt, from what the person did and what the carrier says."""
    if state == ACCEPTED:
        return SPOKEN
    if state == TOLD:
        return HUNG_UP
    if state != RINGING:
        return state
    if report.status in ("completed", "answered"):
        # a carrier that does not know whispers has connected the two at once
        return "failed" if report.bridged == "false" else SPOKEN
    return ENDED.get(report.status, "failed")
