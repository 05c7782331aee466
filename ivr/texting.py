"""A text message: which conversation it belongs to, its answer, and what else was still being asked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from hotline.domain.calendar import TOWN_TIME
from hotline.store.tables import ReceiptRow
from hotline.store.unit_of_work import Office
from ivr import invited
from ivr.contact import Contact, Evidence, Served
from ivr.desk import Desk
from ivr.dialogue.engine import ScriptDrift
from ivr.dialogue.steps import Prompt
from ivr.dialogue.turn import Turn
from ivr.invited import FIRST
from ivr.ledger_telling import RECHECK
from ivr.rechecking import answers_recheck
from ivr.scripts.wording import words
from ivr.surfaces import sms
from ivr.understanding.answer import Command, Setting, Understood
from ivr.understanding.understand import understand_text

log = logging.getLogger(__name__)

LONGEST_TEXT = 1600


@dataclass(frozen=True)
class Texting:
    """The office's side of text messages."""

    desk: Desk
    enqueue: Callable[[tuple[int, ...]], None]

    def answer(self, contact: Contact, body: str, receipt: str) -> str:
        """Takes a text and answers it; what it came to is kept under `receipt` with the turn."""
        if len(body) > LONGEST_TEXT:
            log.warning("a text longer than a carrier sends was cut", extra={"length": len(body)})
            body = body[:LONGEST_TEXT]
        served = self._led(contact, body)
        first = served.begun
        resuming = served.turn.key == "resume" and served.turn.misses == 0
        if not body.strip() or (resuming and not _answers(served.turn, body, self.desk.setting(served.turn))):
            return sms.message(served.turn)
        said: list[str] = []

        def along(office: Office, done: Served) -> None:
            said.append(self._message(office, contact, done, first=first))
            office.records.add(ReceiptRow(key=receipt, answer=said[0], at=self.desk.clock()))

        served = self.desk.hear(
            served.conversation,
            contact,
            served.turn.number,
            sense=lambda turn, setting: _sense(turn, body, setting, asks_why=first and _told_why(served.turn)),
            evidence=Evidence(heard=body),
            along=along,
        )
        self.enqueue(served.messages)
        return said[0] if said else sms.message(served.turn, first=first)

    def _led(self, contact: Contact, body: str) -> Served:
        """The conversation a text goes to: the one under way, unless it is plainly about something else."""
        desk, now = self.desk, self.desk.clock()
        text = (body, Setting(now.astimezone(TOWN_TIME)))
        otherwise = RECHECK if answers_recheck(desk.store, contact.number, body, now) else FIRST
        with desk.store.open() as office:
            by = (desk.newest(office).scripts.words, otherwise)
        served = desk.answer(contact, invited.script_for(desk.store, contact.number, text, by))
        if served.begun or served.turn.ask is None:
            return served
        with desk.store.open() as office:
            setting = desk.setting(served.turn)
            another = invited.instead(office, served, (body, setting), (by[0], FIRST))
        return desk.begin(contact, another) if another else served

    def _message(self, office: Office, contact: Contact, done: Served, *, first: bool) -> str:
        """The answer; where it ends another matter, the survey's open question is asked once more."""
        message = sms.message(done.turn, first=first)
        if not done.turn.outcome:
            return message
        row = invited.open_survey(office, contact.number, self.desk.clock())
        if row is None or row.id == done.conversation:
            return message
        try:
            waiting = self.desk.stands(office, row, contact)
        except ScriptDrift:
            return message
        asked = sms.message(waiting).removeprefix(sms.SIGNATURE)
        still = words(Prompt("survey.still"))
        return f"{message}\n{still}{asked}"[: sms.LONGEST]


def _told_why(turn: Turn) -> bool:
    """Whether it begins with why we rang: then the text was a question, and nothing has been answered."""
    return any(said.name.startswith("rung.") for said in turn.says)


def _sense(turn: Turn, body: str, setting: Setting, *, asks_why: bool) -> Understood:
    if asks_why:
        return Understood(command=Command.REPEAT, text=body)
    return understand_text(turn.ask, body, setting) if turn.ask else Understood()


def _answers(turn: Turn, body: str, setting: Setting) -> bool:
    """Whether the first text after a dropped call is already a yes or no to carrying on."""
    return turn.ask is not None and not understand_text(turn.ask, body, setting).unclear
