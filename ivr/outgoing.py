"""A call of ours was picked up, or ended: who it is led to, and what becomes of the attempt."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from hotline.domain.calling import CallingRules, Disposition, disposition_of
from hotline.domain.residents import dialled
from hotline.store import ringing
from hotline.store.departure import barred
from hotline.store.ringing import Told
from hotline.store.tables import CallOutRow
from hotline.store.unit_of_work import Office
from ivr.dialogue.steps import Prompt
from ivr.front_desk import FrontDesk
from ivr.scripts.wording import words
from ivr.surfaces.keypad import HangUp, Speak, Verb

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outgoing:
    """The office's side of the calls it makes."""

    front: FrontDesk
    rules: CallingRules

    def picked_up(self, name: str, sid: str, who: tuple[str, str]) -> list[Verb]:
        """`name` is the attempt's, `who` (number, human or machine_…). A person is led into the call's script.

        A machine is told to ring back, once for each reason and with nothing private. A call that is not the
        attempt's own, or to somebody who has opted out meanwhile, is ended with an apology.
        """
        number, by = who
        with self.front.store.open() as office:
            row = office.calls_out.named(name)
            if row is None or dialled(number) != dialled(row.number) or not self._ours(office, row, sid, by):
                log.error("a call of ours that nobody ordered was picked up", extra={"sid": sid[:64]})
                return [Speak(words(Prompt("out.mistake"))), HangUp()]
            machine = disposition_of("completed", by) is Disposition.MACHINE
            verbs = _to_machine(office, row) if machine else []
            resident = row.number
            office.commit()
        return verbs or self.front.incoming_call(sid, resident, "outbound")

    def reported(self, name: str, told: Told) -> None:
        """A status callback of an attempt; late, repeated and strange ones change nothing."""
        with self.front.store.open() as office:
            call = office.calls_out.numbered(name)
            if call is None or not told.sid or len(told.sid) > 64:
                log.warning("status of a call nobody ordered", extra={"sid": told.sid[:64]})
                return
            ringing.report(office, call, told, (self.rules, self.front.clock()))
            office.commit()

    def _ours(self, office: Office, row: CallOutRow, sid: str, by: str) -> bool:
        wanted = not barred(office, row.number, row.kind)
        return wanted and ringing.answered(row, (sid, by), self.front.clock())


def _to_machine(office: Office, row: CallOutRow) -> list[Verb]:
    if not row.left_word and office.calls_out.word_left(row.reason):
        return [HangUp()]
    row.left_word = True
    return [Speak(words(Prompt("machine.word"))), HangUp()]
