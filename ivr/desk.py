"""The desk: one turn, one transaction. Journal, records and outbox commit together; texts leave after."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

from hotline.clock import Clock
from hotline.domain.calendar import TOWN_TIME
from hotline.store.tables import ConversationRow
from hotline.store.unit_of_work import Office, Store
from ivr.clerk import Clerk, OfficeRules
from ivr.clerking.rung_for import RUNG_BACK, is_asked_for
from ivr.contact import Contact, Evidence, Served
from ivr.desk_rows import drifted, journal_row, turn_row
from ivr.dialogue.engine import Plot, ScriptDrift, open_turn, take_turn
from ivr.dialogue.hearing import diverted, entry_for, unreachable
from ivr.dialogue.journal import Entry, Kind
from ivr.dialogue.steps import Do, Json, Transfer
from ivr.dialogue.turn import Turn
from ivr.editions import Edition, Editions
from ivr.invited import FIRST, under_way
from ivr.manners import manners_of
from ivr.scripts.book import Scripts
from ivr.understanding.answer import Setting, Understood

log = logging.getLogger(__name__)
RESUME_WITHIN = timedelta(minutes=30)
Sense = Callable[[Turn, Setting], Understood]
"""Understands an answer against the turn that is open."""


def _nothing_along(_office: Office, _served: Served) -> None: ...


class StrangeConversation(Exception):
    """No such conversation, or none open."""


@dataclass(frozen=True)
class Desk:
    """Where every surface brings what it heard and fetches what to say."""

    store: Store
    scripts: Scripts
    rules: OfficeRules
    clock: Clock
    person: str = ""
    """The number of whoever is on duty; empty: nobody can be connected, a call back is promised."""
    editions: Editions | None = None
    """The versions of the town's lists; none: `scripts` and `rules` are all there is."""
    new_id: Callable[[], str] = lambda: str(uuid4())
    """Names conversations; the codes of what is booked in one are drawn by its name."""

    def answer(self, contact: Contact, script: str = FIRST) -> Served:
        """Begins a conversation (with `script`, unless we rang), goes on with this call's own, or asks whether to
        carry on with a dropped one."""
        with self.store.open() as office:
            row = under_way(office, contact, self.clock(), RESUME_WITHIN)
            ours = office.calls_out.by_sid(contact.call)
            if ours is not None and row is not None and row.call != contact.call:
                row = None  # we rang, for a reason of our own: what was broken off before is not gone on with here
            script = (
                ours.script if ours is not None else self._why(office, contact, script) if row is None else script
            )
            served = self._go_on(office, row, contact) if row else self._begin(office, contact, script)
            _note_call(office, contact, served)
            office.commit()
        return served

    def hear(
        self,
        conversation: str,
        contact: Contact,
        number: int,
        *,
        sense: Sense,
        evidence: Evidence,
        along: Callable[[Office, Served], None] = _nothing_along,
    ) -> Served:
        """Takes an answer to turn `number`; one to any other turn changes nothing, the open one is served again.

        `along` writes what must be kept together with the turn or not at all.
        Raises StrangeConversation if there is no such conversation.
        """
        with self.store.open() as office:
            row = self._row(office, conversation)
            turn = self._open(office, row, contact)
            if contact.call and row.call != contact.call:
                return Served(conversation, turn, elsewhere=True)
            if turn.outcome or number != turn.number:
                log.info("an answer to a turn that is not open", extra={"turn": number, "open": turn.number})
                return Served(conversation, turn)
            sensed = sense(turn, self.setting(turn))
            entry = entry_for(turn, sensed, evidence.audio)
            office.records.add(turn_row(row, contact, turn, (sensed, evidence, self.clock())))
            served = self._move(office, row, contact, [entry])
            _note_call(office, contact, served)
            along(office, served)
            office.commit()
        return served

    def foresee(self, conversation: str, contact: Contact, number: int, sensed: Understood) -> Turn | None:
        """What the next turn would be if this were the answer; nothing is kept. None if the turn is not open."""
        with self.store.open() as office:
            row = self._row(office, conversation)
            turn = self._open(office, row, contact)
            if turn.outcome or number != turn.number or row.call != contact.call:
                return None
            return self._move(office, row, contact, [entry_for(turn, sensed)]).turn

    def transferred(
        self,
        conversation: str,
        contact: Contact,
        number: int,
        *,
        answered: bool,
        along: Callable[[Office, Served], None] = _nothing_along,
    ) -> Served:
        """What became of connecting the caller to a person."""
        sense = Understood(value="answered" if answered else "unavailable")
        return self.hear(conversation, contact, number, sense=lambda *_: sense, evidence=Evidence(), along=along)

    def begin(self, contact: Contact, script: str) -> Served:
        """Begins a conversation beside one that stays open: what is said now is about something else."""
        with self.store.open() as office:
            served = self._begin(office, contact, script)
            office.commit()
        return served

    def stands(self, office: Office, row: ConversationRow, contact: Contact) -> Turn:
        """Where an open conversation is; nothing is changed. Raises ScriptDrift."""
        return self._open(office, row, contact)

    def hand_to(self, conversation: str, contact: Contact, person: tuple[str, str]) -> Served:
        """A colleague (name, number) takes over; `elsewhere` where the call is over or rings somebody already."""
        given: dict[str, Json] = {"reason": "taken_over", "name": person[0], "number": person[1]}
        with self.store.open() as office:
            row = self._row(office, conversation)
            turn = self._open(office, row, contact)
            if turn.outcome or turn.transfer or row.call != contact.call:
                return Served(conversation, turn, elsewhere=True)
            served = self._move(office, row, contact, [diverted(turn.key, "person", given)])
            office.commit()
        return served

    def newest(self, office: Office) -> Edition:
        """The town as its newest lists have it."""
        return self.editions.newest(office) if self.editions else self._only()

    def setting(self, turn: Turn) -> Setting:
        keys = {key: option.value for key, option in turn.menu.items()}
        return Setting(self.clock().astimezone(TOWN_TIME), keys, self._newest_rules().town.market)

    def _why(self, office: Office, contact: Contact, script: str) -> str:
        """Whoever rings back after a call of ours that they missed is told what it was about."""
        by_telephone = script == FIRST and contact.surface != "sms"
        rung = by_telephone and is_asked_for(office, contact.number, self.clock())
        return RUNG_BACK if rung else script

    def _begin(self, office: Office, contact: Contact, script: str = FIRST) -> Served:
        now = self.clock()
        edition = self.newest(office)
        plot = edition.scripts.plot(script)
        row = ConversationRow(
            id=self.new_id(),
            number=contact.party,
            script=plot.script,
            version=plot.version,
            surface=contact.surface,
            call=contact.call,
            state="open",
            turn=0,
            open_key="",
            opened_at=now,
            touched_at=now,
            catalogue=edition.number,
        )
        office.conversations.add(row)
        begun = self._move(office, row, contact, [])
        if begun.turn.ask is not None and script == FIRST and manners_of(office, contact).human_first:
            begun = self._person_first(office, row, contact, begun)
        return replace(begun, begun=True)

    def _person_first(self, office: Office, row: ConversationRow, contact: Contact, begun: Served) -> Served:
        """The greeting, then a person at once, as the caller wishes it whenever they ring."""
        then = self._move(office, row, contact, [diverted(begun.turn.key, "person", {"reason": "asked"})])
        says = (*begun.turn.says, *then.turn.says)
        return replace(then, turn=replace(then.turn, says=says), messages=(*begun.messages, *then.messages))

    def _go_on(self, office: Office, row: ConversationRow, contact: Contact) -> Served:
        """The same call or the same texting goes on where it is; another one is asked whether to carry on."""
        same = row.call == contact.call and (contact.call != "" or row.surface == contact.surface)
        row.call, row.surface = contact.call, contact.surface
        try:
            if same:
                return Served(row.id, self._open(office, row, contact))
            if row.turn > 0:
                return self._move(office, row, contact, [Entry(Kind.DROPPED, row.open_key)])
            row.state = "abandoned"  # nothing had been said yet: there is nothing to carry on with
        except ScriptDrift:
            log.exception("a conversation no longer fits its script", extra={"conversation": row.id})
            row.state = "drifted"
            office.records.add(drifted(row, contact, self.clock()))
        return self._begin(office, contact)

    def _row(self, office: Office, conversation: str) -> ConversationRow:
        row = office.conversations.locked(conversation)
        if row is None:
            raise StrangeConversation(conversation)
        return row

    def _open(self, office: Office, row: ConversationRow, contact: Contact) -> Turn:
        """The open turn by replay alone: nothing is done twice."""
        journal = self._journal(office, row)
        turn = open_turn(self._plot(office, row), journal, _nothing_left)
        return replace(turn, slow=turn.slow or manners_of(office, contact).slow)

    def _move(self, office: Office, row: ConversationRow, contact: Contact, heard: Sequence[Entry]) -> Served:
        """Journals what was heard, lets the script go on, and writes where it stands now."""
        journal = self._journal(office, row)
        clerk = Clerk(
            self._edition(office, row).rules,
            office,
            contact,
            row.id,
            self.clock(),
            len(journal),
            told=(*journal, *heard),
            duty_number=self.person,
        )
        turn = take_turn(self._plot(office, row), journal, heard, clerk.perform)
        new = list(turn.entries)
        if turn.transfer is not None and not self._can_connect(turn.transfer, contact):
            turn, more = self._nobody(row, [*journal, *new], (turn, turn.transfer), clerk)
            new += more
        office.conversations.append(
            [journal_row(row, len(journal) + n, e, self.clock()) for n, e in enumerate(new)]
        )
        row.turn, row.open_key, row.touched_at = turn.number, turn.key, self.clock()
        row.state = turn.outcome or "open"
        if turn.outcome == "abandoned":  # “从头来”: the next conversation begins in the same breath
            begun = self._begin(office, contact)
            return replace(begun, messages=(*clerk.messages, *begun.messages))
        turn = replace(turn, slow=turn.slow or manners_of(office, contact).slow)
        return Served(row.id, turn, messages=tuple(clerk.messages))

    def _nobody(
        self, row: ConversationRow, journal: Sequence[Entry], at: tuple[Turn, Transfer], clerk: Clerk
    ) -> tuple[Turn, tuple[Entry, ...]]:
        """Nobody can be connected here: the script goes on at once. What it said of danger is still said."""
        turn, transfer = at
        after = take_turn(self._plot(clerk.office, row), journal, [unreachable(transfer)], clerk.perform)
        warned = (transfer.prompt,) if transfer.reason == "danger" else ()
        return replace(after, says=(*turn.says, *warned, *after.says)), after.entries

    def _can_connect(self, transfer: Transfer, contact: Contact) -> bool:
        return bool(transfer.person[1] or self.person) and contact.surface != "sms"

    def _journal(self, office: Office, row: ConversationRow) -> list[Entry]:
        return [Entry(Kind(j.kind), j.key, j.payload) for j in office.conversations.journal(row.id)]

    def _plot(self, office: Office, row: ConversationRow) -> Plot:
        return self._edition(office, row).scripts.plot(row.script, row.version)

    def _edition(self, office: Office, row: ConversationRow) -> Edition:
        """The town as it stood when the conversation began."""
        return self.editions.of(office, row.catalogue) if self.editions else self._only()

    def _only(self) -> Edition:
        return Edition(0, self.scripts, self.rules)

    def _newest_rules(self) -> OfficeRules:
        return self.editions.newest_seen.rules if self.editions else self.rules


def _note_call(office: Office, contact: Contact, served: Served) -> None:
    """Which conversation a call serves, and by what: a call whose conversation is over hangs up."""
    call = office.records.call(contact.call) if contact.call else None
    if call is not None:
        call.conversation, call.surface = served.conversation, contact.surface


def _nothing_left(do: Do) -> Json:
    """A committed journal ends at a question; a Do here means that the script has changed under it."""
    raise ScriptDrift(f"unfinished step {do.key}")
