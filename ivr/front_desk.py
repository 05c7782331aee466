"""What voice and text webhooks mean, without HTTP: who calls, what was pressed or recorded, what to answer."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from hotline.clock import Clock
from hotline.domain import callbacks
from hotline.domain.courtesy import opting
from hotline.store.tables import CallbackRow, CallRow, StreamTokenRow
from hotline.store.unit_of_work import Office, Store
from ivr.contact import Contact, Evidence, Served
from ivr.desk import Desk
from ivr.dialogue.steps import Prompt
from ivr.dialogue.turn import Turn
from ivr.manners import manners_of
from ivr.opting import opted
from ivr.scripts.wording import words
from ivr.surfaces import keypad
from ivr.surfaces.keypad import HangUp, OpenStream, Speak, Verb
from ivr.texting import Texting
from ivr.transfers import Report, Transfers, still_connecting
from ivr.understanding.answer import Setting, Understood
from ivr.understanding.understand import understand_keys

log = logging.getLogger(__name__)

TOKEN_GOOD_FOR = timedelta(minutes=2)
OVER = ("completed", "busy", "failed", "no-answer", "canceled")
RANK = {state: rank for rank, state in enumerate(("queued", "ringing", "in-progress"))} | dict.fromkeys(OVER, 9)
"""Call states only move forward, whatever order the callbacks come in."""
TROUBLE = "trouble"
"""Why a person rings back whom our own fault cut short."""

Transcribe = Callable[[str, Turn, Setting], tuple[Understood, Evidence]]
"""Fetches a recording by its address, keeps it, and understands it for the open question."""


@dataclass(frozen=True)
class FrontDesk:
    """The office's side of every webhook."""

    store: Store
    desk: Desk
    clock: Clock
    enqueue: Callable[[tuple[int, ...]], None]
    transcribe: Transcribe
    can_listen: Callable[[], bool]
    """Whether live audio can be understood now; if not, calls go by keypad from the start."""

    def incoming_call(self, sid: str, number: str, direction: str) -> list[Verb]:
        """A call begins: live audio if we can listen, else keys. The same webhook twice is the same call."""
        with self.store.open() as office:
            self._register(office, sid, number, direction)
            by_keys = manners_of(office, Contact(number, "voice", sid)).keypad
            if self.can_listen() and not by_keys:
                token = self._ticket(office, sid)
                office.commit()
                return [OpenStream(token)]
            office.commit()
        sorry = "" if by_keys else words(Prompt("apology"))
        return self.turn(Contact(number, "keypad", sid), before=sorry)

    def turn(self, contact: Contact, before: str = "") -> list[Verb]:
        """Where the call stands, by keypad: also what goes on when live audio has ended or failed."""
        if (ended := self._ended(contact)) is not None:
            return ended
        live = self._was_live(contact)
        served = self.desk.answer(contact)
        if live and served.turn.transfer is not None:
            served = replace(served, turn=still_connecting(served.turn))
        return self._verbs(contact, served, before)

    def keys(self, contact: Contact, number: int, digits: str) -> list[Verb]:
        """Keys pressed for turn `number`; none is silence."""
        return self._heard(
            contact,
            number,
            lambda turn, s: understand_keys(turn.ask, digits, s) if turn.ask else Understood(),
            Evidence(heard=digits),
        )

    def recording(self, contact: Contact, number: int, address: str) -> list[Verb]:
        """Words recorded for turn `number`."""
        if (ended := self._ended(contact)) is not None:
            return ended
        served = self.desk.answer(contact)
        sense, evidence = self.transcribe(address, served.turn, self.desk.setting(served.turn))
        return self._heard(contact, number, lambda *_: sense, evidence)

    def connected(self, contact: Contact, number: int, report: Report) -> list[Verb]:
        """How dialling a person ended."""
        if (ended := self._ended(contact)) is not None:
            return ended
        served = self.transfers.ended(contact, number, report)
        self.enqueue(served.messages)
        if report.caller_gone:
            return [HangUp()]
        goes_on = served.turn.ask is not None and not served.elsewhere
        return (self._by_voice(contact) if goes_on else []) or self._verbs(contact, served)

    @property
    def transfers(self) -> Transfers:
        return Transfers(self.desk)

    def call_status(self, sid: str, status: str, seconds: int) -> None:
        """A status callback; late and repeated ones change nothing."""
        with self.store.open() as office:
            call = office.records.call(sid)
            if call is None:
                log.warning("status of a call nobody knows", extra={"call": sid, "status": status})
                return
            if RANK.get(status, -1) <= RANK.get(call.status, -1):
                return
            call.status = status
            if status in OVER:
                call.ended_at, call.seconds = self.clock(), seconds
            office.commit()
        if status in OVER:
            self.enqueue(tuple(self.transfers.call_over(call)))

    def text(self, sid: str, number: str, body: str) -> str:
        """A text message; the answer to it. The same message twice gets the same answer and is taken once."""
        key = f"sms:{sid}"
        with self.store.open() as office:
            receipt = office.records.receipt(key)
            if receipt is not None:
                return receipt.answer
        if way := opting(body):
            return opted(self.store, (number, way), key, self.clock())
        return Texting(self.desk, self.enqueue).answer(Contact(number, "sms"), body, key)

    def promise_call_back(self, number: str) -> bool:
        """Something broke under a resident: a person rings back, once however often it breaks. False if that
        cannot be promised: the number is withheld, or nothing can be written down now."""
        if not number:
            return False
        rules, now = self.desk.rules, self.clock()
        due = callbacks.due_at(TROUBLE, now, rules.timetable, rules.is_working_day)
        try:
            with self.store.open() as office:
                if not any(
                    row.number == number and row.reason == TROUBLE for row in office.callbacks.unfinished()
                ):
                    office.callbacks.add(
                        CallbackRow(
                            number=number,
                            reason=TROUBLE,
                            conversation="",
                            state=callbacks.OPEN,
                            due_at=due,
                            created_at=now,
                        )
                    )
                office.commit()
        except SQLAlchemyError:
            log.exception("a call back could not be written down")
            return False
        return True

    def spend_ticket(self, token: str) -> str | None:
        """The call a stream token was issued for, once, within two minutes."""
        with self.store.open() as office:
            digest = hashlib.sha256(token.encode()).hexdigest()
            call = office.records.use_token(digest, self.clock(), TOKEN_GOOD_FOR)
            office.commit()
        return call

    def number_of(self, sid: str) -> str:
        """Who rang, as told when the call came in; empty for a call nobody knows."""
        with self.store.open() as office:
            call = office.records.call(sid)
            return call.number if call else ""

    def _heard(
        self, contact: Contact, number: int, sense: Callable[[Turn, Setting], Understood], evidence: Evidence
    ) -> list[Verb]:
        if (ended := self._ended(contact)) is not None:
            return ended
        served = self.desk.answer(contact)
        served = self.desk.hear(served.conversation, contact, number, sense=sense, evidence=evidence)
        self.enqueue(served.messages)
        return self._verbs(contact, served)

    def _verbs(self, contact: Contact, served: Served, before: str = "") -> list[Verb]:
        if served.elsewhere:
            return [Speak(words(Prompt("busy.elsewhere"))), HangUp()]
        dial = self.transfers.dial(served, contact) if served.turn.transfer else None
        return keypad.verbs(served.turn, dial=dial, before=before)

    def _ended(self, contact: Contact) -> list[Verb] | None:
        """A call whose conversation is over hangs up; it never begins another by itself."""
        with self.store.open() as office:
            call = office.records.call(contact.call)
            if call is None or not call.conversation:
                return None
            row = office.conversations.locked(call.conversation)
            over = row is not None and row.state != "open" and row.call == contact.call
        return [HangUp()] if over else None

    def _by_voice(self, contact: Contact) -> list[Verb]:
        """Live audio again, for a call that was spoken to before it was to be connected; else nothing."""
        if not self.can_listen():
            return []
        with self.store.open() as office:
            turns = office.records.turns_of(contact.call)
            said = [turn.surface for turn in turns if not turn.key.startswith("transfer")]
            if said[-1:] != ["voice"]:
                return []
            token = self._ticket(office, contact.call)
            office.commit()
        return [OpenStream(token)]

    def _was_live(self, contact: Contact) -> bool:
        """Whether this call has been spoken to by live audio up to now."""
        with self.store.open() as office:
            call = office.records.call(contact.call)
            return call is not None and call.surface == "voice" and call.conversation != ""

    def _register(self, office: Office, sid: str, number: str, direction: str) -> None:
        if office.records.call(sid) is None:
            office.records.add(
                CallRow(
                    sid=sid,
                    number=number,
                    direction=direction,
                    status="in-progress",
                    surface="voice",
                    conversation="",
                    started_at=self.clock(),
                    seconds=0,
                )
            )

    def _ticket(self, office: Office, sid: str) -> str:
        token = secrets.token_urlsafe(24)
        digest = hashlib.sha256(token.encode()).hexdigest()
        office.records.add(StreamTokenRow(digest=digest, call=sid, issued_at=self.clock()))
        return token
